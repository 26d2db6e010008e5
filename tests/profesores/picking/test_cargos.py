"""Colleagues by their posts and groups."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from plumier.models import Department, Person, Post, School, Staff, User
from plumier.roles import Role
from profesores.picking.cargos import Cargo, Colleagues
from tests.factories.register import (
    make_director,
    make_group,
    make_school,
    make_staff,
    make_student,
    make_teacher,
    make_tutor,
)

TODAY = date(2026, 11, 26)
pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> School:
    return make_school()


@pytest.fixture
def teacher(school: School) -> User:
    return make_teacher(make_group(school, "1º ESO A"), "Paco Profesor")


def names(people: object) -> list[str]:
    return sorted(str(person) for person in people)  # type: ignore[attr-defined]


def test_colleagues_are_who_works_here_today_and_not_oneself(school: School, teacher: User) -> None:
    make_director(school)
    make_staff(school, "Jubi Lada").people.get().staff.delete()
    gone = make_staff(school, "Ida Marchada").people.get()
    Staff.objects.filter(person=gone).update(left_on=TODAY)
    make_staff(school, "Futura Novata")
    Staff.objects.filter(person__given_name="Futura").update(joined_on=date(2026, 11, 27))
    make_staff(make_school("30000002"), "Otra Ajena")
    make_student(make_group(school, "1º ESO B"), "Ana Alumna")
    assert names(Colleagues(teacher, school, TODAY).all()) == ["Directora, Dolores"]


def test_whoever_leads_sees_only_who_is_at_work_here_too(school: School) -> None:
    director = make_director(school)
    gone = make_staff(school, "Ida Marchada").people.get()
    Staff.objects.filter(person=gone).update(active=False)
    make_staff(school, "Ana Aquí")
    assert names(Colleagues(director, school, TODAY).all()) == ["Aquí, Ana"]


def test_other_school_has_no_colleagues(teacher: User) -> None:
    other = make_school("30000002")
    make_staff(other, "Otra Ajena")
    assert names(Colleagues(teacher, other, TODAY).all()) == []


@pytest.fixture
def staff(school: School, teacher: User) -> Colleagues:
    """A director, two heads of department of whom one is a tutor, another tutor, and a plain teacher."""
    make_director(school)
    make_staff(school, "Hugo Historia", Role.HEAD_OF_DEPARTMENT)
    both = make_tutor(make_group(school, "2º ESO A"), "Marta Mates").people.get()
    Post.objects.create(school=school, person=both, role=Role.HEAD_OF_DEPARTMENT, held_from=date(2026, 9, 1))
    make_tutor(make_group(school, "2º ESO B"), "Tere Tutora")
    make_staff(school, "Ana Llana")
    past = make_staff(school, "Pepa Pasada", Role.COUNSELLOR).people.get()
    Post.objects.filter(person=past).update(held_until=date(2026, 11, 25))
    return Colleagues(teacher, school, TODAY)


@pytest.mark.parametrize(
    ("cargos", "only_tutors", "found"),
    [
        ([], True, ["Mates, Marta", "Tutora, Tere"]),
        (["director"], False, ["Directora, Dolores"]),
        (["jefe_departamento"], False, ["Historia, Hugo", "Mates, Marta"]),
        (["director", "jefe_departamento"], False, ["Directora, Dolores", "Historia, Hugo", "Mates, Marta"]),
        (["jefe_departamento"], True, ["Mates, Marta"]),
        (["director"], True, []),
        (["tutor"], False, ["Mates, Marta", "Tutora, Tere"]),
        (["director", "tutor"], False, ["Directora, Dolores", "Mates, Marta", "Tutora, Tere"]),
        (["orientador"], False, []),
        (["nobody"], False, []),
    ],
)
def test_cargos_are_any_of_them_and_tutors_are_of_those(
    staff: Colleagues, cargos: list[str], only_tutors: bool, found: list[str]
) -> None:
    assert names(staff.holding(cargos, only_tutors=only_tutors)) == found


def test_no_cargo_is_everybody(staff: Colleagues) -> None:
    assert staff.holding([]).count() == staff.all().count() == 6


def test_cargos_in_use_have_their_numbers(
    staff: Colleagues, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        found = staff.cargos()
    assert found == [
        Cargo("director", "Director", 1),
        Cargo("jefe_departamento", "Jefe de departamento", 2),
        Cargo("tutor", "Tutor", 2),
    ]


def test_duties_are_posts_with_their_department_and_the_groups_tutored(
    staff: Colleagues, school: School, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    marta = Person.objects.get(given_name="Marta")
    Post.objects.filter(person=marta).update(
        department=Department.objects.create(school=school, name="Ciencias")
    )
    plain = Person.objects.get(given_name="Ana")
    with django_assert_num_queries(2):
        found = staff.duties_of([marta.pk, plain.pk])
    assert found == {marta.pk: ["Jefe de departamento (Ciencias)", "Tutoría de 2º ESO A"], plain.pk: []}
    everybody = list(Person.objects.values_list("pk", flat=True))
    with django_assert_num_queries(2):
        staff.duties_of(everybody)
