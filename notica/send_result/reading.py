"""The recipients of a send with what came of each, chunk by chunk: the same number of queries for each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from notica.family_reads import reads_of
from notica.models import Delivery, Message, Recipient
from notica.summaries import recipient_pages, students_about
from plumier.models import Enrolment, Person, Student

CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Told:
    """One recipient: the children it is about, their groups this year, and every address that was tried, in order.

    `read_at` is when somebody of a family first opened it in Mirador.
    """

    recipient: Recipient
    children: list[Student]
    groups: list[str]
    deliveries: list[Delivery] = field(default_factory=list)
    read_at: datetime | None = None

    def people(self) -> Iterator[Person]:
        """Everybody whom its row names."""
        if self.recipient.person is not None:
            yield self.recipient.person
        if self.recipient.family_of is not None:
            yield self.recipient.family_of.person
        for child in self.children:
            yield child.person


def chunks(message: Message) -> Iterator[list[Told]]:
    """All of them, in the order in which they were written."""
    for page in recipient_pages(message.pk, CHUNK):
        about = students_about(page)
        groups = _groups({child.pk for children in about.values() for child in children})
        tried = _tried(message, page)
        reads = reads_of(message, [recipient.pk for recipient in page])
        yield [
            Told(
                recipient,
                about[recipient.pk],
                list(dict.fromkeys(groups[one.pk] for one in about[recipient.pk] if one.pk in groups)),
                tried.get(recipient.pk, []),
                reads[recipient.pk].first_at if recipient.pk in reads else None,
            )
            for recipient in page
        ]


def _groups(students: set[int]) -> dict[int, str]:
    rows = Enrolment.objects.filter(student__in=students, year__is_current=True)
    return dict(rows.values_list("student_id", "group__name"))


def _tried(message: Message, page: Sequence[Recipient]) -> dict[int, list[Delivery]]:
    found: dict[int, list[Delivery]] = {}
    rows = Delivery.objects.filter(message_id=message.pk, recipient_id__in=[one.pk for one in page])
    for delivery in rows.order_by("recipient_id", "step", "channel", "address", "part", "pk"):
        found.setdefault(delivery.recipient_id, []).append(delivery)
    return found
