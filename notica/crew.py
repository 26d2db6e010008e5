"""The process tree of one machine: workers, the clock and the web, each forked from this process and started
again when it ends by itself."""

import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from types import FrameType

from django.db import connections
from django.utils.module_loading import import_string

from channels_app import registry
from notica.clockwork import keep_clock
from notica.stopping import ENDING, StopSignals
from notica.wakeups import JOB_TIMEOUTS
from notica.worker import end_with_parent, send_signal, work_queue

logger = logging.getLogger(__name__)
STOP_SECONDS = 75.0  # a little more than one send's whole deadline
INSIST_SECONDS = 5.0  # how long one has that is told to end at once
ASK_AGAIN_SECONDS = 2.0
QUICK_SECONDS = 10.0  # who lived less than this falls again
LONGEST_WAIT = 30.0


@dataclass(slots=True)
class Post:
    """One process of the crew, and how it has fared."""

    name: str
    job: Callable[[], None]
    pid: int = 0
    started_at: float = 0.0
    start_at: float = 0.0
    falls: int = 0

    def ended(self, now: float) -> float:
        """Note that it has; the seconds until it is to be started again."""
        self.falls = self.falls + 1 if now - self.started_at < QUICK_SECONDS else 0
        wait = wait_before_start(self.falls)
        self.pid, self.start_at = 0, now + wait
        return wait


def wait_before_start(falls: int) -> float:
    """Seconds after so many quick ends in a row: 0, 1, 2, 4 … 30."""
    return float(min(LONGEST_WAIT, 2 ** (falls - 1))) if falls else 0.0


class Crew:
    """Processes that end with this one."""

    def __init__(
        self,
        queues: Iterable[str],
        *,
        clock: bool = True,
        web: Callable[[], None] | None = None,
        bots: Callable[[], None] | None = None,
    ) -> None:
        """A worker for each name in `queues`; beside them `web` serves pages and `bots` hears people, if given."""
        jobs: list[tuple[str, Callable[[], None]]] = [
            (f"worker of {name}", partial(work_queue, name)) for name in queues
        ]
        if clock:
            jobs.append(("clock", keep_clock))
        if web is not None:
            jobs.append(("web", web))
        if bots is not None:
            jobs.append(("bots", bots))
        self._posts = [Post(name, job) for name, job in jobs]

    @property
    def pids(self) -> list[int]:
        """Of those who live."""
        return [post.pid for post in self._posts if post.pid]

    def serve(
        self, ready: Callable[[], object] = lambda: None, ending: Callable[[], object] = lambda: None
    ) -> None:
        """Start all, watch over them until SIGINT or SIGTERM, and stop them.

        `ready` and `ending` are called when all are started and before they are stopped.
        """
        with StopSignals(signal.SIGCHLD) as signals:
            self.start()
            ready()
            self._watch(signals)
            ending()
            self.stop()

    def start(self) -> None:
        """Fork a process for each."""
        connections.close_all()
        _preload()
        for post in self._posts:
            _start(post)

    def watch(self) -> None:
        """Start again whatever ends by itself, until SIGINT or SIGTERM."""
        with StopSignals(signal.SIGCHLD) as signals:
            self._watch(signals)

    def stop(self) -> None:
        """Ask all to end and wait for them; one that does not is killed, and its rows are picked up later.

        Another SIGINT or SIGTERM meanwhile changes nothing: the sends in flight come to their end.
        """
        with StopSignals(signal.SIGCHLD) as signals:
            self._end(signal.SIGTERM, STOP_SECONDS, signals)
            for post in self._posts:
                if post.pid:
                    logger.warning("the %s did not end and is killed", post.name)
            self._end(signal.SIGQUIT, INSIST_SECONDS, signals)
            self._end(signal.SIGKILL, INSIST_SECONDS, signals)

    def _watch(self, signals: StopSignals) -> None:
        while not signals.asked:
            now = time.monotonic()
            for post, status in self._reap():
                wait = post.ended(now)
                logger.warning("the %s ended with %d and is started again in %.0f s", post.name, status, wait)
            for post in self._posts:
                if not post.pid and post.start_at <= now:
                    _start(post)
            waits = [post.start_at - now for post in self._posts if not post.pid]
            signals.wait(min(waits, default=None))

    def _end(self, number: signal.Signals, seconds: float, signals: StopSignals) -> None:
        """Signal all who live, again and again, until they have ended or the time is up."""
        ends_at = time.monotonic() + seconds
        ask_at = 0.0
        while self.pids and (now := time.monotonic()) < ends_at:
            if now >= ask_at:
                for pid in self.pids:
                    send_signal(pid, number)
                ask_at = now + ASK_AGAIN_SECONDS
            signals.wait(min(ask_at, ends_at) - now)
            for post, _status in self._reap():
                post.pid = 0

    def _reap(self) -> list[tuple[Post, int]]:
        """Those that have ended, with their exit code or minus their signal; other children are not ours."""
        ended = ((post, _exit_code(post.pid)) for post in self._posts if post.pid)
        return [(post, code) for post, code in ended if code is not None]


def _exit_code(pid: int) -> int | None:
    """Of a child that has ended; None while it lives."""
    try:
        ended, status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:  # somebody else has asked already
        return 0
    return os.waitstatus_to_exitcode(status) if ended else None


def end_like_ctrl_c() -> None:
    """Let SIGTERM end this process as Ctrl-C does, even where its caller ignored Ctrl-C; once."""
    for number in ENDING:
        signal.signal(number, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    for each in ENDING:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def _preload() -> None:
    """What every job needs is loaded once, here: forked processes share its memory and start at once."""
    for job in JOB_TIMEOUTS:
        import_string(job)
    for channel in registry.channel_names():
        registry.channel_class(channel)
    gc.collect()
    gc.freeze()


def _start(post: Post) -> None:
    post.started_at = time.monotonic()
    post.pid = _fork(post.job)


def _fork(job: Callable[[], None]) -> int:
    """The child's number. No signal finds the child with its parent's handlers."""
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    earlier = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    pid = os.fork()
    if pid:
        signal.pthread_sigmask(signal.SIG_SETMASK, earlier)
        return pid
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, _leave)
        end_with_parent()
        signal.pthread_sigmask(signal.SIG_SETMASK, earlier)
        if os.getppid() == parent:
            job()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0
    except BaseException:
        logger.exception("a process of the crew broke")
    finally:
        os._exit(status)


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit
