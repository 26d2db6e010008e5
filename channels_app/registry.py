"""The channels that there are: those named in `settings.CHANNELS`."""

from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from channels_app.base import Channel


def channel_names() -> tuple[str, ...]:
    """Their names, in the settings' order; a channel's queue has the same name."""
    return tuple(settings.CHANNELS)


def channel_class(name: str) -> type[Channel]:
    """The class of one; KeyError if the settings name no such channel."""
    return cast(type[Channel], import_string(settings.CHANNELS[name]))
