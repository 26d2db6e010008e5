"""Before a text of the desk is sent: how many families get it by which way, how many do not and why (C6, C8)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from notica.actions import compose
from notica.audience import CHUNK, Scope, count_units
from notica.choices import Way
from notica.models import ReviewText
from notica.preparing import context_of, prepare
from notica.refusals import Refused
from notica.review.drafting import check_said, draft_of
from notica.review.saying import said_last
from notica.writing.preview import IN_REQUEST
from notica.writing.preview_numbers import Numbers
from notica.writing.preview_words import ChannelTotal, Leaving, ReasonTotal, Words, leaving
from plumier.clock import day_in
from plumier.models import User


@dataclass(frozen=True, slots=True)
class Forecast:
    """`problem` says why it cannot be sent. Of more than a page can count, `recipients` alone is known."""

    problem: str = ""
    recipients: int = 0
    counted: bool = False
    missed: int = 0
    channels: tuple[ChannelTotal, ...] = ()
    reasons: tuple[ReasonTotal, ...] = ()
    leaving: Leaving | None = None
    sms: str = ""
    example: str = ""


def forecast(text: ReviewText, *, by: User, now: datetime) -> Forecast:
    """What sending it now would do; leaves nothing behind. Memory does not grow with the school."""
    said = said_last(text)
    try:
        check_said(text, said, now)
        with transaction.atomic():
            try:
                return _looked_at(text, by, now)
            finally:
                transaction.set_rollback(True)
    except Refused as refusal:
        return Forecast(problem=str(refusal))


def _looked_at(text: ReviewText, by: User, now: datetime) -> Forecast:
    message = compose(draft_of(text, said_last(text), now), by=by, now=now)
    context, scope = context_of(message), Scope(message, day_in(text.school, now))
    total = count_units(scope, 10 * IN_REQUEST)
    if total > IN_REQUEST:
        return Forecast(recipients=total, leaving=leaving(context, now))
    numbers = Numbers()
    for chunk in prepare(context, now, CHUNK):
        numbers.add(message, chunk)
    words = Words(message)
    return Forecast(
        recipients=numbers.recipients,
        counted=True,
        missed=numbers.recipients - numbers.reached,
        channels=words.channels(numbers),
        reasons=words.reasons(numbers),
        leaving=leaving(context, now),
        sms=words.sms(numbers, text.school.policy) if message.way == Way.SMS else "",
        example=numbers.example,
    )
