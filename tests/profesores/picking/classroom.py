"""A teacher with students, and her page."""

from collections.abc import Iterable

from notica.choices import Audience
from plumier.clock import database_today
from plumier.models import Enrolment, Group, Person, School, Student, User
from profesores.picking.my_students import MyStudents


def page_of(user: User, school: School, to: Audience = Audience.FAMILY) -> MyStudents:
    return MyStudents(user, school, database_today(), to)


def names(students: Iterable[Student]) -> list[str]:
    return sorted(student.person.given_name for student in students)


def fill(group: Group, number: int) -> None:
    """Many students at once, without families."""
    school, year = group.school, group.year
    people = Person.objects.bulk_create(
        Person(school=school, given_name=f"Alumno{one:05d}", surname="Nadal") for one in range(number)
    )
    students = Student.objects.bulk_create(
        Student(school=school, person=person, expediente=f"M{number}") for number, person in enumerate(people)
    )
    Enrolment.objects.bulk_create(
        Enrolment(school=school, student=student, year=year, group=group) for student in students
    )
