"""Days, states and ways in words."""

from datetime import date

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from channels_app.reasons import reason_text
from notica.channel_state import STATES, ChannelState


def day_words(day: date | None) -> str:
    """A day, or a dash."""
    return "—" if day is None else date_format(day, "SHORT_DATE_FORMAT")


def state_in_words(state: ChannelState) -> str:
    """Word of a state, why, and since when it is known."""
    word = str(STATES.get(state.state, state.state))
    if state.reason:
        word = f"{word}: {reason_text(state.reason)}"
    if state.checked_at is None:
        return word
    return _("%(state)s · comprobado el %(day)s") % {
        "state": word,
        "day": date_format(localtime(state.checked_at), "SHORT_DATETIME_FORMAT"),
    }
