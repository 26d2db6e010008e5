"""The board as families and students read it: some notices at a time, the newest on the board first.

Every page costs the same queries whatever its number of notices.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest, Left
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from notica.marks import Mark
from plumier.models import Student, User
from tablon.access import notices_for, notices_read_by, past_notices_for
from tablon.days import OWNERS_ZONE, day_where
from tablon.models import Notice, NoticeFile, NoticeRead
from tablon.notices_list import owner_words, with_words
from tablon.text import beginning

PAGE: Final = 20
PAST, ARCHIVED = "anteriores", "archivados"
TABS: Final = (PAST, ARCHIVED)
_READ_OF: Final = 800  # letters of a text that its card is made from
_SHOWN: Final = 180


@dataclass(frozen=True, slots=True)
class Filters:
    """What the board is narrowed to: `tab` is one of TABS or empty; `words` are looked for."""

    tab: str = ""
    words: str = ""

    def __bool__(self) -> bool:
        return bool(self.tab or self.words)


@dataclass(frozen=True, slots=True)
class Card:
    """A notice on the board."""

    pk: int
    title: str
    beginning: str
    owner: Mark
    days: str
    unread: bool
    files: list[NoticeFile]


@dataclass(frozen=True, slots=True)
class BoardPage:
    """Some notices, and after which of them the older ones begin; empty at the end."""

    cards: list[Card]
    after: str


def board_page(
    user: User, filters: Filters, after: str, now: datetime, student: Student | None = None
) -> BoardPage:
    """Up to `PAGE` of what she reads there, older than the one that `after` names; two queries."""
    found = with_words(_on_tab(user, filters.tab, now, student), filters.words)
    found = _dated(found)
    if place := _place_of(after):
        day, key = place
        found = found.filter(Q(since__lt=day) | Q(since=day, pk__lt=key))
    rows = found.select_related("school", "service").prefetch_related("files").defer("text")
    rows = rows.annotate(start=Left("text", _READ_OF), unread=~Exists(_reads(user)))
    some: list[Any] = list(rows.order_by("-since", "-pk")[: PAGE + 1])
    shown = some[:PAGE]
    rest = f"{shown[-1].since:%Y%m%d}-{shown[-1].pk}" if len(some) > PAGE else ""
    today = timezone.localdate(now)
    return BoardPage([_card(notice, today) for notice in shown], rest)


def owner_mark(notice: Notice) -> Mark:
    """From whom it comes: a service of the Consejería or a school, told apart by more than the name."""
    if notice.service_id:
        return Mark(owner_words(notice), "flag", "info")
    return Mark(owner_words(notice), "school", "plain")


def days_words(since: date, until: date, today: date) -> str:
    """«15 nov · hasta 30 nov»; a year that is not today's is said."""
    days = {"since": _day(since, today), "until": _day(until, today)}
    return _("%(since)s · hasta %(until)s") % days


def read_by(user: User, now: datetime) -> QuerySet[Any]:
    """All that she may open, each with `since` and whether it is `archived`."""
    archived = Exists(_reads(user).filter(archived_at__isnull=False))
    found: QuerySet[Any] = _dated(notices_read_by(user, now)).annotate(archived=archived)
    return found


def _on_tab(user: User, tab: str, now: datetime, student: Student | None) -> QuerySet[Notice]:
    archived = Exists(_reads(user).filter(archived_at__isnull=False))
    if tab == ARCHIVED:
        return notices_read_by(user, now, student).filter(archived)
    shown = past_notices_for if tab == PAST else notices_for
    return shown(user, now, student).exclude(archived)


def _reads(user: User) -> QuerySet[NoticeRead]:
    return NoticeRead.objects.filter(user=user, notice=OuterRef("pk"))


def _dated(notices: QuerySet[Any]) -> QuerySet[Any]:
    """With `since`: from which day it hangs, be it its first or, where that was already over, when it was published."""
    hung = day_where(F("published_at"), OWNERS_ZONE)
    found: QuerySet[Any] = notices.annotate(since=Greatest(F("starts_on"), hung))
    return found


def _place_of(after: str) -> tuple[date, int] | None:
    """What `after` names, if it is one of ours."""
    day, _dash, key = after.partition("-")
    if not (len(day) == 8 and len(key) <= 18 and (day + key).isascii() and day.isdigit() and key.isdigit()):
        return None
    try:
        return date(int(day[:4]), int(day[4:6]), int(day[6:])), int(key)
    except ValueError:
        return None


def _day(day: date, today: date) -> str:
    words = date_format(day, _("j b"))
    return words if day.year == today.year else f"{words} {day.year}"


def _card(notice: Any, today: date) -> Card:
    days = days_words(notice.since, notice.ends_on, today)
    text = beginning(notice.start, _SHOWN)
    return Card(
        notice.pk, notice.title, text, owner_mark(notice), days, notice.unread, list(notice.files.all())
    )
