"""The ways out, and which variables of the environment are theirs. A new one is a folder and a line here."""

from collections.abc import Mapping

CHANNELS = {
    "telegram": "channels_app.telegram.channel.TelegramChannel",
    "tokapp": "channels_app.tokapp.channel.TokAppChannel",
    "email": "channels_app.email.channel.EmailChannel",
    "sms": "channels_app.sms.channel.SmsChannel",
}
# Variables that do not begin with their channel's name.
_OTHER_PREFIXES = ("TWILIO_", "BOUNCE_")
_SHARED = ("PUBLIC_URL",)


def accounts(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables, of all schools (`NAME`) or of one (`NAME__CODE`), that say how to send."""
    prefixes = (*(f"{name.upper()}_" for name in CHANNELS), *_OTHER_PREFIXES)
    return {name: value for name, value in environment.items() if name.startswith(prefixes) and value}


def has_account(environment: Mapping[str, str]) -> bool:
    """Whether anything at all is said about how to send."""
    return bool(accounts(environment))


def channel_environment(environment: Mapping[str, str], sandbox: Mapping[str, str]) -> dict[str, str]:
    """What the channels read: the environment's variables, or the sandbox's when there is none."""
    shared = {name: environment[name] for name in _SHARED if environment.get(name)}
    return {**shared, **(accounts(environment) or sandbox)}
