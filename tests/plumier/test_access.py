"""Who sees whom, by every role and on every day (requirements A3, A4, A7)."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from plumier.access import (
    assignments_of,
    children_of,
    colleagues_visible_to,
    groups_addressed_by,
    groups_visible_to,
    guardians_visible_to,
    may_administer,
    records_attended_by,
    schools_served_by,
    students_addressed_by,
    students_visible_to,
)
from plumier.models import (
    Enrolment,
    Group,
    Guardianship,
    Person,
    School,
    SchoolPolicy,
    Service,
    Staff,
    Student,
    Subgroup,
    SubgroupMember,
    User,
)
from plumier.roles import Role
from tests.factories.register import (
    Parent,
    make_director,
    make_group,
    make_login,
    make_school,
    make_service,
    make_staff,
    make_student,
    make_teacher,
    make_tutor,
)

TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)


@pytest.fixture
def school(db: None) -> School:
    """Two groups, a student with her mother in each; and another school that is like it."""
    for code in ("30000001", "30000002"):
        school = make_school(code)
        for name in ("A", "B"):
            make_student(
                make_group(school, name), f"Alumna {name}{code[-1]}", [Parent(f"Madre {name}{code[-1]}")]
            )
    return School.objects.get(code="30000001")


def group_of(school: School, name: str) -> Group:
    return school.groups.get(name=name)


def names(people: list[Person]) -> list[str]:
    return sorted(person.full_name for person in people)


def students(user: User, today: date = TODAY) -> list[str]:
    return names([student.person for student in students_visible_to(user, today).select_related("person")])


ALL, A, NONE = ["Alumna A1", "Alumna B1"], ["Alumna A1"], list[str]()
ROLES: dict[str, tuple[Callable[[School], User], list[str], list[str], bool]] = {
    "director": (make_director, ALL, ALL, True),
    "PAS": (lambda school: make_staff(school, role=Role.PAS), ALL, ALL, True),
    "CGCN": (lambda school: make_staff(school, role=Role.CGCN), ALL, ALL, True),
    "orientador": (lambda school: make_staff(school, role=Role.COUNSELLOR), ALL, NONE, False),
    "PTSC": (lambda school: make_staff(school, role=Role.PTSC), ALL, NONE, False),
    "tutor": (lambda school: make_tutor(group_of(school, "A")), A, A, False),
    "teacher": (lambda school: make_teacher(group_of(school, "A")), A, A, False),
    "colleague": (make_staff, NONE, NONE, False),
    "head of department": (
        lambda school: make_staff(school, role=Role.HEAD_OF_DEPARTMENT),
        NONE,
        NONE,
        False,
    ),
    "service": (make_service, ALL, NONE, False),
    "mother": (
        lambda school: make_login(Person.objects.get(given_name="Madre", surname="A1")),
        A,
        NONE,
        False,
    ),
    "student": (
        lambda school: make_login(Person.objects.get(given_name="Alumna", surname="A1")),
        A,
        NONE,
        False,
    ),
}


@pytest.mark.parametrize("role", ROLES)
def test_role_sees_and_writes_to_its_own(school: School, role: str) -> None:
    make, seen, addressed, administers = ROLES[role]
    user = make(school)
    written = students_addressed_by(user, TODAY).select_related("person")
    assert (students(user), names([one.person for one in written]), may_administer(user, TODAY)) == (
        seen,
        addressed,
        administers,
    )


GUARDIANS = {
    "director": ["Madre A1", "Madre B1"],
    "orientador": ["Madre A1", "Madre B1"],
    "tutor": ["Madre A1"],
    "teacher": ["Madre A1"],
    "service": ["Madre A1", "Madre B1"],
    "mother": NONE,
    "student": NONE,
    "colleague": NONE,
}


@pytest.mark.parametrize("role", GUARDIANS)
def test_guardians_are_seen_by_those_who_work_with_their_children(school: School, role: str) -> None:
    user = ROLES[role][0](school)
    assert names(list(guardians_visible_to(user, TODAY))) == GUARDIANS[role]


def test_family_sees_its_child_and_itself_and_nobody_else(school: School) -> None:
    mother = ROLES["mother"][0](school)
    assert names(list(records_attended_by(mother, TODAY))) == []


def test_superuser_sees_every_school(school: School) -> None:
    assert students(User.objects.create_superuser("root")) == [
        "Alumna A1",
        "Alumna A2",
        "Alumna B1",
        "Alumna B2",
    ]


def test_teacher_of_a_subgroup_sees_its_members_alone_and_no_group(school: School) -> None:
    user = make_teacher(group_of(school, "A"))
    subgroup = Subgroup.objects.create(school=school, year=school.years.get(), name="Refuerzo")
    member = Enrolment.objects.get(group=group_of(school, "B"))
    SubgroupMember.objects.create(school=school, subgroup=subgroup, enrolment=member)
    assignments_of(user, TODAY).update(group=None, subgroup=subgroup)
    assert (students(user), list(groups_visible_to(user, TODAY))) == (["Alumna B1"], [])
    assert list(students_addressed_by(user, TODAY)) == [member.student]


@pytest.mark.parametrize(("day", "seen"), [(-1, NONE), (0, A), (5, A), (6, NONE)])
def test_assignment_counts_from_its_first_to_its_last_day(school: School, day: int, seen: list[str]) -> None:
    user = make_teacher(group_of(school, "A"), held_from=TODAY, held_until=TODAY + 5 * DAY)
    assert students(user, TODAY + day * DAY) == seen


def test_assignment_of_a_past_year_shows_nobody(school: School) -> None:
    user = make_teacher(group_of(school, "A"))
    school.years.update(is_current=False)
    assert students(user) == NONE


@pytest.mark.parametrize("fields", [{"left_on": TODAY}, {"joined_on": TODAY + DAY}, {"active": False}])
@pytest.mark.parametrize("role", ["director", "orientador", "tutor", "teacher"])
def test_staff_outside_their_dates_see_nobody(school: School, role: str, fields: dict[str, object]) -> None:
    user = ROLES[role][0](school)
    Staff.objects.filter(person__user=user).update(**fields)
    assert (students(user), list(colleagues_visible_to(user, TODAY))) == (NONE, [])


def test_where_only_tutors_write_a_teacher_still_sees(school: School) -> None:
    SchoolPolicy.objects.update(senders="tutors")
    teacher, tutor = make_teacher(group_of(school, "A")), make_tutor(group_of(school, "B"))
    assert (students(teacher), list(groups_addressed_by(teacher, TODAY))) == (A, [])
    assert list(groups_addressed_by(tutor, TODAY)) == [group_of(school, "B")]


BARS = [
    ((TODAY, TODAY + 2 * DAY), -1, True),
    ((TODAY, TODAY + 2 * DAY), 0, False),
    ((TODAY, TODAY + 2 * DAY), 2, False),
    ((TODAY, TODAY + 2 * DAY), 3, True),
    ((TODAY, None), 900, False),
]


@pytest.mark.parametrize(("bar", "day", "sees"), BARS)
def test_barred_parent_does_not_see_the_child(
    school: School, bar: tuple[date, date | None], day: int, sees: bool
) -> None:
    father = Parent("Pedro", "father", barred=bar)
    child = make_student(group_of(school, "A"), "Luis", [father])
    assert father.person is not None
    user = make_login(father.person)
    today = TODAY + day * DAY
    expected = [child] if sees else []
    assert (list(children_of(user, today)), list(students_visible_to(user, today))) == (expected, expected)


def test_barred_parent_who_leads_the_school_does_not_see_the_child_either(school: School) -> None:
    father = Parent("Pedro", "father", barred=(TODAY, None))
    make_student(group_of(school, "A"), "Luis", [father])
    director = make_director(school)
    assert father.person is not None
    Person.objects.filter(pk=father.person.pk).update(user=director)
    assert students(director) == ALL
    assert "Luis" not in names(list(records_attended_by(director, TODAY)))


def test_service_sees_the_schools_given_to_it_while_she_works_there(school: School) -> None:
    user = make_service(school)
    user.service_posts.update(held_until=TODAY)
    assert list(schools_served_by(user, TODAY)) == [school]
    assert list(schools_served_by(user, TODAY + DAY)) == []
    Service.objects.update(all_schools=True)
    assert schools_served_by(user, TODAY).count() == 2


def test_teacher_who_is_also_a_mother_elsewhere_sees_both(school: School) -> None:
    user = make_teacher(group_of(school, "A"))
    Person.objects.filter(given_name="Madre", surname="B2").update(user=user)
    assert students(user) == ["Alumna A1", "Alumna B2"]


def test_colleagues_are_those_at_work_and_for_a_leader_the_others_too(school: School) -> None:
    director, teacher = make_director(school), make_staff(school, "Paco Profesor")
    gone = make_staff(school, "Ana Ida")
    Staff.objects.filter(person__user=gone).update(left_on=TODAY)
    make_staff(School.objects.get(code="30000002"), "Otro Centro")
    assert names(list(colleagues_visible_to(teacher, TODAY))) == ["Dolores Directora", "Paco Profesor"]
    assert names(list(colleagues_visible_to(director, TODAY))) == [
        "Ana Ida",
        "Dolores Directora",
        "Paco Profesor",
    ]


def test_student_of_two_own_groups_is_listed_once(school: School) -> None:
    user = make_tutor(group_of(school, "A"))
    make_staff(school)
    teaching = make_teacher(group_of(school, "A"))
    assignments_of(teaching, TODAY).update(teacher=user.people.get())
    assert list(students_visible_to(user, TODAY)) == list(
        Student.objects.filter(enrolments__group__name="A", school=school)
    )


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, None, False),
        (TODAY, None, True),
        (TODAY, TODAY, True),
        (TODAY + DAY, None, False),
        (TODAY - DAY, TODAY - DAY, False),
    ],
)
def test_row_and_query_agree_on_who_is_barred(
    db: None, since: date | None, until: date | None, expected: bool
) -> None:
    make_student(make_group(make_school()), "Luis Gil", [Parent("Marta")])
    Guardianship.objects.update(
        barred_from=since, barred_until=until, barred_reference="Auto 1" if since else ""
    )
    found = Guardianship.objects.get()
    assert (found.is_barred_on(TODAY), Guardianship.objects.barred_on(TODAY).exists()) == (expected,) * 2
