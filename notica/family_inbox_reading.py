"""One message as a family reads it in Mirador: its text and files, about whom, and how else it was sent to her."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import get_language

from notica.choices import SUCCESS_STATES, DeliveryState, Outcome, channel_word
from notica.family_inbox import FamilyReader, children_of_entries
from notica.family_inbox_list import family_sender
from notica.inbox_list import fill_entries, left_words, moment_words
from notica.marks import Mark, delivery_mark, legend
from notica.models import Delivery, InboxEntry, MessageAttachment
from notica.reasons import sentence
from notica.rendering import notice_text
from notica.result_page import title_of
from plumier.contacts import mask
from plumier.family_access import Child

NEVER_LEFT: Final = (
    *(DeliveryState.SUPPRESSED, DeliveryState.QUARANTINED),
    *(DeliveryState.CANCELLED, DeliveryState.EXPIRED),
)
CAME_TO_NOTHING: Final = (DeliveryState.FAILED, DeliveryState.UNDELIVERED)


@dataclass(frozen=True, slots=True)
class SentWay:
    """An address of hers to which it was sent too, masked; what is known of that, and what it proves, or why not."""

    channel: str
    address: str
    mark: Mark
    words: str


@dataclass(frozen=True, slots=True)
class FamilyReading:
    """What the page of a message shows. `only_here`: her child's data are protected, no channel carries it."""

    entry: InboxEntry
    title: str
    sender: str
    when: str
    left: str
    text: str
    children: list[Child]
    files: list[MessageAttachment]
    ways: list[SentWay]
    only_here: bool


def family_reading(entry: InboxEntry, reader: FamilyReader) -> FamilyReading:
    """The page of an entry of hers, whose message, school and sender are at hand; in the language in force."""
    fill_entries([entry], reader.named)
    message, school = entry.message, entry.message.school
    recipient = entry.recipient
    return FamilyReading(
        entry=entry,
        title=title_of(message),
        sender=family_sender(message, with_school=True),
        when=moment_words(entry.created_at, school, reader.now),
        left=left_words(entry.expires_at, school, reader.now),
        text=notice_text(message, get_language() or "es"),
        children=children_of_entries([entry], reader.children)[entry.pk],
        files=list(files_for_family(entry)),
        ways=_ways(entry, reader),
        only_here=recipient.outcome == Outcome.EXCLUDED and recipient.reason == "protected",
    )


def files_for_family(entry: InboxEntry) -> QuerySet[MessageAttachment]:
    """The files that stay with an entry's message."""
    return MessageAttachment.objects.filter(message=entry.message_id)


def _ways(entry: InboxEntry, reader: FamilyReader) -> list[SentWay]:
    """Hers alone: what was sent to the other parent, and what came of it, is that parent's."""
    sent = Delivery.objects.filter(
        message_id=entry.message_id, recipient_id=entry.recipient_id, person_id=entry.person_id
    )
    proofs = {mark.word: proof for mark, proof in legend()}
    rows = sent.exclude(state__in=NEVER_LEFT).order_by("step", "channel", "address", "part", "pk")
    by_address = groupby(rows, key=lambda one: (one.step, one.channel, one.address))
    return [_way(list(parts), entry, reader, proofs) for _address, parts in by_address]


def _way(parts: list[Delivery], entry: InboxEntry, reader: FamilyReader, proofs: dict[str, str]) -> SentWay:
    told = _that_says_most(parts)
    mark = delivery_mark(told, reader.now, ZoneInfo(entry.message.school.time_zone))
    why = sentence(told.reason) if told.state in CAME_TO_NOTHING else proofs.get(mark.word, "")
    return SentWay(channel_word(told.channel), mask(told.address), mark, "" if why == mark.word else why)


def _that_says_most(parts: Iterable[Delivery]) -> Delivery:
    """Of a text in parts the first that did not arrive, else the last."""
    every = list(parts)
    return next((one for one in every if one.state not in SUCCESS_STATES), every[-1])
