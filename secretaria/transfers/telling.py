"""What the office that must act is told in Notica: once for each step, and once when its time is over (E7)."""

from datetime import datetime
from typing import Any, Final

from notica.events import StaffEvent, tell_staff
from notica.kinds import TRANSFER
from plumier.clock import day_in
from plumier.models import School
from secretaria.models import Transfer
from secretaria.transfers.access import told_of

LATE: Final = "late"


def tell(transfer: Transfer, school: School, *, of: School | None, now: datetime) -> int:
    """Tell a school's office where the transfer stands; to how many. `of` is whose act it was; None: its time is over.

    The message is of the school that is told. It names the student only to its office, and nobody as its sender: who
    did it stands in the transfer, which both offices read.
    """
    people = told_of(transfer, school, day_in(school, now))
    if not people:
        return 0
    event = StaffEvent(
        TRANSFER,
        school,
        tuple(people),
        f"transfer-{transfer.pk}-{transfer.steps_done}{'' if of else f'-{LATE}'}",
        _params(transfer, of),
        about=transfer.student if transfer.school_id == school.pk else None,
    )
    tell_staff(event, by=None, now=now)
    return len(people)


def _params(transfer: Transfer, of: School | None) -> dict[str, Any]:
    return {
        "transfer": transfer.pk,
        "state": transfer.state,
        "student": transfer.full_name,
        "nre": transfer.nre,
        "origin": transfer.school.name,
        "destination": transfer.destination.name,
        "due": transfer.due_on.isoformat() if transfer.due_on else "",
        **({"from": of.name} if of else {LATE: True}),
    }
