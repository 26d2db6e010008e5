"""Fixtures around the provider sandbox."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.providers.sandbox import Sandbox


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One sandbox process for a test worker's whole run."""
    sandbox = Sandbox().start(tmp_path_factory.mktemp("sandbox"))
    yield sandbox
    sandbox.stop()


@pytest.fixture
def provider(sandbox_process: Sandbox) -> Sandbox:
    """The sandbox without rules and with an empty log, for tests without Django."""
    sandbox_process.reset()
    return sandbox_process


@pytest.fixture
def sandbox(provider: Sandbox, settings: Any) -> Sandbox:
    """The sandbox without rules and with an empty log; the channels' settings lead to it."""
    settings.CHANNEL_ENVIRONMENT = dict(provider.environment)
    return provider
