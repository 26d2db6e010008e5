"""Who teaches a student what, as her family reads it."""

from datetime import date, timedelta
from typing import Any

import pytest

from plumier.clock import database_today
from plumier.models import (
    Enrolment,
    Group,
    Guardianship,
    School,
    Student,
    Subgroup,
    SubgroupMember,
    Subject,
    TeachingAssignment,
    User,
)
from plumier.teachers import Teacher, teachers_for
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


@pytest.fixture
def school(db: None) -> School:
    return make_school()


@pytest.fixture
def group(school: School) -> Group:
    return make_group(school)


@pytest.fixture
def student(group: Group) -> Student:
    return make_student(group, "Lucía Marín", [Parent("Marta Marín")])


@pytest.fixture
def mother(student: Student) -> User:
    return make_login(student.guardians.get())


def teach(user: User, of: Group, subject: str, **fields: Any) -> TeachingAssignment:
    known, _ = Subject.objects.get_or_create(school=of.school, name=subject)
    return TeachingAssignment.objects.create(
        school=of.school,
        year=of.year,
        teacher=user.people.get(),
        subject=known,
        **{"group": of, **fields},
    )


def found(student: Student, reader: User) -> list[Teacher]:
    return teachers_for(student, reader, database_today())


def pk(user: User) -> int:
    return user.people.get().pk


def test_teachers_come_by_name_with_their_subjects_and_the_tutor_is_marked(
    student: Student, mother: User, group: Group
) -> None:
    tutor, teacher = make_tutor(group, "Tere Ruiz"), make_teacher(group, "Ana Sanz")
    teach(teacher, group, "Física")
    assert found(student, mother) == [
        Teacher(pk(tutor), "Tere Ruiz", (), tutor=True),
        Teacher(pk(teacher), "Ana Sanz", ("Física", "Matemáticas")),
    ]


def test_teacher_of_her_subgroup_is_hers_and_another_subgroups_is_not(
    student: Student, mother: User, group: Group, school: School
) -> None:
    hers, other = make_staff(school, "Ana Sanz"), make_staff(school, "Luis Vera")
    for user, name in ((hers, "Taller A"), (other, "Taller B")):
        subgroup = Subgroup.objects.create(school=school, year=group.year, name=name)
        teach(user, group, "Taller", group=None, subgroup=subgroup)
        if user == hers:
            SubgroupMember.objects.create(
                school=school, subgroup=subgroup, enrolment=Enrolment.objects.get(student=student)
            )
    assert found(student, mother) == [Teacher(pk(hers), "Ana Sanz", ("Taller",))]


def test_subject_that_she_taught_before_is_not_named(student: Student, mother: User, group: Group) -> None:
    teacher = make_teacher(group, "Ana Sanz")
    teach(teacher, group, "Física", held_until=database_today() - timedelta(days=1))
    assert found(student, mother) == [Teacher(pk(teacher), "Ana Sanz", ("Matemáticas",))]


def test_mother_who_teaches_her_child_does_not_find_herself(
    student: Student, mother: User, group: Group
) -> None:
    teacher = make_teacher(group, "Ana Sanz")
    student.guardianships.update(guardian=teacher.people.get())
    assert found(student, teacher) == []
    assert found(student, mother) == [Teacher(pk(teacher), "Ana Sanz", ("Matemáticas",))]


def test_barred_father_who_teaches_and_who_left_are_not_named(
    student: Student, mother: User, group: Group
) -> None:
    father, gone = make_teacher(group, "Pedro Marín"), make_teacher(group, "Luis Vera")
    gone.people.get().staff.delete()
    Guardianship.objects.create(
        school=group.school,
        student=student,
        guardian=father.people.get(),
        relation="father",
        order=2,
        barred_from=date(2026, 1, 1),
        barred_reference="Auto 1/2026",
    )
    assert found(student, mother) == []


def test_student_who_left_has_nobody(student: Student, mother: User, group: Group) -> None:
    make_teacher(group)
    assert len(found(student, mother)) == 1
    Enrolment.objects.update(status="withdrawn")
    assert found(student, mother) == []


@pytest.mark.parametrize("number", [1, 30])
def test_many_cost_no_more_queries_than_one(
    number: int, student: Student, mother: User, group: Group, django_assert_num_queries: Any
) -> None:
    for one in range(number):
        make_teacher(group, f"Ana {one:02d}")
    today = database_today()
    with django_assert_num_queries(3):
        assert len(teachers_for(student, mother, today)) == number
