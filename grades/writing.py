"""A class's marks written at once: what two people write at the same time is never lost (requirement D3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from grades.access import classes_marked_by, pupils_of
from grades.models import Evaluation, Mark, Publication
from grades.refusals import GradesRefused
from plumier.access import schools_led_by
from plumier.clock import day_in
from plumier.models import TeachingAssignment, User


@dataclass(frozen=True, slots=True)
class Cell:
    """A mark with its remark; both empty where there is none."""

    value: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into a cell, and what stood there when the page was made."""

    typed: Cell
    before: Cell


class MarksClash(GradesRefused):
    """Somebody else has meanwhile changed what is being changed; `now` is what stands there, by enrolment."""

    def __init__(self, now: dict[int, Cell]) -> None:
        super().__init__(
            _(
                "Mientras escribía, otra persona ha cambiado alguna de estas calificaciones: no se ha guardado nada."
            )
        )
        self.now = now


def why_closed(evaluation: Evaluation, user: User, today: date) -> str:
    """Why she cannot write the marks of an evaluation today, in words; empty when she can."""
    if evaluation.closes_on is None or today <= evaluation.closes_on:
        return ""
    if schools_led_by(user, today).filter(pk=evaluation.school_id).exists():
        return ""
    return _("La evaluación se cerró el %(day)s. Si hay que cambiar algo, pídalo a jefatura de estudios.") % {
        "day": date_format(evaluation.closes_on)
    }


def marks_of(evaluation: Evaluation, subject_id: int, enrolments: Mapping[int, object]) -> dict[int, Cell]:
    """What stands there, by enrolment."""
    rows = Mark.objects.filter(evaluation=evaluation, subject=subject_id, enrolment__in=enrolments)
    return {one.enrolment_id: Cell(one.value, one.remark) for one in rows}


@transaction.atomic
def write_marks(
    evaluation: Evaluation,
    assignment: TeachingAssignment,
    cells: Mapping[int, Typed],
    *,
    by: User,
    now: datetime,
) -> int:
    """Write what differs from what the page showed, all or nothing; how many marks that were.

    A mark that families could read stays as an empty one when it is taken back. Raises MarksClash where somebody
    else has written to one of them meanwhile, and GradesRefused where they are not hers to write.
    """
    today = day_in(evaluation.school, now)
    if not classes_marked_by(by, today).filter(pk=assignment.pk, year=evaluation.year_id).exists():
        raise GradesRefused(_("Solo pone calificaciones quien da clase al grupo o el equipo directivo."))
    if words := why_closed(evaluation, by, today):
        raise GradesRefused(words)
    groups = dict(pupils_of(assignment, by, today).values_list("pk", "group"))
    wanted = {pk: one for pk, one in cells.items() if one.typed != one.before}
    if wanted.keys() - groups.keys():
        raise GradesRefused(_("Alguien de la lista ya no está en esta clase. Vuelva a abrir la página."))
    Evaluation.objects.select_for_update(no_key=True).get(pk=evaluation.pk)
    stands = marks_of(evaluation, assignment.subject_id, wanted)
    clashes = {
        pk: stands.get(pk, Cell())
        for pk, one in wanted.items()
        if stands.get(pk, Cell()) not in (one.before, one.typed)
    }
    if clashes:
        raise MarksClash(clashes)
    changed = {pk: one.typed for pk, one in wanted.items() if stands.get(pk, Cell()) != one.typed}
    opened = set(Publication.objects.filter(evaluation=evaluation).values_list("group", flat=True))
    taken = [pk for pk, cell in changed.items() if cell == Cell() and groups[pk] not in opened]
    here = Mark.objects.filter(evaluation=evaluation, subject=assignment.subject_id)
    here.filter(enrolment__in=taken).delete()
    _put(evaluation, assignment, {pk: cell for pk, cell in changed.items() if pk not in taken})
    return len(changed)


def _put(evaluation: Evaluation, assignment: TeachingAssignment, cells: Mapping[int, Cell]) -> None:
    """In one statement; when each changed is the database's to say."""
    Mark.objects.bulk_create(
        [
            Mark(
                school=evaluation.school,
                evaluation=evaluation,
                enrolment_id=pk,
                subject_id=assignment.subject_id,
                value=cell.value,
                remark=cell.remark,
            )
            for pk, cell in cells.items()
        ],
        update_conflicts=True,
        unique_fields=["evaluation", "enrolment", "subject"],
        update_fields=["value", "remark"],
    )
