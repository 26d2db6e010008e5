"""Worker processes of a run: each command a session of its own, held still, released, and ended by its id."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 60.0
STOP_SECONDS = 90.0  # a send's whole deadline and its record
POLL_SECONDS = 0.02


class Broken(RuntimeError):
    """A process ended by itself or did not get ready; its last words are in the text."""


class Workers:
    """Several commands started together."""

    def __init__(self, commands: Sequence[Sequence[str]], log: Path) -> None:
        self._log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            self._processes = [
                subprocess.Popen(
                    [sys.executable, *command],
                    cwd=ROOT,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                )
                for command in commands
            ]

    @property
    def pids(self) -> list[int]:
        """Their process numbers."""
        return [process.pid for process in self._processes]

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Return once they are ready. Raises Broken."""
        deadline = time.monotonic() + READY_SECONDS
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise Broken(f"not ready in {READY_SECONDS:g} s:\n{self.words()}")
            time.sleep(POLL_SECONDS)

    def check(self) -> None:
        """Raise Broken if one has ended."""
        ended = [process.returncode for process in self._processes if process.poll() is not None]
        if ended:
            raise Broken(f"a worker ended with {ended[0]}:\n{self.words()}")

    def hold(self) -> None:
        """Let them stand still: they are ready and do nothing."""
        self._signal(signal.SIGSTOP)

    def release(self) -> None:
        """Let them go on."""
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """End them warmly; who does not end in time is killed."""
        self.release()
        for process in self._processes:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in self._processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
        self._signal(signal.SIGKILL)
        for process in self._processes:
            process.wait()

    def words(self) -> str:
        """The end of what they wrote."""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-15:])

    def _signal(self, number: int) -> None:
        for process in self._processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)


@contextlib.contextmanager
def workers(commands: Sequence[Sequence[str]], log: Path) -> Iterator[Workers]:
    """Workers that are ended with the block."""
    started = Workers(commands, log)
    try:
        yield started
    finally:
        started.stop()


class Child:
    """`benchmarks.child` with one piece of work: prepared, then done at a word, then its answer."""

    def __init__(self, work: str, **arguments: Any) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.child", work, json.dumps(arguments)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait_ready(self) -> None:
        """Return once it is prepared. Raises Broken."""
        if self._line(READY_SECONDS) != "ready":
            raise Broken("a measurement's process did not get ready")

    def go(self) -> None:
        """Have it begin."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def answer(self, seconds: float) -> dict[str, Any]:
        """What it says at its end. Raises Broken if that is not said in time."""
        line = self._line(seconds)
        if not line:
            raise Broken("a measurement's process ended without an answer")
        said: dict[str, Any] = json.loads(line)
        return said

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):
                stream.close()

    def _line(self, seconds: float) -> str:
        assert self._process.stdout is not None
        readable, _, _ = select.select([self._process.stdout], [], [], seconds)
        return self._process.stdout.readline().strip() if readable else ""


@contextlib.contextmanager
def children(work: str, number: int, **arguments: Any) -> Iterator[list[Child]]:
    """So many prepared children, ended with the block; each is told its `index`."""
    started = [Child(work, index=index, **arguments) for index in range(number)]
    try:
        for child in started:
            child.wait_ready()
        yield started
    finally:
        for child in started:
            child.stop()
