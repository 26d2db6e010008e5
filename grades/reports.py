"""The marks as a family reads them (requirement D3): what is open to it, and what it has acknowledged."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from grades.models import Acknowledgement, Evaluation, Mark, Publication
from plumier.family_access import Child
from plumier.models import Enrolment


@dataclass(frozen=True, slots=True)
class Line:
    """A mark; `changed_at` is empty unless it changed after it was opened."""

    subject: str
    value: str
    remark: str
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Report:
    """An evaluation of a child's as one person reads it.

    `seen` is the last moment at which it changed: an acuse is of that and of nothing newer. `acknowledged_at` is her
    own last acuse, and nobody else's.
    """

    evaluation: Evaluation
    enrolment: Enrolment
    opened_at: datetime
    lines: tuple[Line, ...]
    seen: datetime
    acknowledged_at: datetime | None

    @property
    def is_acknowledged(self) -> bool:
        """Whether she has, and nothing has changed since."""
        return self.acknowledged_at is not None and self.acknowledged_at >= self.seen

    @property
    def changed_since(self) -> bool:
        """Whether her acuse is of marks that have changed."""
        return self.acknowledged_at is not None and not self.is_acknowledged


def reports_of(child: Child, *, past: bool = False) -> list[Report]:
    """What is open to this child's family, newest first; with `past` that of years gone by. Four queries at most."""
    enrolments = Enrolment.objects.filter(student=child.pk, year__is_current=not past)
    return _reports(list(enrolments.select_related("year")), child.person_id)


def report_of(enrolment: Enrolment, evaluation: Evaluation, person_id: int) -> Report | None:
    """One of them, as this person of the family reads it; None while it is not open to it."""
    found = (one for one in _reports([enrolment], person_id) if one.evaluation.pk == evaluation.pk)
    return next(found, None)


def has_past(child: Child) -> bool:
    """Whether marks of years gone by can be read."""
    past = Enrolment.objects.filter(student=child.pk, year__is_current=False)
    return Publication.objects.filter(
        group__in=past.values("group"), evaluation__marks__enrolment__in=past
    ).exists()


def _reports(enrolments: Sequence[Enrolment], person_id: int) -> list[Report]:
    by_group = {one.group_id: one for one in enrolments}
    opened = Publication.objects.filter(group__in=by_group).select_related("evaluation__year")
    publications = list(opened.order_by("-evaluation__year__name", "-evaluation_id"))
    marks, acuses = _marks(enrolments, publications), _acuses(enrolments, person_id)
    found = []
    for one in publications:
        enrolment = by_group[one.group_id]
        key = (one.evaluation_id, enrolment.pk)
        if rows := marks.get(key):
            seen = max(mark.changed_at for mark in rows)
            lines = tuple(_line(mark, one.at) for mark in rows if mark.value or mark.changed_at > one.at)
            found.append(Report(one.evaluation, enrolment, one.at, lines, seen, acuses.get(key)))
    return found


def _marks(
    enrolments: Sequence[Enrolment], publications: Sequence[Publication]
) -> dict[tuple[int, int], list[Mark]]:
    found: dict[tuple[int, int], list[Mark]] = defaultdict(list)
    rows = Mark.objects.filter(
        enrolment__in=[one.pk for one in enrolments],
        evaluation__in=[one.evaluation_id for one in publications],
    )
    for mark in rows.select_related("subject").order_by("subject__name", "pk"):
        found[mark.evaluation_id, mark.enrolment_id].append(mark)
    return found


def _acuses(enrolments: Sequence[Enrolment], person_id: int) -> dict[tuple[int, int], datetime]:
    rows = Acknowledgement.objects.filter(enrolment__in=[one.pk for one in enrolments], person=person_id)
    return {(one.evaluation_id, one.enrolment_id): one.at for one in rows}


def _line(mark: Mark, opened_at: datetime) -> Line:
    changed = mark.changed_at if mark.changed_at > opened_at else None
    return Line(mark.subject.name, mark.value, mark.remark, changed)
