"""The list in Mirador: a family's messages of all its schools, newest first, each day in the school's own zone.

Every page costs the same queries whatever its number of rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Left
from django.utils.formats import date_format
from django.utils.text import Truncator

from notica.event_words.absences import absence_line
from notica.family_inbox import FamilyReader, children_of_entries, one_about
from notica.inbox_list import ARCHIVED, UNREAD, Filters, day_words, fill_entries
from notica.kinds import ABSENCE, ABSENCE_CORRECTION
from notica.models import InboxEntry, Message, MessageAttachment
from notica.result_page import title_of
from plumier.family_access import Child
from plumier.names import search_key

PAGE: Final = 30
TABS: Final = (UNREAD, ARCHIVED)
_BEGINNING: Final = 300  # letters of a text that a row may show
_SHOWN: Final = 160


@dataclass(frozen=True, slots=True)
class FamilyLine:
    """One message in the list: from whom, about which of her children, how its text begins, whether it has files."""

    pk: int
    unread: bool
    sender: str
    title: str
    beginning: str
    children: list[Child]
    files: bool
    at: datetime
    hour: str


@dataclass(frozen=True, slots=True)
class FamilyDay:
    """The messages of one day, which is called so."""

    word: str
    rows: list[FamilyLine]


@dataclass(frozen=True, slots=True)
class FamilyPage:
    """Some messages, and the key after which the older ones begin; 0 at the end."""

    days: list[FamilyDay]
    after: int


def family_page(
    reader: FamilyReader, filters: Filters, after: int = 0, child: Child | None = None
) -> FamilyPage:
    """Up to `PAGE` of her messages, older than the one with the key `after`; about one child if it is given."""
    found = _newest(reader, filters, after, child)
    rows = InboxEntry.objects.filter(pk__in=found[:PAGE]).select_related(
        "message__sender_person", "message__school"
    )
    rows = rows.defer("message__body", "message__search_text").annotate(
        beginning=Left("message__body", _BEGINNING),
        files=Exists(MessageAttachment.objects.filter(message=OuterRef("message"))),
    )
    shown = list(rows.order_by("-created_at", "-pk"))
    for entry in shown:
        entry.message.body = entry.beginning
    fill_entries(shown, reader.named)
    return FamilyPage(_by_day(shown, reader), found[PAGE - 1] if len(found) > PAGE else 0)


def _newest(reader: FamilyReader, filters: Filters, after: int, child: Child | None) -> list[int]:
    """The keys of the newest, one more than a page shows.

    Each person's are read along her own index: thousands are not sorted where a family is in two schools.
    """
    wanted = _narrowed(reader.entries, filters, reader.children)
    if child is not None:
        wanted = wanted.alias(chosen=one_about(student=child.pk)).filter(chosen__isnull=False)
    if last := reader.entries.filter(pk=after).values_list("created_at", flat=True).first():
        wanted = wanted.filter(Q(created_at__lt=last) | Q(created_at=last, pk__lt=after))
    columns = wanted.order_by("-created_at", "-pk").values_list("created_at", "pk")
    parts = [columns.filter(person=person)[: PAGE + 1] for person in reader.people]
    if not parts:
        return []
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return [pk for _at, pk in sorted(rows, reverse=True)[: PAGE + 1]]


def _narrowed(
    entries: QuerySet[InboxEntry], filters: Filters, children: Sequence[Child]
) -> QuerySet[InboxEntry]:
    entries = entries.filter(archived_at__isnull=filters.tab != ARCHIVED)
    if filters.tab == UNREAD:
        entries = entries.filter(read_at__isnull=True)
    for number, word in enumerate(search_key(filters.words).split()):
        has = Q(message__search_text__contains=word) | Q(message__sender_person__sort_key__contains=word)
        named = [child.pk for child in children if word in child.student.person.sort_key]
        entries = entries.alias(**{f"named_{number}": one_about(student__in=named)})
        entries = entries.filter(has | Q(**{f"named_{number}__isnull": False}))
    return entries


def _by_day(entries: Sequence[InboxEntry], reader: FamilyReader) -> list[FamilyDay]:
    """Each day once, also where two schools turn theirs at different moments."""
    about = children_of_entries(entries, reader.children)
    days: dict[date, tuple[str, list[FamilyLine]]] = {}
    for entry in entries:
        zone = ZoneInfo(entry.message.school.time_zone)
        local = entry.created_at.astimezone(zone)
        word = day_words(local.date(), reader.now.astimezone(zone).date())
        _word, rows = days.setdefault(local.date(), (word, []))
        rows.append(_line(entry, about[entry.pk], local, reader))
    return [FamilyDay(*days[day]) for day in sorted(days, reverse=True)]


def _line(entry: InboxEntry, children: list[Child], local: datetime, reader: FamilyReader) -> FamilyLine:
    message = entry.message
    return FamilyLine(
        pk=entry.pk,
        unread=entry.read_at is None,
        sender=family_sender(message, with_school=reader.in_several_schools),
        title=title_of(message),
        beginning=_beginning_of(message),
        children=children if len(reader.children) > 1 else [],
        files=entry.files,  # type: ignore[attr-defined]  # annotated
        at=entry.created_at,
        hour=date_format(local, "TIME_FORMAT"),
    )


def family_sender(message: Message, *, with_school: bool) -> str:
    """Who wrote it; the school where nobody did, and beside who did for a family that has several."""
    person, school = message.sender_person, message.school.name
    if person is None:
        return school
    return f"{person.full_name} · {school}" if with_school else person.full_name


def _beginning_of(message: Message) -> str:
    """How its text begins, if its title does not say it; of an absence, which session it was."""
    if message.kind in (ABSENCE, ABSENCE_CORRECTION):
        return Truncator(absence_line(message)).chars(_SHOWN)
    text = " ".join(message.body.split())
    return "" if text == title_of(message) or not message.subject else Truncator(text).chars(_SHOWN)
