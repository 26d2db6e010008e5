"""What every test may lean on: own servers, a database of its own, a clock to move."""

import os
from collections.abc import Iterator

import hypothesis
import pytest
import redis
from django.conf import settings
from django.test import TransactionTestCase
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from tests import database
from tests.database import DatabaseClock
from tests.providers.fixtures import provider, sandbox, sandbox_process

__all__ = ["provider", "sandbox", "sandbox_process"]

# The same examples in every run, so that what fails here fails everywhere; PLUMIER_SEARCH=1 looks for new ones.
# A busy machine and the first look into libphonenumber's tables are slow, and neither is a failure.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis.settings.register_profile("search", deadline=None, max_examples=2_000)
hypothesis.settings.load_profile("search" if os.environ.get("PLUMIER_SEARCH") else "steady")


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A clone of the migrated template instead of a migration for every process."""
    with django_db_blocker.unblock():
        database.create()
    yield
    with django_db_blocker.unblock():
        database.drop()


def _empty_after_commits(case: TransactionTestCase) -> None:
    """Django's own flush truncates every table and makes all permissions again after each test."""
    database.empty()
    _queue_store().flushdb()


TransactionTestCase._fixture_teardown = _empty_after_commits  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _spanish() -> Iterator[None]:
    """A page leaves its reader's language in force after it: no test reads in the language of the one before."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def database_clock(db: None) -> DatabaseClock:
    """Moves the one clock (`plumier_now()`) for every process; right again after the test.

    Other processes see the move only from a test with `transactional_db`.
    """
    return DatabaseClock()


@pytest.fixture
def queue_store() -> Iterator[redis.Redis]:
    """An empty Valkey database, the one that the queues use."""
    with _queue_store() as store:
        store.flushdb()
        yield store
        store.flushdb()


@pytest.fixture
def process_environment() -> dict[str, str]:
    """The environment for a process of ours that is to see the test's database and queues."""
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}


def _queue_store() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL)
