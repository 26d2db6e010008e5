"""What came of a message, for the acuse, the commands and the pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from notica.candidates import SENDER_BARRED
from notica.choices import Outcome
from notica.models import Message, Recipient, RecipientAbout
from notica.progress import totals
from notica.reasons import sentence
from plumier.models import Student

PAGE = 500
ACUSE_ROWS = 500  # people named in an acuse; the send's page has all


@dataclass(frozen=True, slots=True)
class Line:
    """One recipient in words."""

    recipient_id: int
    name: str
    about: str
    outcome: str
    reason: str


def total_lines(message_id: int) -> list[tuple[str, int]]:
    """The totals in words, in the order of the outcomes."""
    found = totals(message_id)
    return [(str(outcome.label), found[outcome]) for outcome in Outcome if outcome in found]


def recipient_pages(message_id: int, size: int = PAGE) -> Iterator[list[Recipient]]:
    """The recipients of a message by keyset, people and families with their names."""
    last = 0
    rows = Recipient.objects.filter(message=message_id).select_related("person", "family_of__person")
    while page := list(rows.filter(pk__gt=last).order_by("pk")[:size]):
        yield page
        last = page[-1].pk


def students_about(recipients: list[Recipient]) -> dict[int, list[Student]]:
    """The students whom each recipient's message is about."""
    found: dict[int, list[Student]] = {recipient.pk: [] for recipient in recipients}
    rows = RecipientAbout.objects.filter(recipient__in=list(found)).select_related("student__person")
    for row in rows.order_by("student__person__sort_key"):
        found[row.recipient_id].append(row.student)
    return found


def name_of(recipient: Recipient) -> str:
    """Who a recipient is, by name."""
    if recipient.person is not None:
        return str(recipient.person)
    assert recipient.family_of is not None
    return str(recipient.family_of.person)


def lines(message_id: int, most: int) -> list[Line]:
    """The first recipients of a message in words, in the language in force."""
    found: list[Line] = []
    for page in recipient_pages(message_id, min(PAGE, most)):
        about = students_about(page)
        for recipient in page:
            if recipient.reason == SENDER_BARRED:  # whom a court hides from the sender is not named to him
                continue
            found.append(_line(recipient, about[recipient.pk]))
            if len(found) == most:
                return found
    return found


def _line(recipient: Recipient, about: list[Student]) -> Line:
    return Line(
        recipient.pk,
        name_of(recipient),
        ", ".join(str(student.person) for student in about if student.person_id != recipient.person_id),
        str(Outcome(recipient.outcome).label),
        sentence(recipient.reason),
    )


def acuse_context(message_id: int) -> dict[str, Any]:
    """What an acuse's templates are given (requirement C4), in the language in force."""
    message = Message.objects.get(pk=message_id)
    recipients = sum(totals(message_id).values())
    return {
        "about_message": message,
        "totals": total_lines(message_id),
        "lines": lines(message_id, ACUSE_ROWS),
        "more": max(recipients - ACUSE_ROWS, 0),
        "recipients": recipients,
        "finished": message.state == "finished",
    }
