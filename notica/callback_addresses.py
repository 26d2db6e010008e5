"""Where providers tell us later what became of a try: `/avisos/<channel>/[<owner>/]<tag>/` of our public address.

The address is made of the settings alone, never of a request's Host header; the tag is signed and names nobody.
"""

from collections.abc import Callable

from django.conf import settings
from django.urls import reverse

from channels_app.environment import owner_suffix
from channels_app.receipts import TellsLater
from channels_app.registry import channel_class
from channels_app.tags import tag

ReportTo = Callable[[int, int], str]


def nowhere(_delivery_id: int, _try_no: int) -> str:
    """Of a channel that tells nothing, or where nobody could reach us."""
    return ""


def reporting(channel: str, owner: str) -> ReportTo:
    """For (delivery, try), the address at which its provider may report."""
    if not settings.CALLBACK_ROOT or not issubclass(channel_class(channel), TellsLater):
        return nowhere
    root = settings.CALLBACK_ROOT + callback_path(channel, owner)
    return lambda delivery_id, try_no: f"{root}{tag(channel, delivery_id, try_no)}/"


def callback_path(channel: str, owner: str = "") -> str:
    """The path of an account's callbacks that are of no try."""
    if owner:
        return reverse("notica:own_callback", args=[channel, owner_suffix(owner).lower()])
    return reverse("notica:callback", args=[channel])


def public_address(path: str) -> str:
    """A path of ours as a provider was told it."""
    return (settings.CALLBACK_ROOT or settings.LINK_ROOT) + path
