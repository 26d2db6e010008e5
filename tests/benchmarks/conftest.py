"""The benchmarks' own sandbox process, and a school of theirs."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.contenders import clients
from benchmarks.population import Made, make_school
from benchmarks.sandbox import SandboxProcess


@pytest.fixture(scope="package")
def bench_sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    with SandboxProcess(tmp_path_factory.mktemp("bench")) as process:
        yield process


@pytest.fixture
def bench_sandbox(
    bench_sandbox_process: SandboxProcess, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> SandboxProcess:
    """The sandbox with an empty log; the channels' settings and Django's mail lead to it."""
    bench_sandbox_process.answer_after(0)
    monkeypatch.setattr(clients, "_here", threading.local())  # no connection to a sandbox that was stopped
    found = bench_sandbox_process.environment
    settings.CHANNEL_ENVIRONMENT = dict(found)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    host, _, port = found["EMAIL_URL"].removeprefix("smtp://").partition(":")
    settings.EMAIL_HOST, settings.EMAIL_PORT = host, int(port)
    settings.DEFAULT_FROM_EMAIL = found["EMAIL_FROM"]
    return bench_sandbox_process


@pytest.fixture
def made(transactional_db: None, queue_store: object, bench_sandbox: SandboxProcess) -> Made:
    """A school of two blocks of twelve guardians and one more, all with TokApp."""
    return make_school("B25", 25)
