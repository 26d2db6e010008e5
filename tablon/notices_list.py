"""The notices that a user may see, newest first, some at a time; the same queries for one and for many."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Concat

from notica.marks import Mark
from plumier.functions import SortKey
from plumier.names import search_key
from tablon.choices import NoticeState
from tablon.days import with_state
from tablon.marks import notice_mark
from tablon.models import Notice, NoticeFile, NoticeSchool

PAGE: Final = 30


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to: one state, or words in title and text."""

    state: str = ""
    words: str = ""

    def __bool__(self) -> bool:
        return bool(self.state or self.words)


@dataclass(frozen=True, slots=True)
class Tab:
    """A state with how many notices are in it."""

    value: str
    word: str
    number: int


@dataclass(frozen=True, slots=True)
class Line:
    """A notice in the list."""

    notice: Notice
    owner: str
    mark: Mark
    schools: int
    files: int


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """Some notices, and the key after which the older ones begin; 0 at the end."""

    rows: list[Line]
    tabs: list[Tab]
    total: int
    after: int


def notices_page(visible: QuerySet[Notice], filters: Filters, after: int, now: datetime) -> NoticesPage:
    """Up to `PAGE` of the visible notices, older than the one with the key `after`."""
    found: QuerySet[Any] = with_words(with_state(visible, now), filters.words)
    counts = dict(
        found.order_by().values("state").annotate(number=Count("pk")).values_list("state", "number")
    )
    rows = found.filter(state=filters.state) if filters.state else found
    if after:
        rows = rows.filter(pk__lt=after)
    some = list(_with_numbers(rows).select_related("school", "service").order_by("-pk")[: PAGE + 1])
    return NoticesPage(
        rows=[_line(notice) for notice in some[:PAGE]],
        tabs=[Tab(state.value, str(state.label), counts.get(state.value, 0)) for state in NoticeState],
        total=sum(counts.values()),
        after=some[PAGE - 1].pk if len(some) > PAGE else 0,
    )


def with_words(notices: QuerySet[Any], words: str) -> QuerySet[Any]:
    """Those in whose title or text every word is, however it is written."""
    if not words:
        return notices
    text = SortKey(Concat(F("title"), Value(" "), F("text"), output_field=TextField()))
    found: QuerySet[Any] = notices.annotate(words=text)
    for word in search_key(words).split():
        found = found.filter(words__contains=word)
    return found


def owner_words(notice: Notice) -> str:
    """Who publishes it."""
    return str(notice.school or notice.service)


def _with_numbers(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    def counted(model: type[NoticeSchool] | type[NoticeFile]) -> Coalesce:
        rows = model._default_manager.filter(notice=OuterRef("pk")).order_by().values("notice")
        return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), 0)

    return notices.annotate(number_of_schools=counted(NoticeSchool), number_of_files=counted(NoticeFile))


def _line(notice: Notice) -> Line:
    said = notice.__dict__
    return Line(
        notice,
        owner_words(notice),
        notice_mark(said["state"]),
        said["number_of_schools"],
        said["number_of_files"],
    )
