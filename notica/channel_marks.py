"""States of addresses as people see them: icon and word together, with why and since when it is known."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from channels_app.reasons import reason_text
from notica.channel_state import STATES, ChannelState
from notica.choices import channel_word
from notica.marks import Mark

_LOOKS: Final[dict[str, tuple[str, str]]] = {
    "linked": ("check", "good"),
    "usable": ("check", "good"),
    "blocked": ("barred", "bad"),
    "suppressed": ("cross", "bad"),
    "inactive": ("minus", "warn"),
    "never_linked": ("no-channel", "warn"),
    "unknown": ("question", "plain"),
    "landline": ("minus", "plain"),
    "unreadable": ("no-channel", "warn"),
    "not_configured": ("minus", "plain"),
}


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """What one channel knows of an address. `checked_at` is when that was last learnt; None if it never was."""

    mark: Mark
    reason: str
    checked_at: datetime | None


def channel_line(state: ChannelState) -> ChannelLine:
    """«Telegram: bloqueado», in the language in force."""
    word = _("%(channel)s: %(state)s") % {
        "channel": channel_word(state.channel),
        "state": STATES.get(state.state, state.state),
    }
    reason = reason_text(state.reason) if state.reason else ""
    return ChannelLine(Mark(word, *_LOOKS.get(state.state, ("question", "plain"))), reason, state.checked_at)
