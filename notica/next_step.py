"""Opening the next step of recipients whose step reached nobody.

The next step comes from the stored plan, checked again against today's register: a guardian barred since, a
number taken out, a chat blocked meanwhile is left out; a step with nothing left is passed over.
"""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from notica import settling_sql
from notica.database import AWAY
from notica.kinds import KINDS, step_deadline
from notica.models import Message
from notica.planning import Target
from notica.preparing import Context
from notica.rechecking import Checked, Subject, recheck

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opening:
    """A recipient whose step `step` is over, with its stored plan."""

    recipient_id: int
    message_id: int
    person_id: int | None
    family_of: int | None
    step: int
    plan: dict[str, Any]


@dataclass(slots=True)
class Opened:
    """Which recipients have a new step, whom to wake, and who is written to no more and why."""

    recipients: set[int] = field(default_factory=set)
    channels: set[str] = field(default_factory=set)
    excluded: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Step:
    opening: Opening
    number: int
    targets: tuple[Target, ...]
    context: Context


def opening_of(row: tuple[Any, ...]) -> Opening:
    """From (recipient, message, person, family, step, plan as PostgreSQL gives it)."""
    recipient_id, message_id, person_id, family_of, step, plan = row
    return Opening(recipient_id, message_id, person_id, family_of, step, json.loads(plan))


def with_next_step(openings: Sequence[Opening], now: datetime) -> set[int]:
    """Recipients for whom today another step could be opened."""
    return {step.opening.recipient_id for step in _next_steps(openings, _recheck(openings, now))}


def openable(openings: Sequence[Opening], now: datetime) -> set[int]:
    """Those for whom another step may be opened; one that breaks the looking waits until it expires, alone."""
    try:
        return with_next_step(openings, now)
    except AWAY:
        raise
    except Exception:
        if len(openings) > 1:
            middle = len(openings) // 2
            return openable(openings[:middle], now) | openable(openings[middle:], now)
        logger.exception("no next step can be looked for of recipient %s", openings[0].recipient_id)
        return set()


def _recheck(openings: Sequence[Opening], now: datetime) -> dict[int, Checked]:
    return recheck(
        [Subject(one.recipient_id, one.message_id, one.person_id, one.family_of) for one in openings], now
    )


def _next_steps(openings: Sequence[Opening], checked: Mapping[int, Checked]) -> list[_Step]:
    return [step for one in openings if (step := _next(one, checked[one.recipient_id])) is not None]


def open_steps(openings: Sequence[Opening], now: datetime) -> Opened:
    """Write the deliveries of the next step of each. The caller holds the recipients' locks."""
    opened = Opened()
    if not openings:
        return opened
    checked = _recheck(openings, now)
    steps = _next_steps(openings, checked)
    _write(steps, now)
    opened.excluded = {recipient: found.reason for recipient, found in checked.items() if found.reason}
    for step in steps:
        opened.recipients.add(step.opening.recipient_id)
        opened.channels.update(target.channel for target in step.targets)
    return opened


def _next(opening: Opening, checked: Checked) -> _Step | None:
    stored: list[list[dict[str, Any]]] = opening.plan["steps"]
    for number, targets in enumerate(stored[opening.step :], start=opening.step + 1):
        keys = [(target["channel"], target["address"]) for target in targets]
        still = tuple(checked.allowed[key] for key in keys if key in checked.allowed)
        if still:
            return _Step(opening, number, still, checked.context)
    return None


def _write(steps: Iterable[_Step], now: datetime) -> None:
    rows: list[tuple[Any, ...]] = []
    advances: list[tuple[int, int, datetime]] = []
    for step in steps:
        message: Message = step.context.message
        due = step.context.allowed_from(now)
        kind = KINDS[message.kind]
        channels = tuple(target.channel for target in step.targets)
        advances.append((step.opening.recipient_id, step.number, due + step_deadline(kind, channels)))
        rows += [_row(step, target, message, due, kind.lifetime) for target in step.targets]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(settling_sql.ADVANCE, [list(column) for column in zip(*advances, strict=True)])
        cursor.execute(settling_sql.OPEN_NEXT, [list(column) for column in zip(*rows, strict=True)])


def _row(
    step: _Step, target: Target, message: Message, due: datetime, lifetime: timedelta
) -> tuple[Any, ...]:
    return (
        step.opening.message_id,
        step.opening.recipient_id,
        target.person_id,
        message.school_id,
        target.account_id,
        target.channel,
        step.number,
        target.address,
        target.endpoint,
        message.lane,
        due,
        due + lifetime,
    )
