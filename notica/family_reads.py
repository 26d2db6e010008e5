"""Which families have opened a message in Mirador, for who sent it (requirement C4)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from notica.choices import Audience
from notica.marks import Mark
from notica.models import InboxEntry, Message


@dataclass(frozen=True, slots=True)
class Reads:
    """How many of those of a recipient who have the message in Mirador opened it, and when the first of them did."""

    readers: int
    of: int
    first_at: datetime

    @property
    def mark(self) -> Mark:
        """In words: of a family whose guardians each have it, by how many."""
        words = _("Leído en Mirador")
        if self.of > 1:
            words = _("Leído en Mirador por %(readers)d de %(of)d") % {"readers": self.readers, "of": self.of}
        return Mark(words, "eye", "good")


def reads_of(message: Message, recipients: Collection[int]) -> dict[int, Reads]:
    """By recipient (its id), of those with which somebody opened it; one query for all.

    Of a message to colleagues none: what they read in Notica is theirs.
    """
    if message.to == Audience.STAFF:
        return {}
    rows = InboxEntry.objects.filter(recipient__in=recipients).values_list("recipient_id", "read_at")
    found: dict[int, list[datetime | None]] = {}
    for recipient, read_at in rows:
        found.setdefault(recipient, []).append(read_at)
    return {
        recipient: Reads(len(read), len(copies), min(read))
        for recipient, copies in found.items()
        if (read := [at for at in copies if at is not None])
    }
