"""A school whose ways are all configured."""

from pathlib import Path
from typing import Any

import pytest

from plumier.models import School
from tests.factories.register import make_school
from tests.notica.results import ACCOUNTS


@pytest.fixture(autouse=True)
def _accounts(settings: Any, tmp_path: Path) -> None:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    settings.DATA_DIR = tmp_path / "data"
    settings.LINK_ROOT = "https://plumier.example"


@pytest.fixture
def school(db: None) -> School:
    return make_school(name="IES Ribera de los Molinos")
