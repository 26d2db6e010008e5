"""Opening somebody's record leaves a note: who, whom, when, where from, by what right."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from plumier.clock import database_now, database_today
from plumier.models import (
    Contact,
    EditKind,
    Enrolment,
    Guardianship,
    Person,
    Post,
    RecordAccess,
    RegisterEdit,
    Right,
    School,
    Student,
    User,
)
from plumier.record_access import rights_over
from plumier.roles import Role
from tests.factories.register import (
    Parent,
    make_director,
    make_group,
    make_login,
    make_person,
    make_school,
    make_service,
    make_staff,
    make_student,
    make_teacher,
    make_tutor,
)


@pytest.fixture
def student(db: None) -> Student:
    group = make_group(make_school(), "A")
    return make_student(group, "Luis Gil", [Parent("Marta Ros")])


def client_of(user: User) -> Client:
    client = Client(REMOTE_ADDR="192.0.2.7")
    client.force_login(user)
    return client


def noted() -> list[tuple[Any, ...]]:
    return list(
        RecordAccess.objects.order_by("id").values_list("user_id", "person_id", "page", "right", "address")
    )


@pytest.mark.parametrize("page", ["change", "history", "delete"])
def test_record_opened_in_the_administration_is_noted(student: Student, page: str) -> None:
    user = User.objects.create_superuser("root")
    client_of(user).get(reverse(f"admin:plumier_student_{page}", args=[student.pk]))
    expected = (user.pk, student.person_id, "admin:student", Right.SUPERUSER, "192.0.2.7")
    assert noted() == [expected]


def test_every_kind_of_record_names_its_person(student: Student) -> None:
    director = make_director(student.school)
    client, tie = client_of(director), Guardianship.objects.get()
    own, enrolment = director.people.get(), student.enrolments.get()
    pages = {
        "person": (tie.guardian_id, tie.guardian_id),
        "guardianship": (tie.pk, tie.guardian_id),
        "enrolment": (enrolment.pk, student.person_id),
        "staff": (own.staff.pk, own.pk),
    }
    for name, (row, _person) in pages.items():
        assert client.get(reverse(f"admin:plumier_{name}_change", args=[row])).status_code == 200
    assert [(page, person) for _u, person, page, _r, _a in noted()] == [
        (f"admin:{name}", person) for name, (_row, person) in pages.items()
    ]


def test_record_that_is_refused_is_not_noted(student: Student) -> None:
    stranger = make_director(make_school("30000002"))
    assert (
        client_of(stranger).get(reverse("admin:plumier_student_change", args=[student.pk])).status_code == 404
    )
    assert noted() == []


RIGHTS: dict[str, tuple[Callable[[Student], User], Right, Right]] = {
    "director": (lambda one: make_director(one.school), Right.LEADER, Right.LEADER),
    "tutor": (lambda one: make_tutor(one.enrolments.get().group), Right.TUTOR, Right.TUTOR),
    "teacher": (lambda one: make_teacher(one.enrolments.get().group), Right.TEACHER, Right.TEACHER),
    "orientador": (
        lambda one: make_staff(one.school, role=Role.COUNSELLOR),
        Right.COUNSELLOR,
        Right.COUNSELLOR,
    ),
    "service": (lambda one: make_service(one.school), Right.SERVICE, Right.SERVICE),
    "mother": (lambda one: make_login(one.guardians.get()), Right.OWN, Right.OWN),
}


@pytest.mark.parametrize("who", RIGHTS)
def test_right_is_the_strongest_that_the_user_has(student: Student, who: str) -> None:
    make, over_student, over_mother = RIGHTS[who]
    people = [student.person_id, student.guardians.get().pk]
    user = make(student)
    found = rights_over(user, people, database_today())
    assert found == dict(zip(people, (over_student, over_mother), strict=True))


def test_colleague_is_seen_as_one(student: Student) -> None:
    user, other = make_staff(student.school), make_staff(student.school)
    person = other.people.get().pk
    assert rights_over(user, [person], database_today()) == {person: Right.COLLEAGUE}


def leading(student: Student, *, barred: bool) -> Client:
    """A director who is also a father of the student, with his own record beside the mother's."""
    director = make_director(student.school)
    fields = {"barred_from": "2026-01-01", "barred_reference": "Auto 12/2026"} if barred else {}
    Guardianship.objects.create(
        school=student.school,
        student=student,
        guardian=director.people.get(),
        relation="father",
        order=2,
        **fields,
    )
    return client_of(director)


@pytest.mark.parametrize(("barred", "status"), [(False, 200), (True, 404)])
def test_director_whom_a_court_keeps_from_a_child_does_not_see_its_record_nor_its_mothers(
    student: Student, barred: bool, status: int
) -> None:
    mother = student.guardians.get()
    client = leading(student, barred=barred)
    pages = [("student", student.pk), ("person", student.person_id), ("person", mother.pk)]
    assert [
        client.get(reverse(f"admin:plumier_{model}_change", args=[pk])).status_code for model, pk in pages
    ] == [status] * 3
    listed = client.get(reverse("admin:plumier_person_changelist")).context["cl"].queryset
    assert listed.filter(pk__in=[student.person_id, mother.pk]).count() == (0 if barred else 2)


def test_changes_are_shown_to_who_leads_with_before_and_after(student: Student) -> None:
    mother = make_person(student.school, "Ana Roca", {"phone_1": "+34600111222"})
    Contact.objects.filter(person=mother).update(value="+34600333444")
    make_person(make_school("30000002"), "Otra Zapata")
    page = client_of(make_director(student.school)).get(reverse("admin:plumier_registeredit_changelist"))
    text = page.content.decode()
    assert "valor: +34600111222 → +34600333444" in text
    assert ("Roca" in text, "Zapata" in text) == (True, False)


def test_changes_about_whom_a_court_protects_are_not_shown_to_the_barred(student: Student) -> None:
    mother: Person = student.guardians.get()
    client = leading(student, barred=True)
    Contact.objects.create(
        school=student.school, person=mother, slot="phone_1", kind="mobile", value="+34600111222"
    )
    text = client.get(reverse("admin:plumier_registeredit_changelist")).content.decode()
    assert ("+34600111222" in text, "Directora" in text) == (False, True)


def test_accesses_are_shown_with_names_and_only_of_the_own_school(student: Student) -> None:
    other = make_student(make_group(make_school("30000002")), "Eva Sol")
    root = client_of(User.objects.create_superuser("root"))
    for one in (student, other):
        root.get(reverse("admin:plumier_student_change", args=[one.pk]))
    director = make_director(student.school)
    text = client_of(director).get(reverse("admin:plumier_recordaccess_changelist")).content.decode()
    assert ("Gil, Luis" in text, "Sol, Eva" in text) == (True, False)


@pytest.mark.parametrize("model", ["registeredit", "recordaccess"])
def test_what_is_kept_has_no_page_to_change_it(student: Student, model: str) -> None:
    client = client_of(make_director(student.school))
    assert client.get(reverse(f"admin:plumier_{model}_add")).status_code == 403
    assert Post.objects.count() == 1
    assert School.objects.count() == 1


@pytest.mark.parametrize("barred", [True, False])
def test_history_does_not_say_where_a_child_is_to_whom_a_court_keeps_from_it(
    student: Student, barred: bool
) -> None:
    client = leading(student, barred=barred)
    elsewhere = make_group(student.school, "B")
    Enrolment.objects.filter(student=student).update(group=elsewhere)
    RegisterEdit.objects.create(
        at=database_now(),
        table_name="secretaria_fee",
        row_id=1,
        kind=EditKind.INSERT,
        after={"student_id": student.pk, "amount": "12.00"},
        school_id=student.school_id,
    )
    rows = client.get(reverse("admin:plumier_registeredit_changelist")).context["cl"].queryset
    told = [rows.filter(table_name=name).count() for name in ("plumier_enrolment", "secretaria_fee")]
    assert told == ([0, 0] if barred else [2, 1])
    assert rows.filter(table_name="plumier_group", row_id=elsewhere.pk).count() == 1
