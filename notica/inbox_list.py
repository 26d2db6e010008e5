"""The list in Notica: some messages at a time, newest first, by their day in the school.

Every page costs the same queries whatever its number of rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.db.models.functions import Left
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notica.correspondents import from_words, group_names
from notica.kinds import KINDS, TO_TEACHER
from notica.models import InboxEntry, Message
from notica.result_page import title_of
from notica.writing.filling import Reader, placeholders_of, values_of
from notica.writing.placeholders import fill
from plumier.models import Person, School, Student
from plumier.names import search_key

PAGE: Final = 30
FAMILIES, NOTICES, UNREAD, ARCHIVED = "familias", "avisos", "no-leidos", "archivados"
TABS: Final = (FAMILIES, NOTICES, UNREAD, ARCHIVED)
_BEGINNING: Final = 300  # letters of a text that a row may show
_SHOWN: Final = 120


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to: `tab` is one of TABS or empty; `words` are looked for."""

    tab: str = ""
    words: str = ""

    def __bool__(self) -> bool:
        return bool(self.tab or self.words)


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One message in the list; how its text begins and what kind it is, if that says more than its title."""

    pk: int
    unread: bool
    sender: str
    kind: str
    title: str
    beginning: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """The messages of one day, which is called so."""

    word: str
    rows: list[EntryLine]


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Some messages, and the key after which the older ones begin; 0 at the end."""

    days: list[Day]
    after: int


def inbox_page(
    entries: QuerySet[InboxEntry], filters: Filters, after: int, school: School, now: datetime
) -> InboxPage:
    """Up to `PAGE` of these entries, older than the one with the key `after`."""
    wanted = _narrowed(entries, filters, school)
    if last := entries.filter(pk=after).values_list("created_at", flat=True).first():
        wanted = wanted.filter(Q(created_at__lt=last) | Q(created_at=last, pk__lt=after))
    if filters.words:  # found first: thousands of texts are not sorted
        newest = wanted.order_by("-created_at", "-pk").values_list("pk", flat=True)
        wanted = entries.filter(pk__in=list(newest[: PAGE + 1]))
    rows = wanted.select_related(
        "message__sender", "message__sender_person", "message__student__person", "message__school"
    )
    rows = rows.defer("message__body", "message__search_text").annotate(
        beginning=Left("message__body", _BEGINNING)
    )
    found = list(rows.order_by("-created_at", "-pk")[: PAGE + 1])
    shown = found[:PAGE]
    return InboxPage(_by_day(shown, school, now), shown[-1].pk if len(found) > PAGE else 0)


def _narrowed(entries: QuerySet[InboxEntry], filters: Filters, school: School) -> QuerySet[InboxEntry]:
    entries = entries.filter(archived_at__isnull=filters.tab != ARCHIVED)
    if filters.tab == FAMILIES:
        entries = entries.filter(message__kind=TO_TEACHER)
    elif filters.tab == NOTICES:
        entries = entries.exclude(message__kind=TO_TEACHER)
    elif filters.tab == UNREAD:
        entries = entries.filter(read_at__isnull=True)
    for word in search_key(filters.words).split():
        entries = entries.filter(_has(word, school))
    return entries


def _has(word: str, school: School) -> Q:
    """In its text, or in the name of who wrote it or whom it is about; the school's people are looked through once."""
    people = Person.objects.filter(school=school, sort_key__contains=word)
    students = Student.objects.filter(school=school, person__sort_key__contains=word)
    return (
        Q(message__search_text__contains=word)
        | Q(message__sender_person__in=people.values("pk"))
        | Q(message__student__in=students.values("pk"))
    )


def _by_day(entries: Sequence[InboxEntry], school: School, now: datetime) -> list[Day]:
    zone = ZoneInfo(school.time_zone)
    today = now.astimezone(zone).date()
    groups = group_names(_students(entries), today)
    about = acuse_titles([entry.message for entry in entries])
    for entry in entries:
        entry.message.body = entry.beginning  # type: ignore[attr-defined]  # annotated
    fill_entries(entries)
    days = groupby(entries, lambda entry: entry.created_at.astimezone(zone).date())
    return [Day(day_words(day, today), [_line(entry, groups, about) for entry in rows]) for day, rows in days]


def fill_entries(entries: Iterable[InboxEntry], children: frozenset[str] | None = None) -> None:
    """Put into their messages, in memory, what stands in the places of each one's text for who reads it.

    `children` are the students it may name, by their ids as text; None: all whom it is about.
    """
    with_places = [entry for entry in entries if placeholders_of(entry.message)]
    values = values_of(
        Reader(entry.pk, entry.message, entry.recipient_id, entry.person_id, children)
        for entry in with_places
    )
    for entry in with_places:
        message = entry.message
        message.subject = fill(message.subject, values[entry.pk])
        message.body = fill(message.body, values[entry.pk])


def _students(entries: Sequence[InboxEntry]) -> set[int]:
    return {entry.message.student_id for entry in entries if entry.message.student_id is not None}


def acuse_titles(messages: Sequence[Message]) -> dict[int, str]:
    """By acuse, what the send is called of which it tells; one query for all."""
    sends = {one.pk: one.params.get("message") for one in messages if one.kind == "acuse"}
    wanted = Message.objects.filter(pk__in=[send for send in sends.values() if send is not None])
    rows = wanted.defer("body", "search_text").annotate(beginning=Left("body", _BEGINNING))
    titles = {row.pk: _title(row, row.beginning) for row in rows}
    return {acuse: titles[send] for acuse, send in sends.items() if send in titles}


def _title(message: Message, beginning: str) -> str:
    """As `title_of`, of a message whose body was not read."""
    message.body = beginning
    return title_of(message)


def _line(entry: InboxEntry, groups: dict[int, str], about: dict[int, str]) -> EntryLine:
    message = entry.message
    title = about.get(message.pk) or title_of(message)
    text = " ".join(message.body.split())
    return EntryLine(
        pk=entry.pk,
        unread=entry.read_at is None,
        sender=from_words(message, groups),
        kind="" if title == (kind := str(KINDS[message.kind].label)) else kind,
        title=title,
        beginning="" if text == title or not message.subject else Truncator(text).chars(_SHOWN),
        at=entry.created_at,
    )


def day_words(day: date, today: date) -> str:
    """«Hoy», «Ayer», or which day it was."""
    if day == today:
        return _("Hoy")
    if day == today - timedelta(days=1):
        return _("Ayer")
    words = f"{date_format(day, 'l')} {date_format(day, 'MONTH_DAY_FORMAT')}"
    return words if day.year == today.year else f"{words}, {day.year}"


def moment_words(at: datetime, school: School, now: datetime) -> str:
    """«Hoy, 10:04»."""
    zone = ZoneInfo(school.time_zone)
    local = at.astimezone(zone)
    hour = date_format(local, "TIME_FORMAT")
    return f"{day_words(local.date(), now.astimezone(zone).date())}, {hour}"


def left_words(expires_at: datetime, school: School, now: datetime) -> str:
    """For how long it stays: «se borra en 7 días»."""
    zone = ZoneInfo(school.time_zone)
    days = (expires_at.astimezone(zone).date() - now.astimezone(zone).date()).days
    if days <= 0:
        return _("se borra hoy")
    return ngettext("se borra en %(days)d día", "se borra en %(days)d días", days) % {"days": days}
