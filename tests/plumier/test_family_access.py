"""About whom a family reads in Mirador."""

from datetime import date
from typing import Any

import pytest

from plumier.clock import database_today
from plumier.family_access import children_read_by, is_family, students_read_by
from plumier.models import Guardianship, Student
from tests.factories.register import (
    Parent,
    make_director,
    make_group,
    make_login,
    make_school,
    make_student,
    make_tutor,
)

pytestmark = pytest.mark.django_db


def test_mother_reads_about_her_children_by_name(django_assert_num_queries: Any) -> None:
    group = make_group(make_school(), "1º ESO C")
    luis = make_student(group, "Luis Vera", [Parent("Eva Ros")])
    eva = luis.guardians.get()
    ana = make_student(group, "Ana Vera", [Parent("Eva Ros", person=eva)])
    make_student(group, "Otro Niño", [Parent("Otra Madre")])
    user, today = make_login(eva), database_today()
    with django_assert_num_queries(3):
        children = children_read_by(user, today)
    assert [(one.pk, one.name, one.person_id, one.own, one.enrolled, one.group) for one in children] == [
        (ana.pk, "Ana", eva.pk, False, True, "1º ESO C"),
        (luis.pk, "Luis", eva.pk, False, True, "1º ESO C"),
    ]


def test_student_reads_about_herself() -> None:
    group = make_group(make_school())
    ana, _other = make_student(group, "Ana Vera"), make_student(group, "Otro Niño")
    (child,) = children_read_by(make_login(ana.person), database_today())
    assert (child.pk, child.person_id, child.own) == (ana.pk, ana.person_id, True)


def test_barred_mother_reads_about_her_other_child_alone_until_her_bar_is_over() -> None:
    group = make_group(make_school())
    ana = make_student(group, "Ana Vera", [Parent("Eva Ros")])
    eva = ana.guardians.get()
    luis = make_student(group, "Luis Vera", [Parent("Eva Ros", person=eva)])
    user, today = make_login(eva), database_today()
    Guardianship.objects.filter(student=ana).update(
        barred_from=date(2026, 1, 1), barred_until=today, barred_reference="Auto 12/2026"
    )
    assert [one.pk for one in children_read_by(user, today)] == [luis.pk]
    later = date(today.year + 1, 1, 1)
    assert set(students_read_by(user, later)) == {ana, luis}
    Guardianship.objects.filter(student=luis).delete()
    assert (children_read_by(user, today), is_family(user, today)) == ([], True)


def test_child_who_has_left_is_read_about_and_not_enrolled() -> None:
    ana = make_student(make_group(make_school()), "Ana Vera", [Parent("Eva Ros")])
    Student.objects.get(pk=ana.pk).enrolments.all().delete()
    (child,) = children_read_by(make_login(ana.guardians.get()), database_today())
    assert (child.enrolled, child.group) == (False, "")


def test_mirador_is_for_families_and_students() -> None:
    school = make_school()
    group = make_group(school)
    ana, today = make_student(group, "Ana Vera", [Parent("Eva Ros")]), database_today()
    found = {
        "mother": make_login(ana.guardians.get()),
        "student": make_login(ana.person),
        "tutor": make_tutor(group),
        "director": make_director(school),
    }
    assert {who: is_family(user, today) for who, user in found.items()} == {
        "mother": True,
        "student": True,
        "tutor": False,
        "director": False,
    }
