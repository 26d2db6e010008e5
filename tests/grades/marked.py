"""A class with marks, its teachers and families, for tests."""

from typing import Any

from grades.actions import acknowledge, publish
from grades.models import Acknowledgement, Evaluation, Mark, Publication
from grades.reports import report_of
from plumier.access import family_person
from plumier.clock import database_now, database_today
from plumier.models import Group, School, Student, Subject, TeachingAssignment, User
from tests.factories.register import make_login, make_school
from tests.notica.correspondence import Family


class Marked(Family):
    """Lucía of 1º ESO A with a mark in Matemáticas, which Paco teaches, and in Lengua; her tutor is Tere."""

    def __init__(self, school: School | None = None, **student: Any) -> None:
        super().__init__(school or make_school(), **student)
        self.father_login: User = make_login(self.person(self.father))
        self.evaluation = Evaluation.objects.create(
            school=self.school, year=self.group.year, name="1ª evaluación"
        )
        self.maths: TeachingAssignment = self.person(self.teacher).assignments.select_related("subject").get()
        self.language = Subject.objects.create(school=self.school, name="Lengua", code="LCL")
        put(self.evaluation, self.student, self.maths.subject, "7", "Buen trabajo")
        put(self.evaluation, self.student, self.language, "NT")

    def publish(self, *groups: Group, tell: bool = False, by: User | None = None) -> list[Publication]:
        """The tutor, or another, opens them."""
        return publish(
            self.evaluation,
            groups or (self.group,),
            tell=tell,
            by=by or self.tutor,
            now=database_now(),
        )

    def acknowledge(self, by: User | None = None, student: Student | None = None) -> Acknowledgement:
        """The mother, or another, says that she has read what there is."""
        reader, about = by or self.mother_login, student or self.student
        return acknowledge(
            about, self.evaluation, seen_by(reader, about, self.evaluation), by=reader, now=database_now()
        )


def put(evaluation: Evaluation, student: Student, subject: Subject, value: str, remark: str = "") -> Mark:
    """A mark; another where there is one already."""
    mark, _new = Mark.objects.update_or_create(
        evaluation=evaluation,
        enrolment=student.enrolments.get(year=evaluation.year),
        subject=subject,
        defaults={"school": evaluation.school, "value": value, "remark": remark},
    )
    mark.refresh_from_db()
    return mark


def seen_by(user: User, student: Student, evaluation: Evaluation) -> Any:
    """When what she reads last changed; the moment where she reads nothing."""
    person = family_person(user, student, database_today())
    enrolment = student.enrolments.get(year=evaluation.year)
    found = report_of(enrolment, evaluation, person.pk) if person else None
    return found.seen if found else database_now()
