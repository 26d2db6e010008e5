"""The tests' settings, with the bot that a process is told of by its environment."""

import os

_GIVEN = {name: value for name, value in os.environ.items() if name.startswith("TELEGRAM_")}

from tests.settings import *  # noqa: E402, F403

CHANNEL_ENVIRONMENT = _GIVEN
