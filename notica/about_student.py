"""The newest messages to a student and to her family.

`Recipient` has no index by person, which every fan-out would pay for: what is in Notica is found by its entries.
Who was left out has none, nor what went straight to mail with files: those are looked for among the newest sends,
by message and person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from notica.marks import Mark, outcome_mark
from notica.models import InboxEntry, Message, MessageAttachment, Recipient, RecipientAbout
from notica.result_page import sender_words, title_of
from notica.sends_list import SYSTEM_KINDS
from notica.summaries import name_of

NEWEST: Final = 10
LOOKED_THROUGH: Final = 200  # of the newest sends, and of those with files


@dataclass(frozen=True, slots=True)
class Told:
    """One message: to whom, and what came of it."""

    message: Message
    title: str
    sender: str
    recipient: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Home:
    """A student and who answers for her, by their ids, as far as somebody may see them.

    A family is named by the eldest row of the siblings, so these are of the home, too.
    """

    student: int
    people: tuple[int, ...]
    siblings: tuple[int, ...] = ()


def newest_about(home: Home, visible: QuerySet[Message], now: datetime) -> list[Told]:
    """Up to `NEWEST` messages about the student among the visible ones, newest first. Five queries."""
    told = visible.exclude(kind__in=SYSTEM_KINDS)
    found = {*_in_notica(home, told, now), *_among_newest(home, told)}
    rows = (
        Recipient.objects.filter(pk__in=found)
        .select_related(
            *("message__school", "message__sender", "message__sender_person"),
            *("person", "family_of__person"),
        )
        .order_by("-message__created_at", "-pk")
    )
    return [
        Told(
            message=row.message,
            title=title_of(row.message),
            sender=sender_words(row.message),
            recipient=name_of(row),
            mark=outcome_mark(row.outcome, row.reason),
        )
        for row in rows[:NEWEST]
    ]


def _in_notica(home: Home, visible: QuerySet[Message], now: datetime) -> Sequence[int]:
    """By recipient: a message to a family has an entry for each of them."""
    about = RecipientAbout.objects.filter(recipient=OuterRef("recipient"), student=home.student)
    entries = InboxEntry.objects.filter(
        Exists(about), person__in=home.people, created_at__lte=now, message__in=visible.values("pk")
    )
    newest = entries.order_by("-created_at", "-pk").values_list("recipient", flat=True)
    return list(newest[: NEWEST * len(home.people)])


def _among_newest(home: Home, visible: QuerySet[Message]) -> Sequence[int]:
    """Of the newest sends also who was left out, and of those with files also who has no entry."""
    files = MessageAttachment.objects.filter(message=OuterRef("pk"))
    sends = {*_newest(visible), *_newest(visible.filter(Exists(files)))}
    about = RecipientAbout.objects.filter(recipient=OuterRef("pk"), student=home.student)
    hers = Q(person__in=home.people) | Q(family_of__in=(home.student, *home.siblings))
    rows = Recipient.objects.filter(hers, Exists(about), message__in=sends)
    return list(rows.order_by("-message", "-pk").values_list("pk", flat=True)[: NEWEST * len(home.people)])


def _newest(visible: QuerySet[Message]) -> Sequence[int]:
    return list(visible.order_by("-created_at", "-pk").values_list("pk", flat=True)[:LOOKED_THROUGH])
