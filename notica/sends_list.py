"""The newest sends that a user may see, some at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet, Sum

from notica.choices import MessageState
from notica.exports.words import KINDS as FILES
from notica.marks import Mark, message_mark
from notica.models import Message, ProgressDelta
from notica.phases import UNFINISHED, Phase, leaves_at, phase_of
from notica.result_page import Card, cards, sender_words, title_of
from plumier.models import User
from plumier.names import search_key

PAGE: Final = 50
RUNNING, ENDED = "en-curso", "terminados"
SYSTEM_KINDS: Final = ("acuse", *sorted(FILES))  # made by the post office about another send, or about a file


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to: `state` is RUNNING, ENDED or empty; `words` are looked for in the text.

    `since` is the first moment and `until` the first one after.
    """

    state: str = ""
    words: str = ""
    since: datetime | None = None
    until: datetime | None = None
    way: str = ""
    kind: str = ""
    mine: bool = False

    @property
    def more(self) -> bool:
        """Whether it is narrowed by what stands apart from the state and the words."""
        return bool(self.since or self.until or self.way or self.kind or self.mine)

    def __bool__(self) -> bool:
        return bool(self.state or self.words or self.more)


@dataclass(frozen=True, slots=True)
class SendLine:
    """One send in the list, its times to be shown in `zone`."""

    message: Message
    title: str
    sender: str
    mark: Mark | None  # none where the outcomes say it all
    cards: list[Card]
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class SendsPage:
    """Some sends, newest first, and the key after which the older ones begin; 0 at the end."""

    rows: list[SendLine]
    after: int


def sends_page(
    visible: QuerySet[Message], filters: Filters, after: int, *, by: User, now: datetime
) -> SendsPage:
    """Up to `PAGE` of the visible sends, older than the one with the key `after`."""
    wanted = _narrowed(visible.exclude(kind__in=SYSTEM_KINDS), filters, by)
    if last := visible.filter(pk=after).values_list("created_at", flat=True).first():
        wanted = wanted.filter(Q(created_at__lt=last) | Q(created_at=last, pk__lt=after))
    rows = wanted.select_related("school", "sender", "sender_person").defer("search_text")
    found = list(rows.order_by("-created_at", "-pk")[: PAGE + 1])
    shown = found[:PAGE]
    return SendsPage(_lines(shown, now), shown[-1].pk if len(found) > PAGE else 0)


def _narrowed(messages: QuerySet[Message], filters: Filters, by: User) -> QuerySet[Message]:
    if filters.state == RUNNING:
        messages = messages.filter(state__in=UNFINISHED)
    elif filters.state == ENDED:
        messages = messages.filter(state__in=(MessageState.FINISHED, MessageState.CANCELLED))
    if filters.since:
        messages = messages.filter(created_at__gte=filters.since)
    if filters.until:
        messages = messages.filter(created_at__lt=filters.until)
    if filters.way:
        messages = messages.filter(way=filters.way)
    if filters.kind:
        messages = messages.filter(kind=filters.kind)
    if filters.mine:
        messages = messages.filter(sender=by)
    if filters.words:
        for word in search_key(filters.words).split():
            messages = messages.filter(search_text__contains=word)
    return messages


def _lines(messages: Sequence[Message], now: datetime) -> list[SendLine]:
    sums = (
        ProgressDelta.objects.filter(message_id__in=[message.pk for message in messages])
        .values("message_id", "outcome")
        .annotate(total=Sum("count"))
        .values_list("message_id", "outcome", "total")
    )
    totals: dict[int, dict[str, int]] = {message.pk: {} for message in messages}
    for message_id, outcome, total in sums:
        totals[message_id][outcome] = total
    return [_line(message, totals[message.pk], now) for message in messages]


def _line(message: Message, totals: dict[str, int], now: datetime) -> SendLine:
    zone = ZoneInfo(message.school.time_zone)
    return SendLine(
        message=message,
        title=title_of(message),
        sender=sender_words(message),
        mark=None if totals else _mark(message, now, zone),
        cards=cards(totals),
        zone=zone,
    )


def _mark(message: Message, now: datetime, zone: ZoneInfo) -> Mark:
    if phase_of(message, now) == Phase.SCHEDULED:
        return Mark(leaves_at(message.not_before, now, zone), "clock", "info")
    return message_mark(message.state)
