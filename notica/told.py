"""Who has heard of a message and by which addresses: what a correction goes by (requirement E1)."""

from collections.abc import Collection
from typing import Final

from django.db.models import Exists, OuterRef

from notica.choices import SUCCESS_STATES, DeliveryState, MessageState, Outcome
from notica.models import Delivery, InboxEntry, Message, Recipient

# What went out without an answer may have been read as well.
_MAY_HAVE_TOLD: Final = (*SUCCESS_STATES, DeliveryState.UNCERTAIN, DeliveryState.SENT_UNCONFIRMED)
Addresses = frozenset[tuple[str, str]]  # (channel, address)


def told_by(message_ids: Collection[int]) -> dict[int, Addresses]:
    """By person, the addresses at which she was told of any of these messages; none for who read it in Mirador alone.

    Two queries.
    """
    found: dict[int, set[tuple[str, str]]] = {}
    sent = Delivery.objects.filter(message_id__in=list(message_ids), state__in=_MAY_HAVE_TOLD)
    for person, channel, address in sent.values_list("person_id", "channel", "address"):
        if person is not None:
            found.setdefault(person, set()).add((channel, address))
    copies = InboxEntry.objects.filter(message__in=list(message_ids)).values_list("person_id", flat=True)
    for person in copies:
        found.setdefault(person, set())
    return {person: frozenset(addresses) for person, addresses in found.items()}


def is_over(message: Message) -> bool:
    """Whether nothing more of it can go out: its rows are written and every recipient has come to an end."""
    waiting = Recipient.objects.filter(message=message, outcome=Outcome.OPEN)
    return message.fanned_out_at is not None and not waiting.exists()


def has_begun(message_ids: Collection[int]) -> bool:
    """Whether any of it has been tried, whatever came of it."""
    waiting = (DeliveryState.READY, DeliveryState.CANCELLED)
    tried = Delivery.objects.filter(message_id__in=list(message_ids)).exclude(state__in=waiting, tries=0)
    return tried.exists()


def take_back_unread(message_ids: Collection[int]) -> None:
    """Of those that were stopped: the Notica copies that nobody has read, of whoever was not told otherwise."""
    stopped = Message.objects.filter(pk__in=list(message_ids), state=MessageState.CANCELLED)
    sent = Delivery.objects.filter(
        message_id=OuterRef("message_id"), person_id=OuterRef("person_id"), state__in=_MAY_HAVE_TOLD
    )
    copies = InboxEntry.objects.filter(message__in=stopped.values("pk"), read_at__isnull=True)
    copies.filter(~Exists(sent)).delete()
