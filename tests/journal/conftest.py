from typing import Any

import pytest

from tests.database import DatabaseClock
from tests.journal.classes import Classes, at
from tests.notica.answering import CONFIGURED


@pytest.fixture
def of(db: None, settings: Any, database_clock: DatabaseClock) -> Classes:
    settings.CHANNEL_ENVIRONMENT = {name: value for name, value in CONFIGURED.items() if "TOKAPP" not in name}
    database_clock.freeze(at(14))
    found = Classes()
    found.clock = database_clock
    return found
