"""What a message about a meeting is made of: plain values (requirement E9)."""

from typing import Any
from zoneinfo import ZoneInfo

from secretaria.models import Meeting


def params_of(meeting: Meeting) -> dict[str, Any]:
    """Its facts; hours by the school's clock."""
    zone = ZoneInfo(meeting.school.time_zone)
    second = meeting.second_at
    return {
        "body": meeting.body.name,
        "place": meeting.place,
        "starts": meeting.starts_at.astimezone(zone).isoformat(),
        "second": second.astimezone(zone).isoformat() if second else "",
        "minutes": meeting.minutes,
        "agenda": list(meeting.agenda),
        "notes": meeting.notes,
        "reason": meeting.reason,
        "token": meeting.token,
    }
