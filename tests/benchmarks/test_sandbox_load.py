import asyncio

import pytest

from benchmarks import sandbox_load
from benchmarks.results import CHANNELS
from benchmarks.sandbox import SandboxProcess


@pytest.mark.parametrize("channel", CHANNELS)
def test_load_counts_what_the_sandbox_took(channel: str, bench_sandbox: SandboxProcess) -> None:
    said = asyncio.run(sandbox_load.load(channel, bench_sandbox.environment, 0.3))
    taken = sum(bench_sandbox.taken().values())
    assert said["answers"] > 0
    # What was asked last of each connection may have been taken without an answer.
    assert 0 <= taken - said["answers"] <= sandbox_load.CONNECTIONS
