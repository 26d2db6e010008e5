"""The last look before a claimed delivery goes out: the message, the register, the address, the hour.

Hours may lie between a plan and its sending, or between two tries. Whoever was barred, protected, withdrawn
or lost that number since gets nothing, and nobody is told of a child she may no longer hear of. While the
register's version and the day are those of the plan, its plan holds and only the address is looked at.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection

from notica import screening_sql as sql
from notica.access import still_sent
from notica.choices import DeliveryState, MessageState
from notica.claiming import Claimed
from notica.kinds import OF_EVENTS
from notica.models import Message, Recipient
from notica.outbox import postpone, readdress, set_aside
from notica.preparing import Context, contexts_of
from notica.rechecking import Subject, recheck
from notica.rendering import Child
from notica.settling import settle
from plumier.clock import database_now

REMEMBERED = 500  # messages whose context is kept while a drain works


class Fit(NamedTuple):
    """What may go out now, in which language, the children whom its text may name, and for how many seconds it may."""

    claimed: Claimed
    language: str
    children: Sequence[Child]
    valid_for: float | None = None


@dataclass(frozen=True, slots=True)
class _MessageFacts:
    state: str
    register_seen: int | None
    planned_on: date | None
    sender_active: bool
    version: int
    now: datetime


class _DeliveryFacts(NamedTuple):
    language: str
    doubtful: bool
    children: Sequence[Child]


@dataclass(slots=True)
class _Sorted:
    """Claimed deliveries by what is to be done with them."""

    fit: list[Claimed] = field(default_factory=list)
    again: list[Claimed] = field(default_factory=list)
    late: list[tuple[Claimed, datetime]] = field(default_factory=list)
    moved: list[tuple[Claimed, str]] = field(default_factory=list)
    aside: list[tuple[Claimed, str]] = field(default_factory=list)
    cancelled: list[tuple[Claimed, str]] = field(default_factory=list)


class Screen:
    """Looks at one account's deliveries; it remembers the contexts of their messages."""

    def __init__(self, *, linked_only: bool) -> None:
        """`linked_only`: the channel writes only to addresses that are linked on the account."""
        self._linked_only = linked_only
        self._contexts: dict[int, tuple[int, Context]] = {}

    def look(self, claimed: Sequence[Claimed]) -> list[Fit]:
        """Sort out what must not go out, or not yet; both are written down and neither spends a try."""
        if not claimed:
            return []
        messages = _message_facts({one.message_id for one in claimed})
        now = next((facts.now for facts in messages.values()), None) or database_now()
        deliveries = self._delivery_facts(claimed)
        found = self._sort(claimed, (messages, deliveries), now)
        named = _look_again(found, now)
        postpone(found.late)
        readdress(found.moved)
        touched = set_aside(found.aside) + set_aside(found.cancelled, DeliveryState.CANCELLED)
        settle(touched)
        until = {pk: self._contexts[pk][1].allowed_until(now) for pk in messages}
        return [
            _fit(one, deliveries.get(one.id), named)._replace(
                valid_for=_seconds_left(one, until.get(one.message_id), now)
            )
            for one in found.fit
        ]

    def describe(self, claimed: Sequence[Claimed]) -> list[Fit]:
        """What was sent, for one that was sent already: nothing is decided."""
        deliveries = self._delivery_facts(claimed)
        return [_fit(one, deliveries.get(one.id), {}) for one in claimed]

    def _sort(
        self,
        claimed: Sequence[Claimed],
        facts: tuple[Mapping[int, _MessageFacts], Mapping[int, _DeliveryFacts]],
        now: datetime,
    ) -> _Sorted:
        messages, deliveries = facts
        contexts = self._remember(messages)
        waits = {pk: context.allowed_from(now) for pk, context in contexts.items()}
        current = {pk: _still_holds(messages[pk], contexts[pk], now) for pk in contexts}
        found = _Sorted()
        for one in claimed:
            message = messages.get(one.message_id)
            if message is None:
                found.fit.append(one)  # the letter says so
            elif message.state == MessageState.CANCELLED:
                found.cancelled.append((one, "cancelled"))
            elif not message.sender_active:
                found.aside.append((one, "sender_gone"))
            elif not current[one.message_id] or deliveries[one.id].doubtful:
                found.again.append(one)
            elif waits[one.message_id] > now:
                found.late.append((one, waits[one.message_id]))
            else:
                found.fit.append(one)
        return found

    def _remember(self, messages: Mapping[int, _MessageFacts]) -> dict[int, Context]:
        """The context of each message, read anew when its school's register has changed."""
        if len(self._contexts) + len(messages) > REMEMBERED:
            self._contexts.clear()
        stale = [pk for pk, facts in messages.items() if self._contexts.get(pk, (None,))[0] != facts.version]
        if stale:
            fresh = contexts_of(Message.objects.filter(pk__in=stale))
            self._contexts |= {pk: (messages[pk].version, context) for pk, context in fresh.items()}
        return {pk: self._contexts[pk][1] for pk in messages}

    def _delivery_facts(self, claimed: Sequence[Claimed]) -> dict[int, _DeliveryFacts]:
        ids = [one.id for one in claimed]
        with connection.cursor() as cursor:
            cursor.execute(sql.DELIVERIES, {"ids": ids, "linked_only": self._linked_only})
            return {
                pk: _DeliveryFacts(language or "", doubtful, [Child(*names) for names in children])
                for pk, language, doubtful, children in cursor.fetchall()
            }


def _message_facts(ids: Iterable[int]) -> dict[int, _MessageFacts]:
    with connection.cursor() as cursor:
        cursor.execute(sql.MESSAGES, {"ids": list(ids), "events": sorted(OF_EVENTS)})
        return {row[0]: _MessageFacts(*row[1:]) for row in cursor.fetchall()}


def _still_holds(facts: _MessageFacts, context: Context, now: datetime) -> bool:
    """Whether nothing that a plan of this message rests on can have changed. Bars and posts have dates."""
    today = now.astimezone(context.quiet.zone).date()
    return facts.register_seen == facts.version and facts.planned_on == today


def _look_again(found: _Sorted, now: datetime) -> dict[int, list[Child]]:
    """Sort those in doubt by today's register; the children whom each may still be told of, by recipient."""
    if not found.again:
        return {}
    rows = Recipient.objects.filter(pk__in={one.recipient_id for one in found.again})
    subjects = [Subject(*row) for row in rows.values_list("pk", "message_id", "person_id", "family_of_id")]
    checked = recheck(subjects, now)
    sent = still_sent({one.message_id for one in found.again}, now)
    for one in found.again:
        seen = checked.get(one.recipient_id)
        target = seen.allowed.get((one.channel, one.address)) if seen else None
        if seen is None:
            found.fit.append(one)  # a row without its recipient: the letter says so
        elif one.message_id not in sent:
            found.aside.append((one, "sender_gone"))
        elif target is None:
            found.aside.append((one, seen.reason or "address_gone"))
        elif (allowed_from := seen.context.allowed_from(now)) > now:
            found.late.append((one, allowed_from))
        elif target.endpoint != one.endpoint:  # linked anew: claimed again for where it is now
            found.moved.append((one, target.endpoint))
        else:
            found.fit.append(one)
    return _children({pk: seen.named for pk, seen in checked.items()})


def _fit(one: Claimed, facts: _DeliveryFacts | None, named: Mapping[int, Sequence[Child]]) -> Fit:
    language = facts.language if facts else ""
    return Fit(one, language, named.get(one.recipient_id, facts.children if facts else ()))


def _seconds_left(one: Claimed, until: datetime | None, now: datetime) -> float:
    """How long it is still worth its arrival: until it expires or the school is quiet."""
    ends = one.expires_at if until is None else min(one.expires_at, until)
    return (ends - now).total_seconds()


def _children(named: Mapping[int, tuple[int, ...]]) -> dict[int, list[Child]]:
    """By recipient, the children named to her, sorted by name."""
    students = sorted({student for group in named.values() for student in group})
    with connection.cursor() as cursor:
        cursor.execute(sql.CHILDREN, [students])
        known = {row[0]: Child(*row[1:]) for row in cursor.fetchall()}
    order = {student: place for place, student in enumerate(known)}
    return {
        recipient: [known[student] for student in sorted(group, key=order.__getitem__)]
        for recipient, group in named.items()
    }
