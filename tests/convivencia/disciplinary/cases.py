"""A school with an expediente, and whom it concerns."""

from datetime import date, timedelta
from typing import Any

from convivencia.disciplinary.opening import Opening, open_case
from convivencia.disciplinary.steps import Step, add_step
from convivencia.models import DisciplinaryCase
from plumier.clock import database_now, day_in
from plumier.models import Person, Student, User
from plumier.roles import Role
from tests.factories.register import (
    Parent,
    make_director,
    make_group,
    make_school,
    make_staff,
    make_student,
    make_teacher,
    make_tutor,
)

FACTS = "Rompió el cristal de la puerta del gimnasio."


def opening(student: Student, instructor: Person, key: str = "one", **fields: Any) -> Opening:
    """As somebody writes it today."""
    values = {
        "student": student.pk,
        "kind": "ordinary",
        "facts": FACTS,
        "happened_on": day_in(student.school, database_now()),
        "instructor": instructor.pk,
        "key": key,
    }
    return Opening(**{**values, **fields})


def make_case(student: Student, director: User) -> DisciplinaryCase:
    """One that the director instructs herself, with a step to be done within a week."""
    now = database_now()
    case = open_case(student.school, opening(student, director.people.get()), by=director, now=now)
    due = day_in(student.school, now) + timedelta(days=7)
    add_step(case, Step("hearing", due_on=due, note="En el despacho."), by=director, now=now)
    return case


class DisciplinarySchool:
    """Ana Vera of 1º ESO C; Elena is its tutor. Head of studies, director, PTSC, PAS, instructor and a teacher."""

    def __init__(self, code: str = "30000001") -> None:
        self.school = make_school(code)
        self.group = make_group(self.school, "1º ESO C")
        self.tutor = make_tutor(self.group, "Elena Tutora")
        self.teacher = make_teacher(self.group, "Paco Profesor")
        self.head = make_staff(self.school, "Julia Jefa", Role.HEAD_OF_STUDIES)
        self.director = make_director(self.school)
        self.ptsc = make_staff(self.school, "Pilar Social", Role.PTSC)
        self.pas = make_staff(self.school, "Berta Secretaría", Role.PAS)
        self.instructor = make_staff(self.school, "Iván Instructor")
        self.ana = make_student(self.group, "Ana Vera", [Parent("Eva Ros")])

    def open(self, key: str = "one", **fields: Any) -> DisciplinaryCase:
        """The head of studies opens one."""
        by = fields.pop("by", self.head)
        written = opening(fields.pop("student", self.ana), self.instructor.people.get(), key, **fields)
        return open_case(self.school, written, by=by, now=database_now())

    def make_father(self, user: User, *, barred: bool, of: Student | None = None) -> None:
        """Who works here is on record as the pupil's father, kept from her by a court or not."""
        student = of or self.ana
        student.guardianships.create(
            school=self.school,
            guardian=user.people.get(),
            relation="father",
            order=9,
            barred_from=date(2026, 1, 1) if barred else None,
            barred_reference="Auto 12/2026" if barred else "",
        )
