"""The channels are those of the settings."""

from typing import Any

import pytest

from channels_app.memory.channel import MemoryChannel
from channels_app.registry import channel_class, channel_names


def test_channel_names_are_the_queues_names_in_the_settings_order() -> None:
    assert channel_names() == ("telegram", "tokapp", "email", "sms")


def test_channel_class_is_named_as_it_is_registered() -> None:
    assert [channel_class(name).name for name in channel_names()] == list(channel_names())


def test_channel_class_follows_the_settings(settings: Any) -> None:
    settings.CHANNELS = {"sms": "channels_app.memory.channel.MemoryChannel"}
    assert channel_class("sms") is MemoryChannel


def test_channel_class_of_an_unknown_name_is_refused() -> None:
    with pytest.raises(KeyError):
        channel_class("fax")
