"""Who sees a transfer and who hears of it: the offices of its two schools, but nobody from whom a court keeps her."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from notica.access import messages_visible_to
from plumier.clock import database_now, database_today
from plumier.models import Enrolment, Guardianship, Person, RegisterEdit, School, SchoolPolicy, Student, User
from plumier.refusals import Refused
from plumier.roles import Role
from secretaria.models import Transfer
from secretaria.transfers.access import found_students, told_of, transfers_of
from secretaria.transfers.actions import act
from secretaria.transfers.written import Act
from tests.factories.register import make_group, make_person, make_school, make_staff, make_student
from tests.secretaria.transfers.schools import Schools, told


@pytest.fixture
def of(db: None) -> Schools:
    return Schools()


def sees(user: User, school: School) -> bool:
    return transfers_of(user, school, database_today()).exists()


def bar(user: User, student: Student) -> None:
    """A court keeps this user, who is on record as a father, from a student."""
    father = make_person(student.school, "Pedro Barrado", user=user)
    Guardianship.objects.create(
        school=student.school,
        student=student,
        guardian=father,
        relation="father",
        order=student.guardianships.count() + 1,
        barred_from=date(2026, 1, 1),
        barred_reference="Auto 12/2026",
    )


def test_offices_of_both_schools_see_it_and_nobody_else(of: Schools) -> None:
    of.offer()
    third = make_school("30000003")
    other = make_staff(third, "Tina Tercero", Role.DIRECTOR)
    teacher = make_staff(of.origin, "Paco Profesor", Role.TEACHER)
    found = [
        sees(of.sender, of.origin),
        sees(of.receiver, of.destination),
        sees(of.sender, of.destination),
        sees(other, third),
        sees(other, of.origin),
        sees(teacher, of.origin),
    ]
    assert found == [True, True, False, False, False, False]


def test_school_that_no_longer_keeps_transfers_sees_none(of: Schools) -> None:
    of.offer()
    SchoolPolicy.objects.filter(school=of.destination).update(procedures=[])
    assert (sees(of.sender, of.origin), sees(of.receiver, of.destination)) == (True, False)


def test_office_hears_by_its_posts(of: Schools) -> None:
    for name, role in (
        ("Pepe Pas", Role.PAS),
        ("Dina Directora", Role.DIRECTOR),
        ("Paco Profesor", Role.TEACHER),
    ):
        make_staff(of.destination, name, role)
    of.offer()
    assert sorted(told(of.destination)) == [
        ("offered", "Dina Directora"),
        ("offered", "Dori Destino"),
        ("offered", "Pepe Pas"),
    ]


def test_father_barred_in_the_origin_who_works_in_the_other_school_neither_hears_nor_sees(
    of: Schools,
) -> None:
    bar(of.receiver, of.ana)
    make_staff(of.destination, "Pepe Pas", Role.PAS)
    row = of.offer()
    assert told(of.destination) == [("offered", "Pepe Pas")]
    assert (sees(of.receiver, of.destination), sees(of.sender, of.origin)) == (False, True)
    with pytest.raises(Refused):
        act(row, of.destination, Act("accept", 1), by=of.receiver, now=database_now())


@pytest.mark.parametrize("known_by", ["nre", "name"])
def test_father_barred_does_not_hear_of_a_request_that_nobody_has_recognised(
    of: Schools, known_by: str
) -> None:
    bar(of.sender, of.ana)
    make_staff(of.origin, "Pepe Pas", Role.PAS)
    if known_by == "name":
        Student.objects.filter(pk=of.ana.pk).update(nre="")
    of.ask()
    assert (told(of.origin), sees(of.sender, of.origin)) == ([("asked", "Pepe Pas")], False)


def test_father_barred_in_the_destinations_own_register_does_not_hear(of: Schools) -> None:
    twin = make_student(make_group(of.destination), "Ana Vera Gil")
    Student.objects.filter(pk=twin.pk).update(nre=of.ana.nre)
    bar(of.receiver, twin)
    row = of.offer()
    assert (told(of.destination), row.steps.get().told) == ([], 0)


def test_order_that_has_ended_keeps_nobody_away(of: Schools) -> None:
    bar(of.receiver, of.ana)
    Guardianship.objects.update(barred_until=date(2026, 2, 1))
    row = of.offer()
    assert told_of(row, of.destination, database_today()) == [of.receiver.people.get(staff__isnull=False).pk]


@pytest.mark.parametrize(
    ("typed", "found"),
    [("vera ana", ["Ana Vera Gil"]), ("1234567", ["Ana Vera Gil"]), ("VÉRA", ["Ana Vera Gil"]), ("Otro", [])],
)
def test_students_are_found_in_the_own_school_alone(of: Schools, typed: str, found: list[str]) -> None:
    make_student(make_group(of.destination), "Luis Otro")
    rows: Any = found_students(of.sender, of.origin, typed, database_today())
    assert [one.person.full_name for one in rows] == found


def test_student_is_found_by_expediente(of: Schools) -> None:
    of.student("Eva Roca")
    rows = found_students(of.sender, of.origin, of.ana.expediente, database_today())
    assert [one.pk for one in rows] == [of.ana.pk]


def test_transfer_outlives_the_students_row_in_the_register(of: Schools) -> None:
    of.offer()
    of.ana.person.delete()
    row = Transfer.objects.get()
    assert (row.student, row.full_name) == (None, "Ana Vera Gil")


@pytest.mark.parametrize("begun", ["offer", "ask"])
def test_father_barred_who_leads_a_school_does_not_read_its_messages_of_the_transfer(
    of: Schools, begun: str
) -> None:
    school = of.destination if begun == "offer" else of.origin
    pas = make_staff(school, "Pepe Pas", Role.PAS)
    bar(of.side(school), of.ana)
    getattr(of, begun)()
    seen = {
        user: messages_visible_to(user, database_today()).filter(kind="transfer", school=school).count()
        for user in (of.side(school), pas)
    }
    assert seen == {of.side(school): 0, pas: 1}


@pytest.mark.parametrize("table", ["transfer", "transferstep"])
def test_father_barred_does_not_find_a_request_in_the_administration(
    of: Schools, client: Client, table: str
) -> None:
    pas = make_staff(of.origin, "Pepe Pas", Role.PAS)
    bar(of.sender, of.ana)
    row = of.ask()
    of.act(row, "return", "No consta", by=pas)
    found = []
    for user in (of.sender, pas):
        client.force_login(user)
        page = client.get(reverse(f"admin:secretaria_{table}_changelist"))
        found.append("Vera Gil" in page.content.decode())
    assert found == [False, True]


def test_what_was_changed_of_a_transfer_is_not_for_all_who_lead_a_school(of: Schools, client: Client) -> None:
    of.ask()
    table = Transfer._meta.db_table
    assert RegisterEdit.objects.filter(table_name=table, school_id=of.origin.pk).exists()
    client.force_login(of.sender)
    page = client.get(reverse("admin:plumier_registeredit_changelist"))
    shown = {edit.table_name for edit in page.context["cl"].result_list}
    assert (Person._meta.db_table in shown, table in shown) == (True, False)


def test_what_was_changed_of_a_pupil_is_not_shown_to_the_father_barred(of: Schools, client: Client) -> None:
    bar(of.sender, of.ana)
    Enrolment.objects.filter(student=of.ana).update(status="withdrawn", left_on="2026-11-02")
    table = Enrolment._meta.db_table
    found = []
    for user in (of.sender, make_staff(of.origin, "Pepe Pas", Role.PAS)):
        client.force_login(user)
        page = client.get(reverse("admin:plumier_registeredit_changelist"))
        found.append(table in {edit.table_name for edit in page.context["cl"].result_list})
    assert found == [False, True]
