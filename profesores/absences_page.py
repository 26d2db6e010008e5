"""What a tutor sees of her group's absences: those to be excused, and the excuses that families propose (E2)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Prefetch, Q, QuerySet

from attendance.access import absences_justified_by
from attendance.choices import AnswerKind
from attendance.models import Absence, AbsenceAnswer
from plumier.models import Group, School, User

PAGE: Final = 100
WAITING, EXCUSED, ALL = "pendientes", "justificadas", "todas"
TABS: Final = (WAITING, EXCUSED, ALL)
SHOWN_DAYS: Final = 30  # when the address says no other
MOST_PROPOSED: Final = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """What is shown: `tab` is one of TABS; `pupil` an enrolment or 0, `group` a group or 0."""

    first: date
    last: date
    tab: str = WAITING
    group: int = 0
    pupil: int = 0


@dataclass(frozen=True, slots=True)
class AbsencesPage:
    """Some absences, the newest first, the key after which the older begin (0 at the end), and what is proposed."""

    rows: list[Absence]
    after: int
    groups: list[Group]
    proposed: list[AbsenceAnswer]


def default_filters(today: date) -> Filters:
    """The last month's that nobody has excused."""
    return Filters(today - timedelta(days=SHOWN_DAYS), today)


def absences_page(user: User, school: School, today: date, filters: Filters, after: int) -> AbsencesPage:
    """Up to PAGE of those that are hers to excuse; the same queries for one and for many."""
    hers = absences_justified_by(user, today).filter(school=school)
    groups = Group.objects.filter(pk__in=hers.values("enrolment__group")).order_by("name", "pk")
    rows = _narrowed(hers, filters)
    if last := hers.filter(pk=after).values_list("day", flat=True).first():
        rows = rows.filter(Q(day__lt=last) | Q(day=last, pk__lt=after))
    found = list(
        rows.select_related(
            "enrolment__student__person", "enrolment__group", "subject", "justified_by", "notice"
        )
        .prefetch_related(_papers())
        .order_by("-day", "-pk")[: PAGE + 1]
    )
    shown = found[:PAGE]
    return AbsencesPage(shown, shown[-1].pk if len(found) > PAGE else 0, list(groups), _proposed(hers))


def _narrowed(rows: QuerySet[Absence], filters: Filters) -> QuerySet[Absence]:
    rows = rows.filter(day__gte=filters.first, day__lte=filters.last)
    if filters.tab != ALL:
        rows = rows.filter(justified_at__isnull=filters.tab == WAITING)
    if filters.group:
        rows = rows.filter(enrolment__group=filters.group)
    return rows.filter(enrolment=filters.pupil) if filters.pupil else rows


def proposed_to(user: User, school: School, today: date) -> QuerySet[AbsenceAnswer]:
    """Excuses that families propose and that are hers to decide."""
    return _proposed_of(absences_justified_by(user, today).filter(school=school))


def answered_to(user: User, school: School, today: date) -> QuerySet[AbsenceAnswer]:
    """What families said about absences that are hers to excuse, decided or not."""
    hers = absences_justified_by(user, today).filter(school=school)
    return AbsenceAnswer.objects.filter(kind=AnswerKind.KNEW, notice__in=hers.values("notice"))


def _papers() -> Prefetch[str, QuerySet[AbsenceAnswer], str]:
    """Of each absence the files that its family sent about it and that were decided: the others stand above."""
    sent = AbsenceAnswer.objects.filter(kind=AnswerKind.KNEW, decided_at__isnull=False)
    sent = sent.exclude(file_sha256="").order_by("at", "pk")
    return Prefetch("notice__answers", sent, to_attr="papers")


def _proposed_of(hers: QuerySet[Absence]) -> QuerySet[AbsenceAnswer]:
    return AbsenceAnswer.objects.filter(
        kind=AnswerKind.KNEW, decided_at__isnull=True, notice__in=hers.values("notice")
    )


def _proposed(hers: QuerySet[Absence]) -> list[AbsenceAnswer]:
    rows = _proposed_of(hers).select_related("notice__student__person", "person")
    marked = Absence.objects.filter(cleared_at__isnull=True).select_related("subject").order_by("session")
    marks = Prefetch("notice__absences", marked, to_attr="live_absences")
    return list(rows.prefetch_related(marks).order_by("at", "pk")[:MOST_PROPOSED])
