"""What the environment says of each account: `NAME` for everybody's, `NAME__CODE` for one school's own."""

import re

from django.conf import settings
from django.utils.translation import gettext as _

from channels_app.base import Channel

SEPARATOR = "__"
_NOT_IN_A_NAME = re.compile(r"[^A-Z0-9]+")


def owner_suffix(owner: str) -> str:
    """An owner's code as a variable's name ends with it: `ies-ribera` is `IES_RIBERA`."""
    return _NOT_IN_A_NAME.sub("_", owner.upper())


def values(channel_cls: type[Channel], owner: str = "") -> dict[str, str]:
    """This account's values under the channel's plain names; the owner's own win over everybody's."""
    return {**_given(channel_cls, ""), **(_given(channel_cls, owner) if owner else {})}


def has_own_account(channel_cls: type[Channel], owner: str) -> bool:
    """Whether the owner has a required value of its own, so that it does not share everybody's account."""
    return bool(owner) and not _given(channel_cls, owner).keys().isdisjoint(channel_cls.required)


def own_suffixes(channel_cls: type[Channel]) -> set[str]:
    """How the variables of those end that have an account of their own on a channel (see `owner_suffix`)."""
    starts = tuple(f"{name}{SEPARATOR}" for name in channel_cls.required)
    named = {
        name.partition(SEPARATOR)[2]
        for name, value in settings.CHANNEL_ENVIRONMENT.items()
        if name.startswith(starts) and value.strip()
    }
    return named - {""}


def is_configured(channel_cls: type[Channel], owner: str = "") -> bool:
    """Whether all that the channel needs is there (it may still be wrong: see `problems`)."""
    return values(channel_cls, owner).keys() >= set(channel_cls.required)


def problems(channel_cls: type[Channel], owner: str = "") -> list[str]:
    """Sentences for people about what is missing or wrong; none for a channel that nobody set up."""
    found = values(channel_cls, owner)
    if found.keys().isdisjoint(channel_cls.required):
        return []
    missing = [_("Falta %(name)s.") % {"name": name} for name in channel_cls.required if name not in found]
    return missing + channel_cls.problems(found)


def _given(channel_cls: type[Channel], owner: str) -> dict[str, str]:
    ending = f"{SEPARATOR}{owner_suffix(owner)}" if owner else ""
    environment = settings.CHANNEL_ENVIRONMENT
    named = {name: environment.get(f"{name}{ending}", "").strip() for name in channel_cls.variables}
    return {name: value for name, value in named.items() if value}
