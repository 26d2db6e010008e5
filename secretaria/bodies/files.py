"""The file for calendars of a meeting, kept as every other file of a message (requirement E9)."""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from notica.event_words.meetings import agenda_lines, second_call_words
from notica.files import KeptFile, keep
from plumier.models import SchoolPolicy
from secretaria.bodies.calendar import CalendarMeeting, calendar_of
from secretaria.bodies.choices import MeetingState
from secretaria.bodies.telling_params import params_of
from secretaria.models import Meeting

TYPE: Final = "text/calendar"
OPEN: Final = "profesores:meeting_open"  # leads whoever was called to her own web's page


def calendar_file(meeting: Meeting, stamp: datetime) -> bytes:
    """The .ics in the school's language: it is one file for everybody who is called."""
    school = meeting.school
    policy = SchoolPolicy.objects.get(school=school)
    with translation.override(school.language):
        params = params_of(meeting)
        lines = [*agenda_lines(params), second_call_words(params), meeting.notes]
        return calendar_of(
            CalendarMeeting(
                uid=f"{meeting.token}@{urlsplit(settings.LINK_ROOT).hostname or 'plumier'}",
                sequence=meeting.sequence,
                stamp=stamp,
                starts_at=meeting.starts_at,
                minutes=meeting.minutes,
                summary=_("Reunión: %(body)s") % {"body": meeting.body.name},
                place=meeting.place,
                description="\n".join(filter(None, lines)),
                link=link_of(meeting),
                school=school.name,
                organizer=policy.school_email,
                cancelled=meeting.state == MeetingState.CANCELLED,
            )
        )


def keep_calendar(meeting: Meeting, stamp: datetime) -> KeptFile:
    """The same, kept for a message."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "convocatoria.ics"
        path.write_bytes(calendar_file(meeting, stamp))
        kept = keep(path)
    return KeptFile(kept.name, TYPE, kept.size, kept.sha256)


def link_of(meeting: Meeting) -> str:
    """Where it is read and answered."""
    return f"{settings.LINK_ROOT}{reverse(OPEN, args=[meeting.token])}"
