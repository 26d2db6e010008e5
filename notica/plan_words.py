"""A stored plan in words, for people: every address masked."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from notica.choices import Way, channel_word
from notica.reasons import sentence
from plumier.contacts import mask
from plumier.models import Slot


def step_words(targets: Iterable[Mapping[str, Any]]) -> str:
    """One step: «Telegram y TokApp en Teléfono (***456)»."""
    places = groupby(targets, key=lambda target: (target["address"], target["reason"]))
    return ", ".join(
        _target_words([channel_word(target["channel"]) for target in same], address, reason)
        for (address, reason), same in places
    )


def _target_words(channels: list[str], address: str, reason: str) -> str:
    place, hidden = sentence(reason), mask(address)
    if reason.startswith("email"):
        return f"{place} ({hidden})"
    return _("%(channels)s en %(place)s (%(address)s)") % {
        "channels": get_text_list(channels, _("y")),
        "place": place,
        "address": hidden,
    }


def omission_words(omission: Mapping[str, Any], whose: str = "", child: str = "") -> str:
    """What was left out and why: «Marta Gil · Teléfono 2: Sin teléfono».

    `whose` names the holder where it is not plain whose the address is, `child` the student it is about.
    """
    subject = " · ".join(part for part in (whose, child, _way_words(omission)) if part)
    reason = sentence(omission["reason"], omission["params"])
    return f"{subject}: {reason}" if subject else reason


def _way_words(omission: Mapping[str, Any]) -> str:
    channel, slot = omission["channel"], omission["slot"]
    place = str(Slot(slot).label) if slot else ""
    if not channel or (place and channel in Way.values):
        return place
    if not place:
        return channel_word(channel)
    return _("%(channels)s en %(place)s") % {"channels": channel_word(channel), "place": place}
