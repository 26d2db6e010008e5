"""An expediente is opened, and given to another instructor (requirement E5)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from convivencia.disciplinary.access import cases_directed_by, instructors_for, students_brought_before
from convivencia.disciplinary.choices import HearerRole
from convivencia.disciplinary.hearing import hearers_of_opening, sorted_out
from convivencia.disciplinary.telling import INSTRUCTOR, OPENED, tell_hearers
from convivencia.models import DisciplinaryCase
from plumier.clock import day_in
from plumier.history import acting
from plumier.models import AcademicYear, Enrolment, School, User
from plumier.refusals import Refused, SavedOtherwise

CAUSE = "disciplinary"


@dataclass(frozen=True, slots=True)
class Opening:
    """As it was written; `student` and `instructor` (a person) by id, `key` makes a form sent twice one expediente."""

    student: int
    kind: str
    facts: str
    happened_on: date
    instructor: int
    key: str


@transaction.atomic
def open_case(school: School, written: Opening, *, by: User, now: datetime) -> DisciplinaryCase:
    """Give it the school's next number of the year and tell whom it concerns; the same key again is the same one.

    Raises Refused where she does not direct the school, the pupil is not enrolled there or hers to bring before it,
    nothing is said of the facts, they lie in the future, or the instructor cannot be; SavedOtherwise where that key
    opened another one.
    """
    School.objects.select_for_update(of=("self",), no_key=True).get(pk=school.pk)
    known = DisciplinaryCase.objects.filter(school=school, client_key=written.key, opened_by=by).first()
    facts = written.facts.strip()
    if known is not None:
        return _same(known, written)
    today = day_in(school, now)
    if not facts:
        raise Refused(_("Escriba los hechos."))
    if written.happened_on > today:
        raise Refused(_("Los hechos no pueden ser de un día que no ha llegado."))
    enrolment = _enrolment(school, written.student, by, today)
    student = enrolment.student
    if not instructors_for(student, today).filter(pk=written.instructor).exists():
        raise Refused(_("Esa persona no puede instruirlo. Elija a otra del personal del centro."))
    with acting(by.pk, CAUSE):
        case = DisciplinaryCase.objects.create(
            school=school,
            year=enrolment.year,
            number=_next_number(enrolment.year),
            student=student,
            group=enrolment.group,
            kind=written.kind,
            facts=facts,
            happened_on=written.happened_on,
            opened_on=today,
            opened_at=now,
            opened_by=by,
            instructor_id=written.instructor,
            client_key=written.key,
        )
    hearers = hearers_of_opening(student, enrolment.group.tutor_id, written.instructor, today)
    tell_hearers(case, hearers, OPENED, by=by, now=now)
    return case


def _same(case: DisciplinaryCase, written: Opening) -> DisciplinaryCase:
    """The one that a second press opens; its instructor may be another by now. Raises SavedOtherwise."""
    said = (case.student_id, case.kind, case.facts, case.happened_on)
    if said != (written.student, written.kind, written.facts.strip(), written.happened_on):
        raise SavedOtherwise
    return case


def _next_number(year: AcademicYear) -> int:
    """One more than the last; the school is held, so nobody takes the same, and none is left out."""
    last: int | None = DisciplinaryCase.objects.filter(year=year).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _enrolment(school: School, student: int, by: User, today: date) -> Enrolment:
    hers = students_brought_before(by, school, today).filter(pk=student)
    rows = Enrolment.objects.in_force(today).filter(student__in=hers.values("pk"), year__is_current=True)
    found = rows.select_related("student__school", "student__person", "group", "year").first()
    if found is None:
        raise Refused(
            _("Ese alumno no está matriculado en el centro, o no puede abrirle un expediente usted.")
        )
    return found


@transaction.atomic
def change_instructor(case: DisciplinaryCase, person: int, *, by: User, now: datetime) -> DisciplinaryCase:
    """Give it to somebody else, who is told; to who has it already changes nothing.

    Raises Refused where it is not hers to give, is closed, or that person cannot instruct it.
    """
    held = locked(case)
    today = day_in(held.school, now)
    if not cases_directed_by(by, today).filter(pk=held.pk).exists():
        raise Refused(_("El instructor lo cambia el equipo directivo."))
    if held.instructor_id == person:
        return held
    if not held.is_open:
        raise Refused(_("El expediente está cerrado: ya no se cambia el instructor."))
    if not instructors_for(held.student, today).filter(pk=person).exists():
        raise Refused(_("Esa persona no puede instruirlo. Elija a otra del personal del centro."))
    held.instructor_id = person
    with acting(by.pk, CAUSE):
        held.save(update_fields=["instructor"])
    hearers = sorted_out(held.student, ((HearerRole.INSTRUCTOR, {person}),), today)
    tell_hearers(held, hearers, INSTRUCTOR, by=by, now=now)
    return held


def locked(case: DisciplinaryCase) -> DisciplinaryCase:
    """The row, held until the end of the transaction."""
    rows = DisciplinaryCase.objects.select_for_update(of=("self",))
    return rows.select_related("school", "student__school", "student__person", "group", "year").get(
        pk=case.pk
    )
