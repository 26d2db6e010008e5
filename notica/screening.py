"""The last look before a claimed delivery goes out: the register, the children named, the hour.

Hours may lie between a plan and its sending, or between two tries. Whoever was barred, protected, withdrawn
or lost that number since gets nothing, and nobody is told of a child she may no longer hear of.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from notica.models import Recipient
from notica.outbox import Claimed, Touched, postpone, set_aside
from notica.rechecking import Checked, Subject, recheck
from notica.settling import settle
from plumier.clock import database_now


@dataclass(frozen=True, slots=True)
class Screened:
    """What may go out now, and the students whom each recipient's text may name."""

    batch: list[Claimed]
    named: dict[int, tuple[int, ...]]


def screen(claimed: Sequence[Claimed]) -> Screened:
    """Sort out what must not go out, or not yet; both are written down and neither spends a try."""
    if not claimed:
        return Screened([], {})
    now = database_now()
    rows = Recipient.objects.filter(pk__in={one.recipient_id for one in claimed})
    subjects = [Subject(*row) for row in rows.values_list("pk", "message_id", "person_id", "family_of_id")]
    checked = recheck(subjects, now)
    fit: list[Claimed] = []
    late: list[tuple[Claimed, datetime]] = []
    barred: list[tuple[Claimed, str]] = []
    for one in claimed:
        found = checked.get(one.recipient_id)
        target = found.allowed.get((one.channel, one.address)) if found else None
        if found is None:
            fit.append(one)  # a row without its recipient: the letter says so
        elif target is None:
            barred.append((one, found.reason or "address_gone"))
        elif (allowed_from := found.context.allowed_from(now)) > now:
            late.append((one, allowed_from))
        else:
            fit.append(replace(one, endpoint=target.endpoint))
    postpone(late)
    _settle(set_aside(barred))
    return Screened(fit, _named(checked))


def _settle(touched: Sequence[Touched]) -> None:
    settle(row.recipient_id for row in touched)


def _named(checked: dict[int, Checked]) -> dict[int, tuple[int, ...]]:
    return {recipient: found.named for recipient, found in checked.items()}
