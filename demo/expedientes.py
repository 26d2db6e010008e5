"""The sample school's expedientes disciplinarios: one that was closed, and one that is being instructed."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from convivencia.disciplinary.choices import CaseKind, Ending, StepKind
from convivencia.disciplinary.opening import Opening, open_case
from convivencia.disciplinary.steps import Closing, Step, add_step, close_case
from convivencia.models import DisciplinaryCase
from plumier.clock import database_now, day_in
from plumier.models import Enrolment, Group, Person, School, Student, User

DAY = timedelta(days=1)


@transaction.atomic
def expedientes(of: School, groups: Sequence[Group]) -> None:
    """Opened by the director and instructed by the tutor of the second group. Done once."""
    if DisciplinaryCase.objects.filter(school=of).exists():
        return
    director = User.objects.get(username="directora")
    instructor = _tutor(groups[1]) or Person.objects.get(user=director, school=of)
    pupils = _pupils(groups)
    _closed(of, pupils[0], instructor, director)
    _open(of, pupils[1], instructor, director)


def _tutor(group: Group) -> Person | None:
    """As the register has it now: the group in hand may be older."""
    return Person.objects.filter(tutored_groups=group).first()


def _pupils(groups: Sequence[Group]) -> list[Student]:
    """The last of each group by number: nobody else's story in the tour."""
    today = day_in(groups[0].school, database_now())
    rows = Enrolment.objects.in_force(today).filter(group__in=groups[:2]).select_related("student")
    return [one.student for one in rows.order_by("group_id", "-student__expediente").distinct("group_id")]


def _closed(of: School, pupil: Student, instructor: Person, director: User) -> None:
    now = database_now()
    today = day_in(of, now)
    facts = _(
        "Rompió a propósito el cristal de la puerta del gimnasio en el recreo, delante de la profesora de guardia."
    )
    written = Opening(pupil.pk, CaseKind.CONFORMITY, facts, today - 12 * DAY, instructor.pk, "demo-1")
    case = open_case(of, written, by=director, now=now)
    done = (
        (StepKind.FAMILY_NOTICE, 9, _("Se cita a los padres y firman el acuerdo.")),
        (StepKind.STATEMENT, 7, _("Reconoce los hechos.")),
        (StepKind.HEARING, 4, _("La familia está conforme con reparar el daño.")),
    )
    for kind, days, note in done:
        step = Step(kind, done_on=today - days * DAY, note=note, key=str(kind))
        add_step(case, step, by=director, now=now)
    said = _("Repara el daño y ayuda tres tardes en la biblioteca.")
    close_case(case, Closing(Ending.MEASURES, said, today), by=director, now=now)


def _open(of: School, pupil: Student, instructor: Person, director: User) -> None:
    now = database_now()
    today = day_in(of, now)
    facts = _("Grabó con el móvil a una compañera en el vestuario y lo difundió en un grupo de la clase.")
    written = Opening(pupil.pk, CaseKind.ORDINARY, facts, today - 3 * DAY, instructor.pk, "demo-2")
    case = open_case(of, written, by=director, now=now)
    steps = (
        Step(StepKind.FAMILY_NOTICE, done_on=today - DAY, note=_("Por escrito, con acuse."), key="a"),
        Step(
            StepKind.PRECAUTION, done_on=today - DAY, note=_("Deja el móvil en jefatura al entrar."), key="b"
        ),
        Step(StepKind.STATEMENT, due_on=today + 4 * DAY, key="c"),
        Step(StepKind.PROPOSAL, due_on=today + 11 * DAY, key="d"),
    )
    for step in steps:
        add_step(case, step, by=director, now=now)
