import pytest

from benchmarks import limit
from benchmarks.results import CHANNELS
from benchmarks.sandbox import SandboxProcess


@pytest.mark.parametrize("channel", CHANNELS)
def test_each_letter_is_taken_once(channel: str, bench_sandbox: SandboxProcess) -> None:
    answers = [limit.prepare(channel, rows=15, index=index)() for index in range(2)]
    assert [answer["accepted"] for answer in answers] == [15, 15]
    taken = bench_sandbox.taken()
    assert (len(taken), set(taken.values())) == (30, {1})
