"""What the pages of sends show: a message's state, its totals, and its recipients one page at a time.

Every page costs the same queries whatever its number of rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_urlsafe
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from notica.choices import RETRYABLE, MessageState, Outcome, channel_word
from notica.family_reads import reads_of
from notica.kinds import KINDS
from notica.marks import Mark, delivery_mark, outcome_mark
from notica.models import Delivery, Message, Recipient, RecipientAbout
from notica.phases import UNFINISHED
from notica.plan_words import omission_words, step_words
from notica.reasons import sentence
from notica.recipient_search import named
from notica.second_chance import obstacles
from notica.summaries import name_of, students_about
from plumier.contacts import mask
from plumier.models import Person, Student, User

PAGE: Final = 50
OPEN: Final = "open"  # in an address, where an empty value would mean everything
TITLE_LENGTH: Final = 70


@dataclass(frozen=True, slots=True)
class Card:
    """How many recipients came to one outcome; `value` is what the filter is called in an address."""

    value: str
    mark: Mark
    number: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One address that was tried, masked. `at` is when it ended."""

    channel: str
    address: str
    mark: Mark
    tries: int
    reason: str
    at: datetime | None


@dataclass(slots=True)
class StepLine:
    """A step of the plan in words, with what came of it."""

    number: int
    words: str
    note: str = ""
    deliveries: list[DeliveryLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RecipientLine:
    """One recipient: who, about whom, by which steps, what was left out, and what came of it.

    `read` is there where somebody of a family has opened it in Mirador.
    """

    name: str
    about: list[str]
    mark: Mark
    reason: str
    steps: list[StepLine]
    omitted: list[str]
    read: Mark | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and the key after which the next ones begin; 0 at the end."""

    rows: list[RecipientLine]
    after: int


def title_of(message: Message) -> str:
    """The subject, or how the text begins, or what kind of message it is."""
    if KINDS[message.kind].own_texts:
        return f"{KINDS[message.kind].label} · {message.subject}"
    first = message.body.strip().partition("\n")[0]
    return message.subject or Truncator(first).chars(TITLE_LENGTH) or str(message)


def sender_words(message: Message) -> str:
    """Who sent it, by name; the product itself where nobody did."""
    if message.sender_person is not None:
        return message.sender_person.full_name
    if message.sender is not None:
        return message.sender.get_full_name() or message.sender.get_username()
    return "Plumier"


def cards(totals: dict[str, int], chosen: Outcome | None = None) -> list[Card]:
    """A card for every outcome that somebody came to, in the outcomes' order."""
    return [
        Card(outcome.value or OPEN, outcome_mark(outcome), totals[outcome], outcome == chosen)
        for outcome in Outcome
        if totals.get(outcome)
    ]


def actions_on(message: Message, totals: dict[str, int], user: User, now: datetime) -> dict[str, object]:
    """What its page offers: to cancel what is open, to send again to those it did not reach, if any can be now."""
    failed = sum(totals.get(outcome, 0) for outcome in RETRYABLE)
    is_resent = bool(failed) and message.resent.exclude(state=MessageState.CANCELLED).exists()
    retryable = failed if message.finished_at is not None and not is_resent else 0
    return {
        "left": totals.get(Outcome.OPEN, 0),
        "cancellable": message.state in UNFINISHED,
        "retryable": retryable,
        "obstacles": obstacles(message, by=user, now=now) if retryable else [],
        "resend_key": token_urlsafe(16),
    }


def outcome_named(value: str) -> Outcome | None:
    """The outcome that an address filters by; None for all of them."""
    known = {outcome.value or OPEN: outcome for outcome in Outcome}
    return known.get(value)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which recipients are looked at: of one outcome, or by words of a name. Empty for all of them.

    Who is in `kept`, by id of person, is not shown, nor what is about her: a court keeps the reader from her (A3).
    """

    outcome: Outcome | None = None
    words: str = ""
    kept: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return self.outcome is not None or bool(self.words)


def recipients_page(message: Message, wanted: Wanted, after: int, now: datetime) -> Page:
    """Up to `PAGE` recipients after a key, by the order in which they were written."""
    rows = Recipient.objects.filter(message=message, pk__gt=after)
    if wanted.outcome is not None:
        rows = rows.filter(outcome=wanted.outcome)
    if wanted.words:
        rows = named(rows, message, wanted.words)
    if wanted.kept:
        about = RecipientAbout.objects.filter(message_id=message.pk, student__person__in=wanted.kept)
        rows = rows.exclude(person__in=wanted.kept).exclude(pk__in=about.values("recipient"))
    found = list(rows.select_related("person", "family_of__person").order_by("pk")[: PAGE + 1])
    shown = found[:PAGE]
    writer = _Writer(message, shown, now)
    return Page([writer.line(recipient) for recipient in shown], shown[-1].pk if len(found) > PAGE else 0)


class _Writer:
    """Reads once what all the rows of a page need."""

    def __init__(self, message: Message, recipients: Sequence[Recipient], now: datetime) -> None:
        self._now = now
        self._zone = ZoneInfo(message.school.time_zone)
        self._about = students_about(list(recipients))
        self._deliveries: dict[int, list[Delivery]] = {}
        ids = [recipient.pk for recipient in recipients]
        self._reads = reads_of(message, ids)
        tried = Delivery.objects.filter(message_id=message.pk, recipient_id__in=ids)
        for delivery in tried.order_by("recipient_id", "step", "channel", "address", "part", "pk"):
            self._deliveries.setdefault(delivery.recipient_id, []).append(delivery)
        omitted = [omission for recipient in recipients for omission in _omitted(recipient)]
        self._people = Person.objects.in_bulk({one["person"] for one in omitted if one["person"]})
        children = {one["params"]["student"] for one in omitted if "student" in one["params"]}
        self._children = Student.objects.select_related("person").in_bulk(children)

    def line(self, recipient: Recipient) -> RecipientLine:
        about = self._about[recipient.pk]
        mark, reason = outcome_mark(recipient.outcome, recipient.reason), self._reason(recipient)
        name = name_of(recipient)
        if recipient.family_of is not None:
            name = _("Familia de %(name)s") % {"name": name}
        return RecipientLine(
            name=name,
            about=[str(student) for student in about if student.person_id != recipient.person_id],
            mark=mark,
            reason=_unless_said(reason, mark),
            steps=self._steps(recipient),
            omitted=[
                words for words in self._omissions(recipient, about) if words not in (reason, mark.word)
            ],
            read=reads.mark if (reads := self._reads.get(recipient.pk)) else None,
        )

    def _reason(self, recipient: Recipient) -> str:
        """Nothing where the mark or the steps say it already."""
        if recipient.reason in ("protected", "notica") or recipient.outcome == Outcome.REACHED:
            return ""
        params: dict[str, Any] = next(
            (one["params"] for one in _omitted(recipient) if one["reason"] == recipient.reason), {}
        )
        return sentence(recipient.reason, params)

    def _steps(self, recipient: Recipient) -> list[StepLine]:
        stored = recipient.plan.get("steps", [])
        lines = [StepLine(number, step_words(targets)) for number, targets in enumerate(stored, start=1)]
        by_number = {line.number: line for line in lines}
        for delivery in self._deliveries.get(recipient.pk, []):
            by_number[delivery.step].deliveries.append(self._delivery(delivery))
        for line in lines:
            if not line.deliveries:
                line.note = _untried(recipient, line.number)
        return lines

    def _delivery(self, delivery: Delivery) -> DeliveryLine:
        mark = delivery_mark(delivery, self._now, self._zone)
        return DeliveryLine(
            channel=_channel(delivery),
            address=mask(delivery.address),
            mark=mark,
            tries=delivery.tries,
            reason=_unless_said(sentence(delivery.reason), mark),
            at=delivery.ended_at,
        )

    def _omissions(self, recipient: Recipient, about: Sequence[Student]) -> list[str]:
        words = [self._omission(one, recipient, len(about)) for one in _omitted(recipient)]
        return list(dict.fromkeys(words))

    def _omission(self, omission: dict[str, Any], recipient: Recipient, children: int) -> str:
        person = self._people.get(omission["person"])
        child = self._children.get(omission["params"].get("student"))
        whose = str(person) if person is not None and person.pk != recipient.person_id else ""
        named = str(child) if child is not None and children > 1 and child.person != person else ""
        return omission_words(omission, whose, named)


def _channel(delivery: Delivery) -> str:
    """Of a text in parts also which part."""
    word = channel_word(delivery.channel)
    if delivery.part == 1 and not delivery.more:
        return word
    return _("%(channel)s · parte %(part)d") % {"channel": word, "part": delivery.part}


def _omitted(recipient: Recipient) -> Iterable[dict[str, Any]]:
    omitted: list[dict[str, Any]] = recipient.plan.get("omitted", [])
    return omitted


def _unless_said(reason: str, mark: Mark) -> str:
    """A reason in the mark's own words says nothing more."""
    return "" if reason == mark.word else reason


def _untried(recipient: Recipient, number: int) -> str:
    if recipient.outcome == Outcome.OPEN and number > recipient.step:
        return _("si lo anterior falla")
    if recipient.outcome == Outcome.REACHED:
        return _("no hizo falta")
    return _("no se intentó")
