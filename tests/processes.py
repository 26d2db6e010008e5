"""Processes that a test starts, looks at by their numbers, and ends."""

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.house.sources import ROOT

DEADLINE = 60.0  # seconds
_POLL = 0.02


def eventually(condition: Callable[[], object], story: Callable[[], object] = lambda: "") -> None:
    """Return as soon as it holds; AssertionError with the story after a minute."""
    ends_at = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < ends_at, story()
        time.sleep(_POLL)


def free_port() -> int:
    """A port of this machine's own address that nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children_of(pid: int) -> list[int]:
    """Its children's numbers, oldest first; none when it has ended."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def family_of(pid: int) -> list[int]:
    """Its children and theirs, however deep, as far as they are of its session: own servers are not."""
    ours = [child for child in children_of(pid) if _session(child) == _session(pid)]
    return [found for child in ours for found in (child, *family_of(child))]


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return None


def has_ended(pid: int) -> bool:
    """Whether it is gone, or waits only to be asked how it ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("Z")
    except (FileNotFoundError, ProcessLookupError):
        return True


class Launched:
    """A program in a session of its own, whose output is kept in a file."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], folder: Path = ROOT) -> None:
        self._log = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 (closed by clear)
        self.process = subprocess.Popen(
            [*command],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.pid = self.process.pid
        self.known: set[int] = set()

    @property
    def output(self) -> str:
        """All that it has written so far."""
        size = os.fstat(self._log.fileno()).st_size
        return os.pread(self._log.fileno(), size, 0).decode()

    def wait_for(self, condition: Callable[[], object]) -> None:
        """Return as soon as it holds; AssertionError with the output when the program ends or a minute has passed."""
        eventually(lambda: condition() or self._ended_early(), lambda: self.output)

    @property
    def children(self) -> list[int]:
        """The numbers of those that it has forked itself."""
        return [child for child in children_of(self.pid) if _session(child) == self.pid]

    def look(self) -> None:
        """Remember the numbers of all that it and its children have forked, for the end."""
        self.known.update(family_of(self.pid))

    def end(self, *numbers: signal.Signals, group: bool = False) -> int:
        """Send it (or its whole group) these signals and wait for its end; its exit code."""
        self.look()
        for number in numbers:
            if group:
                os.killpg(self.pid, number)
            else:
                self.process.send_signal(number)
        return self.process.wait(DEADLINE)

    def left(self) -> list[int]:
        """Those that it has forked and that live still."""
        return [pid for pid in self.known if not has_ended(pid)]

    def clear(self) -> None:
        """Leave nothing of it."""
        self.look()
        for pid in (self.pid, *self.left()):
            if not has_ended(pid):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(DEADLINE)
        self._log.close()

    def _ended_early(self) -> bool:
        assert self.process.poll() is None, self.output
        return False
