"""The newest sends that a user may see, some at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet, Sum, TextField, Value
from django.db.models.functions import Concat

from notica.choices import MessageState
from notica.marks import Mark, message_mark
from notica.models import Message, ProgressDelta
from notica.result_page import UNFINISHED, Card, cards, sender_words, title_of
from plumier.functions import SortKey
from plumier.names import search_key

PAGE: Final = 50
RUNNING, ENDED = "en-curso", "terminados"
SYSTEM_KINDS: Final = ("acuse",)  # made by the post office about another send


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to: `state` is RUNNING, ENDED or empty; `words` are looked for in the text."""

    state: str = ""
    words: str = ""

    def __bool__(self) -> bool:
        return bool(self.state or self.words)


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


def sends_page(visible: QuerySet[Message], filters: Filters, after: int) -> SendsPage:
    """Up to `PAGE` of the visible sends, older than the one with the key `after`."""
    wanted = _narrowed(visible.exclude(kind__in=SYSTEM_KINDS), filters)
    if last := visible.filter(pk=after).values_list("created_at", flat=True).first():
        wanted = wanted.filter(Q(created_at__lt=last) | Q(created_at=last, pk__lt=after))
    rows = wanted.select_related("school", "sender", "sender_person").order_by("-created_at", "-pk")
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    return SendsPage(_lines(shown), shown[-1].pk if len(found) > PAGE else 0)


def _narrowed(messages: QuerySet[Message], filters: Filters) -> QuerySet[Message]:
    if filters.state == RUNNING:
        messages = messages.filter(state__in=UNFINISHED)
    elif filters.state == ENDED:
        messages = messages.filter(state__in=(MessageState.FINISHED, MessageState.CANCELLED))
    if filters.words:
        text = SortKey(Concat(F("subject"), Value(" "), F("body"), output_field=TextField()))
        messages = messages.annotate(text=text).filter(text__contains=search_key(filters.words))
    return messages


def _lines(messages: Sequence[Message]) -> list[SendLine]:
    sums = (
        ProgressDelta.objects.filter(message_id__in=[message.pk for message in messages])
        .values("message_id", "outcome")
        .annotate(total=Sum("count"))
        .values_list("message_id", "outcome", "total")
    )
    totals: dict[int, dict[str, int]] = {message.pk: {} for message in messages}
    for message_id, outcome, total in sums:
        totals[message_id][outcome] = total
    return [_line(message, totals[message.pk]) for message in messages]


def _line(message: Message, totals: dict[str, int]) -> SendLine:
    return SendLine(
        message=message,
        title=title_of(message),
        sender=sender_words(message),
        mark=None if totals else message_mark(message.state),
        cards=cards(totals),
        zone=ZoneInfo(message.school.time_zone),
    )
