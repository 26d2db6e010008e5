"""The engine of the post office driven to its end inside one test process."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from channels_app import registry
from channels_app.tokapp.channel import TokAppChannel
from notica import poller
from notica.claiming import due_channels
from notica.delivery import drain
from notica.fanout import fan_out
from notica.models import Delivery, Message

MOST_ROUNDS = 20


@pytest.fixture
def hundred_slots(monkeypatch: pytest.MonkeyPatch) -> None:
    """TokApp with a hundred sends in flight at most, eighty of them not urgent; also in forked workers."""
    fewer = replace(TokAppChannel.capabilities, concurrency=100)
    monkeypatch.setattr(TokAppChannel, "capabilities", fewer)


@pytest.fixture
def run_engine(transactional_db: None) -> Callable[[], None]:
    """Fan out and drain until nothing is due: what the workers do, without Redis."""
    return _run


def _run() -> None:
    for _ in range(MOST_ROUNDS):
        for pk in Message.objects.filter(state="queued").values_list("pk", flat=True):
            fan_out(pk)
        poller.tick()
        due = [name for name in registry.channel_names() if name in due_channels()]
        if not due:
            return
        for name in due:
            drain(name, linger=False)
    left = Delivery.objects.exclude(state__in=("accepted", "failed")).values_list("channel", "state")
    raise AssertionError(f"work is left after {MOST_ROUNDS} rounds: {list(left)}")
