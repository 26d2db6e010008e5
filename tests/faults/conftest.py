"""A school to write to, and processes that see the test's database, queues and sandbox.

These tests stop and crash their servers, so they are collected by `make faults` alone, which brings its own.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import redis

from notica import fanout
from notica.models import Delivery, Message
from plumier.models import Group, School, User
from tests.factories.crowds import make_families
from tests.factories.register import make_director, make_group, make_school
from tests.notica.stories import send_to
from tests.providers.sandbox import Sandbox

SHORT = bool(os.environ.get("SHORT"))
collect_ignore_glob = [] if os.environ.get("PLUMIER_FAULTS") else ["test_*.py"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "short: part of the short form, which continuous integration runs")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With SHORT=1 those alone that are marked so; without a mark of its own a file is whole or not at all."""
    if SHORT:
        left = [item for item in items if item.get_closest_marker("short") is None and _is_here(item)]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


def _is_here(item: pytest.Item) -> bool:
    return item.path.parent == Path(__file__).parent


@pytest.fixture
def school(transactional_db: None, sandbox: Sandbox, queue_store: redis.Redis) -> School:
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


@pytest.fixture
def group(school: School) -> Group:
    return make_group(school)


@pytest.fixture
def environment(process_environment: dict[str, str], sandbox: Sandbox) -> dict[str, str]:
    """For a process that works on the test's rows and writes to the test's sandbox."""
    return {
        **process_environment,
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
        "PLUMIER_FAULTS_CHANNELS": json.dumps(sandbox.environment),
        "SECRET_KEY": "faults",  # so that it starts no sandbox of its own
        "LOG_LEVEL": "WARNING",
    }


@pytest.fixture
def write(school: School, director: User, group: Group) -> Callable[..., Message]:
    """Write to the families of so many new students by TokApp, all rows written, nothing sent yet."""

    def write_to(number: int) -> Message:
        make_families(group, number)
        message = send_to(school, director, groups=[group])
        if message.state == "queued":
            fanout.fan_out(message.pk)
        assert Delivery.objects.filter(message_id=message.pk).count() == number
        return message

    return write_to
