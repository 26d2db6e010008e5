"""A school, and the files of each test in a folder of its own."""

from pathlib import Path
from typing import Any

import pytest

from plumier.models import Group, School, User
from tests.factories.register import make_director, make_group, make_school
from tests.notica.results import ACCOUNTS


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def school(db: None) -> School:
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


@pytest.fixture
def group(school: School) -> Group:
    return make_group(school)
