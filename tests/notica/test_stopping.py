import os
import signal
import time

from notica.stopping import StopSignals


def test_signals_are_noted_and_the_earlier_handlers_come_back() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with StopSignals() as signals:
        assert signals.asked is False
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGTERM):
            os.kill(os.getpid(), number)
        assert signals.asked is True
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_wait_ends_with_a_signal_that_came_before_it() -> None:
    with StopSignals() as signals:
        os.kill(os.getpid(), signal.SIGTERM)
        signals.wait(None)
        assert signals.asked is True


def test_wait_ends_with_another_signal_and_nothing_is_asked() -> None:
    with StopSignals(signal.SIGCHLD) as signals:
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        signals.wait(None)
        assert (os.waitpid(pid, 0), signals.asked) == ((pid, 0), False)


def test_wait_ends_with_its_time() -> None:
    with StopSignals() as signals:
        started = time.monotonic()
        signals.wait(0.05)
        assert (time.monotonic() - started >= 0.05, signals.asked) == (True, False)


def test_inner_block_gives_the_signals_back_to_the_outer() -> None:
    with StopSignals() as outer:
        with StopSignals() as inner:
            os.kill(os.getpid(), signal.SIGTERM)
            inner.wait(None)
        assert (inner.asked, outer.asked) == (True, False)
        os.kill(os.getpid(), signal.SIGTERM)
        outer.wait(None)
        assert outer.asked is True
