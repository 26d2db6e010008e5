"""What the pages of behaviour records show: lists by key, one record, and the pupils to choose from (E4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from convivencia.models import BehaviourNotice, BehaviourRecord
from convivencia.records.access import enrolments_written_of, records_seen_by
from convivencia.records.edits import names_of
from convivencia.records.notifying import what_was_told
from convivencia.records.proposing import when_words
from notica.access import messages_visible_to
from notica.marks import Mark, outcome_mark
from notica.models import Recipient
from notica.summaries import name_of
from plumier.models import AcademicYear, Enrolment, Group, School, SessionSlot, Student, User

PAGE: Final = 50
USUAL_DAYS: Final = 300  # shown of a school that does not say when its year begins
SESSIONS: Final = range(1, 9)  # of a school without a timetable
ALL, UNTOLD = "todos", "sin"
TABS: Final = (ALL, UNTOLD)


@dataclass(frozen=True, slots=True)
class Filters:
    """What is shown: `tab` is one of TABS, `group` a group or 0, `mine` those that she wrote."""

    first: date
    last: date
    tab: str = ALL
    group: int = 0
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One record in a list."""

    record: BehaviourRecord
    when: str
    author: str
    told: bool


@dataclass(frozen=True, slots=True)
class RecordsPage:
    """Some of them, the newest first, the key after which the older begin (0 at the end); `any` there are at all."""

    lines: list[Line]
    after: int
    groups: tuple[Group, ...] = ()
    any: bool = True


@dataclass(frozen=True, slots=True)
class Came:
    """One message to the family: who sent it, what came of it, person by person, and whether she may open it."""

    notice: BehaviourNotice
    sender: str
    people: list[tuple[str, Mark]]
    opens: bool


@dataclass(frozen=True, slots=True)
class Pupils:
    """From whom an incident's are chosen: one group's, and those of others that are chosen already."""

    groups: list[Group]
    group: Group | None
    shown: list[Enrolment]
    others: list[Enrolment]


def usual_filters(school: School, today: date) -> Filters:
    """All of the year."""
    year = AcademicYear.objects.filter(school=school, is_current=True).first()
    begun = year.starts_on if year and year.starts_on and year.starts_on <= today else None
    return Filters(begun or today - timedelta(days=USUAL_DAYS), today)


def records_page(user: User, school: School, today: date, filters: Filters, after: int) -> RecordsPage:
    """Up to PAGE of those that she may read; the same queries for one and for many."""
    hers = records_seen_by(user, today).filter(school=school)
    groups = Group.objects.filter(pk__in=hers.order_by().values("enrolment__group")).order_by("name", "pk")
    found = tuple(groups.select_related("year"))
    page = _page(_narrowed(hers, filters, user), school, after)
    return replace(page, groups=found, any=bool(found))


def student_page(user: User, student: Student, today: date, after: int) -> RecordsPage:
    """Of one pupil, of any year."""
    rows = records_seen_by(user, today).filter(enrolment__student=student)
    return _page(rows, student.school, after)


def _narrowed(rows: QuerySet[BehaviourRecord], filters: Filters, user: User) -> QuerySet[BehaviourRecord]:
    rows = rows.filter(day__gte=filters.first, day__lte=filters.last)
    if filters.group:
        rows = rows.filter(enrolment__group=filters.group)
    if filters.mine:
        rows = rows.filter(author=user)
    if filters.tab == UNTOLD:
        rows = rows.filter(~Exists(_notices()), annulled_at__isnull=True)
    return rows


def _notices() -> QuerySet[BehaviourNotice]:
    return what_was_told().filter(record=OuterRef("pk"))


def _page(rows: QuerySet[BehaviourRecord], school: School, after: int) -> RecordsPage:
    if after and (last := rows.filter(pk=after).values_list("day", flat=True).first()):
        rows = rows.filter(Q(day__lt=last) | Q(day=last, pk__lt=after))
    told = rows.annotate(told=Exists(_notices())).select_related(
        "enrolment__student__person", "enrolment__group"
    )
    found = list(told.order_by("-day", "-pk")[: PAGE + 1])
    shown = found[:PAGE]
    names = names_of({one.author_id for one in shown}, school)
    lines = [Line(one, when_words(one), names.get(one.author_id, ""), one.told) for one in shown]
    return RecordsPage(lines, shown[-1].pk if len(found) > PAGE else 0)


def came_of(record: BehaviourRecord, user: User, today: date) -> list[Came]:
    """What the family was told, the newest first. Five queries."""
    notices = list(record.notices.select_related("message").order_by("-at", "-pk"))
    if not notices:
        return []
    sent = [one.message_id for one in notices]
    rows = Recipient.objects.filter(message__in=sent).select_related("person", "family_of__person")
    people: dict[int, list[tuple[str, Mark]]] = {}
    for row in rows.order_by("pk"):
        people.setdefault(row.message_id, []).append((name_of(row), outcome_mark(row.outcome, row.reason)))
    opened = set(messages_visible_to(user, today).filter(pk__in=sent).values_list("pk", flat=True))
    names = names_of({one.by_id for one in notices}, record.school)
    return [
        Came(one, names.get(one.by_id, ""), people.get(one.message_id, []), one.message_id in opened)
        for one in notices
    ]


def others_of_incident(record: BehaviourRecord, seen: QuerySet[BehaviourRecord]) -> list[BehaviourRecord]:
    """The records of the same incident that she may read."""
    rows = seen.filter(incident=record.incident).exclude(pk=record.pk)
    return list(rows.select_related("enrolment__student__person", "enrolment__group").order_by("pk"))


def pupils_of(user: User, school: School, today: date, group: int, chosen: Iterable[int]) -> Pupils:
    """Of the group that is asked for, else of the first chosen one's, else of her first. Three queries."""
    hers = enrolments_written_of(user, school, today)
    groups = list(
        Group.objects.filter(pk__in=hers.order_by().values("group")).order_by("stage", "name", "pk")
    )
    wanted = list(chosen)
    rows = hers.select_related("student__person", "group").order_by("student__person__sort_key", "pk")
    picked = list(rows.filter(pk__in=wanted)) if wanted else []
    first = group or next((one.group_id for one in picked), 0)
    here = next((one for one in groups if one.pk == first), next(iter(groups), None))
    shown = list(rows.filter(group=here)) if here else []
    return Pupils(groups, here, shown, [one for one in picked if here is None or one.group_id != here.pk])


def enrolment_of(user: User, school: School, today: date, student: int) -> list[int]:
    """The enrolment of a pupil whom an address names, if she may write of her."""
    rows = enrolments_written_of(user, school, today).filter(student=student)
    return list(rows.values_list("pk", flat=True))


def sessions_of(school: School) -> Sequence[int]:
    """The sessions of its days."""
    rows = SessionSlot.objects.filter(school=school, year__is_current=True).order_by("number")
    return list(rows.values_list("number", flat=True).distinct()) or list(SESSIONS)
