"""A school to write to, and processes that see the test's database, queues and sandbox.

These tests stop and crash their servers, so they are collected by `make faults` alone, which brings its own.
"""

import json
import os
from collections.abc import Callable

import pytest
import redis

from notica import fanout
from notica.models import Delivery, Message
from plumier.models import Group, School, User
from tests.factories.crowds import make_families
from tests.factories.register import make_director, make_group, make_school
from tests.notica.stories import send_to
from tests.providers.sandbox import Sandbox

collect_ignore_glob = [] if os.environ.get("PLUMIER_FAULTS") else ["test_*.py"]


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
