"""The promises, held against the providers' own log.

Of a message that has come to its end: every recipient has ended; nothing is said to be accepted that no
provider took; nothing was taken that no row knows of; more than one copy only with the uncertain mark; one
acuse; the totals add up.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from notica.choices import OPEN_STATES, SUCCESS_STATES
from notica.kinds import KINDS
from notica.models import Delivery, Message, Recipient
from notica.progress import totals
from tests.providers.sandbox import Entry

_KEY = re.compile(r"^<?(?P<token>[\w-]+)\.(?P<delivery>\d+)")
_KEYED = ("tokapp", "email")  # the log has our key of them; of the others phone or chat, and text
# What says that a provider took it; `undelivered` was taken and came back.
_TAKEN_ONCE = (*SUCCESS_STATES, "undelivered")


@dataclass(frozen=True, slots=True)
class Row:
    """What the database says of a delivery."""

    id: int
    recipient_id: int
    channel: str
    endpoint: str
    state: str
    uncertain: int


@dataclass(slots=True)
class Copies:
    """Deliveries that the log cannot tell apart (one to most), and how many copies were taken for them."""

    rows: list[Row] = field(default_factory=list)
    taken: int = 0

    def wrong(self) -> list[str]:
        """What the two disagree about."""
        names = ", ".join(f"{row.id} {row.channel} {row.state}?{row.uncertain}" for row in self.rows)
        success = sum(row.state in _TAKEN_ONCE for row in self.rows)
        most = success + sum(row.uncertain for row in self.rows)
        if not self.rows:
            return [f"{self.taken} taken that no delivery knows of"]
        if self.taken < success:
            return [f"{names}: {success} accepted, {self.taken} taken"]
        if self.taken and all(row.state == "failed" for row in self.rows):
            return [f"{names}: {self.taken} taken"]
        if self.taken > most:
            return [f"{names}: {self.taken} taken, at most {most} owned up to"]
        return []


def check(message: Message, log: Iterable[Entry]) -> None:
    """AssertionError with all that is broken of the promises about this message and its acuse."""
    entries = list(log)
    wrong = violations(message, entries)
    acuses = list(Message.objects.filter(kind="acuse", params__message=message.pk))
    wanted = int(KINDS[message.kind].acuse and message.sender_person_id is not None)
    if len(acuses) != wanted:
        wrong.append(f"{len(acuses)} acuses, {wanted} promised")
    for acuse in acuses:
        wrong += [f"acuse: {one}" for one in violations(acuse, entries)]
    assert not wrong, "\n".join(wrong[:50])


def check_one(message: Message, log: Iterable[Entry]) -> None:
    """The same about the message alone, where nobody works off its acuse."""
    wrong = violations(message, list(log))
    assert not wrong, "\n".join(wrong[:50])


def violations(message: Message, entries: Sequence[Entry]) -> list[str]:
    """What is broken of the promises about one message."""
    message.refresh_from_db()
    rows = _rows(message)
    wrong = [] if message.finished_at else [f"the message is {message.state} and not over"]
    wrong += [f"delivery {row.id} is {row.state}" for row in rows if row.state in OPEN_STATES]
    for copies in _copies(message, rows, entries).values():
        wrong += copies.wrong()
    return wrong + _outcome_violations(message, rows)


def _outcome_violations(message: Message, rows: Sequence[Row]) -> list[str]:
    succeeded = {row.recipient_id for row in rows if row.state in SUCCESS_STATES}
    silent = {row.recipient_id for row in rows if row.state == "sent_unconfirmed"} - succeeded
    outcomes = dict(Recipient.objects.filter(message=message).values_list("pk", "outcome"))
    wrong = [f"recipient {pk} has not ended" for pk, outcome in outcomes.items() if not outcome]
    for pk, outcome in outcomes.items():
        if (outcome == "reached") != (pk in succeeded):
            wrong.append(f"recipient {pk} is {outcome}, and accepted by somebody: {pk in succeeded}")
        if pk in silent and outcome not in ("unconfirmed", "excluded"):
            wrong.append(f"recipient {pk} is {outcome} although a copy may have arrived")
    counted = totals(message.pk)
    if counted != dict(Counter(outcomes.values())):
        wrong.append(f"totals {counted} of recipients {dict(Counter(outcomes.values()))}")
    return wrong


def _rows(message: Message) -> list[Row]:
    names = ("pk", "recipient_id", "channel", "endpoint", "state", "uncertain_count")
    return [Row(*row) for row in Delivery.objects.filter(message_id=message.pk).values_list(*names)]


def _copies(message: Message, rows: Sequence[Row], entries: Iterable[Entry]) -> dict[object, Copies]:
    """By delivery where the provider logs our key, else by channel and address."""
    found: dict[object, Copies] = {}
    for row in rows:
        name = row.id if row.channel in _KEYED else (row.channel, row.endpoint)
        found.setdefault(name, Copies()).rows.append(row)
    for entry in entries:
        if entry["taken"] and (name := _whose(message, entry)) is not None:
            found.setdefault(name, Copies()).taken += 1
    return found


def _whose(message: Message, entry: Entry) -> object | None:
    """The delivery that a copy belongs to, None if it is of another message."""
    key = _KEY.match(entry["key"])
    if key:
        return int(key["delivery"]) if key["token"] == message.token else None
    is_ours = bool(message.body) and message.body in entry["text"]
    return (entry["channel"], entry["address"]) if is_ours else None
