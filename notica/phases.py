"""Where a send stands for who looks at it, and when its page is worth loading again. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from notica.choices import MessageState
from notica.kinds import UNDO_SECONDS
from notica.models import Message

UNFINISHED: Final = (MessageState.QUEUED, MessageState.SENDING)
_HOLD: Final = timedelta(seconds=UNDO_SECONDS)
_SOON, _LONG = timedelta(minutes=1), timedelta(minutes=15)
_SELDOM: Final = 15 * 60  # seconds: of one that leaves later, as somebody else may cancel it


class Phase(StrEnum):
    """What its page offers changes with these, and with nothing else."""

    HELD = "held"  # for a moment, in which it can be taken back whole
    SCHEDULED = "scheduled"
    PREPARING = "preparing"
    SENDING = "sending"
    ENDING = "ending"  # cancelled, and what was on its way comes to its end
    ENDED = "ended"


def phase_of(message: Message, now: datetime) -> Phase:
    """Where it stands at a moment."""
    if message.state == MessageState.CANCELLED and message.finished_at is None:
        return Phase.ENDING
    if message.state not in UNFINISHED:
        return Phase.ENDED
    if message.not_before > now:
        wait = message.not_before - message.created_at
        return Phase.HELD if wait <= _HOLD else Phase.SCHEDULED
    return Phase.PREPARING if message.state == MessageState.QUEUED else Phase.SENDING


def seconds_left(message: Message, now: datetime) -> int:
    """Whole seconds until it may go out."""
    return max(ceil((message.not_before - now).total_seconds()), 0)


def pace(message: Message, now: datetime, goes_on: datetime | None = None) -> int | None:
    """Seconds until the page is worth asking for again; None when nothing more will change by itself.

    `goes_on` is when the school may be heard again, where it may not be now.
    """
    phase = phase_of(message, now)
    if phase == Phase.ENDED:
        return None
    if phase == Phase.HELD:
        return 1
    if (wait := max(message.not_before, goes_on or now) - now) > _SOON:
        return min(ceil(wait.total_seconds()), _SELDOM)
    running = now - message.not_before
    if running < _SOON:
        return 3
    return 10 if running < _LONG else 60


def pace_of_page(message: Message, now: datetime, goes_on: datetime | None = None) -> int | None:
    """The same for a browser that loads the whole page: no button is taken away from under a finger."""
    if phase_of(message, now) == Phase.HELD:
        return seconds_left(message, now) + 1
    return pace(message, now, goes_on)


def leaves_at(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """«Sale mañana a las 8:00»."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    hour = date_format(local, "G:i")
    if local.date() == today:
        return _("Sale hoy a las %(hour)s") % {"hour": hour}
    if local.date() == today + timedelta(days=1):
        return _("Sale mañana a las %(hour)s") % {"hour": hour}
    day = date_format(local, "SHORT_DATE_FORMAT")
    return _("Sale el %(day)s a las %(hour)s") % {"day": day, "hour": hour}
