"""A tutor is told that the desk has returned her class's journal, and why (requirement C9)."""

from datetime import datetime

from journal.models import Journal
from notica.events import StaffEvent, tell_staff
from notica.kinds import JOURNAL_RETURNED
from plumier.models import User


def tell_tutor(journal: Journal, *, by: User, now: datetime) -> None:
    """Once for each time that it is returned. It is of a class that has a tutor."""
    assert journal.returned_at is not None
    assert journal.group.tutor_id is not None
    params = {
        "day": journal.day.isoformat(),
        "group": journal.group.name,
        "journal": journal.group_id,
        "reason": journal.return_reason,
    }
    key = f"{JOURNAL_RETURNED}-{journal.pk}-{journal.returned_at.timestamp():.6f}"
    event = StaffEvent(JOURNAL_RETURNED, journal.school, (journal.group.tutor_id,), key, params)
    tell_staff(event, by=by, now=now)
