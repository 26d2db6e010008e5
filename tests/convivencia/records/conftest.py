from typing import Any

import pytest

from tests.convivencia.records.incidents import TEN, Incident
from tests.database import DatabaseClock
from tests.notica.answering import CONFIGURED


@pytest.fixture
def of(db: None, settings: Any, database_clock: DatabaseClock) -> Incident:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    database_clock.freeze(TEN)
    return Incident()
