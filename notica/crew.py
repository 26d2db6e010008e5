"""The workers of one machine: a process for each queue and one for the clock, forked from this one.

One queue a worker: a worker of several loses a job that is popped when it is killed. A warm stop lets the
sends in flight come to their end and be recorded.
"""

import contextlib
import ctypes
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterable
from types import FrameType

import django_rq
from django.db import connections
from rq import Worker
from rq.exceptions import StopRequested
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus

from notica.poller import poll_forever

logger = logging.getLogger(__name__)
STOP_SECONDS = 75.0  # a little more than one send's whole deadline
ASK_AGAIN_SECONDS = 2.0
PR_SET_PDEATHSIG = 1


class CrewWorker(Worker):
    """An RQ worker that stops warmly however often it is asked, and whose stop reaches the job at work.

    RQ's own second signal kills the job; and the exception of the first is lost if it comes while the Redis
    client handles an error, so an idle worker may have to be asked again.
    """

    def _install_signal_handlers(self) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, self.request_stop)

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """End after the job at work, or at once when idle."""
        self._stop_requested = True
        self.handle_warm_shutdown_request()
        if self.get_state() != WorkerStatus.BUSY:
            raise StopRequested

    def handle_warm_shutdown_request(self) -> None:
        super().handle_warm_shutdown_request()  # type: ignore[no-untyped-call]  # RQ has no types here
        if self.horse_pid:
            _signal(self.horse_pid, signal.SIGTERM)

    def setup_work_horse_signals(self) -> None:
        """Other jobs work on to their end; a drain sets its own handler."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


def work_queue(queue_name: str) -> None:
    """Work one queue until a signal ends it."""
    queue = django_rq.get_queue(queue_name)
    worker = CrewWorker([queue], connection=queue.connection, serializer=JSONSerializer)
    worker.work(logging_level="WARNING", with_scheduler=False)


def is_worked(queue_name: str) -> bool:
    """Whether a living worker listens to a queue; one killed on this machine leaves its name behind."""
    workers = Worker.all(queue=django_rq.get_queue(queue_name))
    return any(worker.hostname != socket.gethostname() or _lives(worker.pid) for worker in workers)


def _lives(pid: int | None) -> bool:
    if pid is None:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Crew:
    """Worker processes that end with this one."""

    def __init__(
        self, queues: Iterable[str], *, clock: bool = True, web: Callable[[], None] | None = None
    ) -> None:
        """`web` serves pages beside the workers, if given."""
        self._jobs: dict[str, Callable[[], None]] = {}
        for name in queues:
            self._jobs[name] = lambda name=name: work_queue(name)  # type: ignore[misc]
        if clock:
            self._jobs["clock"] = poll_forever
        if web is not None:
            self._jobs["web"] = web
        self._pids: dict[int, str] = {}

    def start(self) -> None:
        """Fork a process for each queue and for the clock."""
        connections.close_all()
        for name, job in self._jobs.items():
            self._pids[_fork(job)] = name

    def stop(self) -> None:
        """Ask all to end and wait for them; one that does not is killed, and its rows are picked up later."""
        ends_at = time.monotonic() + STOP_SECONDS
        ask_at = 0.0
        while self._pids and time.monotonic() < ends_at:
            if time.monotonic() >= ask_at:
                self._ask_to_end()
                ask_at = time.monotonic() + ASK_AGAIN_SECONDS
            if not self._reap_one():
                time.sleep(0.02)
        for pid, name in self._pids.items():
            logger.warning("the worker of %s did not end and is killed", name)
            _signal(pid, signal.SIGKILL)
        self._pids.clear()

    def _ask_to_end(self) -> None:
        for pid in self._pids:
            _signal(pid, signal.SIGTERM)

    def watch(self) -> None:
        """Start again whatever ends by itself, until interrupted."""
        while True:
            pid, status = os.wait()
            name = self._pids.pop(pid, None)
            if name is not None:
                logger.warning("the worker of %s ended with %s and is started again", name, status)
                time.sleep(1)
                self._pids[_fork(self._jobs[name])] = name

    def _reap_one(self) -> bool:
        """Whether one has ended; other children of this process are not ours to wait for."""
        ended = next((pid for pid in self._pids if os.waitpid(pid, os.WNOHANG)[0]), None)
        return ended is not None and bool(self._pids.pop(ended))


def _fork(job: Callable[[], None]) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        _end_with(parent)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, _leave)
        job()
        status = 0
    except SystemExit:
        status = 0
    except BaseException:
        logger.exception("a worker broke")
    finally:
        os._exit(status)


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit


def end_like_ctrl_c() -> None:
    """Let SIGTERM end this process as Ctrl-C does, even where its caller ignored Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _end_with(parent: int) -> None:
    """Have the kernel end this process warmly when its parent dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            raise SystemExit


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
