"""To whom a family writes: who teaches the student today, and her tutor; and as whom a user speaks for her."""

from datetime import date

import pytest

from plumier.access import family_person, teachers_of
from plumier.models import Guardianship, Person, Staff, Student, Subgroup, TeachingAssignment, User
from tests.factories.register import (
    Parent,
    make_group,
    make_login,
    make_school,
    make_staff,
    make_student,
    make_teacher,
    make_tutor,
)

TODAY = date(2026, 11, 26)


@pytest.fixture
def student(db: None) -> Student:
    return make_student(make_group(make_school()), "Lucía Marín", [Parent("Marta Marín")])


def names(student: Student) -> set[str]:
    return {one.full_name for one in teachers_of(student, TODAY)}


def person_of(user: User) -> Person:
    return user.people.get()


def test_tutor_and_teachers_of_her_group_and_subgroups(student: Student) -> None:
    group, school = student.enrolments.get().group, student.school
    make_tutor(group, "Tere Tutora")
    paco = make_teacher(group, "Paco Profesor")
    subject = TeachingAssignment.objects.get(teacher=person_of(paco)).subject
    for name, members in (("Francés 1", [student.enrolments.get()]), ("Francés 2", [])):
        subgroup = Subgroup.objects.create(school=school, year=group.year, name=name)
        for enrolment in members:
            subgroup.memberships.create(school=school, enrolment=enrolment)
        teacher = person_of(make_staff(school, f"Docente {name}"))
        TeachingAssignment.objects.create(
            school=school, year=group.year, teacher=teacher, subject=subject, subgroup=subgroup
        )
    make_teacher(make_group(school, "1º ESO B"), "Otra Docente")
    make_staff(school, "Ana Conserje")
    assert names(student) == {"Tere Tutora", "Paco Profesor", "Docente Francés 1"}


def test_only_who_teaches_her_today(student: Student) -> None:
    group = student.enrolments.get().group
    make_teacher(group, "Fue Antes", held_until=date(2026, 11, 25))
    make_teacher(group, "Hasta Hoy", held_until=TODAY)
    make_teacher(group, "Desde Mañana", held_from=date(2026, 11, 27))
    gone = make_teacher(group, "Se Fue")
    Staff.objects.filter(person__user=gone).update(left_on=TODAY)
    assert names(student) == {"Hasta Hoy"}


def test_nobody_teaches_who_is_not_enrolled_now(student: Student) -> None:
    make_tutor(student.enrolments.get().group)
    student.enrolments.update(status="withdrawn")
    assert names(student) == set()
    student.enrolments.update(status="active")
    student.school.years.update(is_current=False)
    assert names(student) == set()


def test_teacher_whom_a_court_keeps_from_her_is_none_of_them(student: Student) -> None:
    group = student.enrolments.get().group
    father, other = make_teacher(group, "Pedro Barrado"), make_teacher(group, "Paco Profesor")
    Guardianship.objects.create(
        school=student.school,
        student=student,
        guardian=person_of(father),
        relation="father",
        order=2,
        barred_from=TODAY,
        barred_reference="Auto 1",
    )
    assert names(student) == {person_of(other).full_name}


def test_guardian_and_student_speak_for_her_and_nobody_else(student: Student) -> None:
    mother = student.guardians.get()
    login = make_login(mother)
    assert family_person(login, student, TODAY) == mother
    assert family_person(make_login(student.person), student, TODAY) == student.person
    assert family_person(make_tutor(student.enrolments.get().group), student, TODAY) is None


def test_bar_of_one_child_leaves_the_other(student: Student) -> None:
    mother = student.guardians.get()
    login = make_login(mother)
    brother = make_student(student.enrolments.get().group, "Luis Marín")
    Guardianship.objects.create(
        school=student.school, student=brother, guardian=mother, relation="mother", order=1
    )
    Guardianship.objects.filter(student=student).update(barred_from=TODAY, barred_reference="Auto 1")
    assert (family_person(login, student, TODAY), family_person(login, brother, TODAY)) == (None, mother)
