"""By which name families find a school's Telegram bot."""

from channels_app import environment
from channels_app.models import ChannelAccount
from channels_app.registry import channel_class

CHANNEL = "telegram"


def bot_username(school_code: str) -> str:
    """The bot that writes to this school's families, without the @; empty while Telegram has not been asked for it."""
    own = environment.has_own_account(channel_class(CHANNEL), school_code)
    rows = ChannelAccount.objects.filter(channel=CHANNEL, owner=school_code if own else "")
    return rows.values_list("handle", flat=True).first() or ""
