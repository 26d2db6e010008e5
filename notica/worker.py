"""An RQ worker of one queue: a worker of several loses a job that is popped when it is killed.

A warm stop lets the sends in flight come to their end and be recorded.
"""

import ctypes
import os
import signal
import socket
import sys
from types import FrameType
from typing import Any

import django_rq
from redis import Redis
from redis.client import Pipeline
from rq import Worker, worker_registration
from rq.exceptions import StopRequested
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus

# Seconds. RQ's own 420 would show a dead worker as alive for eight minutes; with this it is a minute and a half
# (60 more are RQ's), and a connection whose other end went away without a word is noticed in 25.
LIFE_SECONDS = 30
REDIS_WAIT_SECONDS = 5.0  # at most, between two tries to reach a Redis that is away
PR_SET_PDEATHSIG = 1


class CrewWorker(Worker):
    """Stops warmly however often it is asked, and its stop reaches the job at work; SIGQUIT ends both at once.

    RQ's own second signal kills the job; and the exception of the first is lost if it comes while the Redis
    client handles an error, so an idle worker looks again at each heartbeat.
    """

    max_connection_wait_time = REDIS_WAIT_SECONDS
    _leaving = False  # whether its wait for a job was cut already

    def bootstrap(self, *args: Any, **kwargs: Any) -> None:
        """Sign on; a signal meanwhile is heeded after it, so that whoever signs on signs off."""
        self._install_signal_handlers()
        super().bootstrap(*args, **kwargs)

    def _install_signal_handlers(self) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, self.request_stop)
        signal.signal(signal.SIGQUIT, self.end_at_once)

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """End after the job at work, or at once when idle; whatever else it does, it looks again after it."""
        self._stop_requested = True
        self.handle_warm_shutdown_request()
        if self.get_state() == WorkerStatus.IDLE and not self._leaving:
            self._leaving = True  # another signal must not cut the way out: nobody would catch it there
            raise StopRequested

    def end_at_once(self, signum: int, frame: FrameType | None) -> None:
        """End with the job at work; its rows come back by their lease."""
        if self.horse_pid:  # not its group, which may still be ours
            send_signal(self.horse_pid, signal.SIGKILL)
            self.wait_for_horse()
        raise SystemExit

    def handle_warm_shutdown_request(self) -> None:
        super().handle_warm_shutdown_request()  # type: ignore[no-untyped-call]  # RQ has no types here
        if self.horse_pid:
            send_signal(self.horse_pid, signal.SIGTERM)

    def setup_work_horse_signals(self) -> None:
        """Other jobs work on to their end; a drain sets its own handler, and hears when its worker is killed."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGQUIT, signal.SIG_DFL)
        end_with_parent()

    def teardown(self) -> None:
        """Sign off, which another signal must not cut."""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        super().teardown()  # type: ignore[no-untyped-call]

    def heartbeat(self, timeout: int | None = None, pipeline: "Pipeline | None" = None) -> None:
        """As RQ's; an emptied Redis is told again who works, and a stop whose exception was lost is heeded."""
        if self._stop_requested and self.get_state() != WorkerStatus.BUSY:
            raise StopRequested
        super().heartbeat(timeout, pipeline)
        store = self.connection.pipeline(transaction=False) if pipeline is None else pipeline
        store.hset(self.key, mapping=self.serialize())
        worker_registration.register(self, store)
        if pipeline is None:
            store.execute()


def work_queue(queue_name: str) -> None:
    """Work one queue until a signal ends it."""
    queue = django_rq.get_queue(queue_name)
    worker = CrewWorker(
        [queue], connection=queue.connection, serializer=JSONSerializer, worker_ttl=LIFE_SECONDS
    )
    worker.work(logging_level="WARNING", with_scheduler=False)


def is_worked(queue_name: str) -> bool:
    """Whether a living worker listens to a queue; one killed on this machine leaves its name behind."""
    workers = Worker.all(queue=django_rq.get_queue(queue_name))
    return any(worker.hostname != socket.gethostname() or _lives(worker.pid) for worker in workers)


def unworked(store: Redis, queue_names: tuple[str, ...]) -> list[str]:
    """The queues that no worker of any host listens to, as far as Redis knows."""
    with store.pipeline(transaction=False) as pipeline:
        for name in queue_names:
            pipeline.smembers(worker_registration.WORKERS_BY_QUEUE_KEY % name)
        workers: list[set[bytes]] = pipeline.execute()
        for keys in workers:
            pipeline.exists(*keys, "-")
        living: list[int] = pipeline.execute()
    return [name for name, number in zip(queue_names, living, strict=True) if not number]


def send_signal(pid: int, number: int) -> None:
    """Signal a process that may have ended."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def end_with_parent() -> None:
    """Have the kernel ask this process to end (SIGTERM) when the one that forked it dies; Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


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
