"""Real `manage.py work` process trees: started, killed, stopped, continued; their members by pid.

What they say goes to `var/faults/workers.log`.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from config.embedded import places
from tests.providers.sandbox import ROOT

DEADLINE = 120.0  # seconds, for whatever must come about in the end
STOP_SECONDS = 100.0
POLL = 0.02


class Tree:
    """`manage.py work` with its children and theirs."""

    def __init__(self, environment: dict[str, str], *queues: str, clock: bool = False) -> None:
        command = [sys.executable, "manage.py", "work", *queues, *([] if clock else ["--no-clock"])]
        self.expected = len(queues) + int(clock)
        with (places.var_folder() / "workers.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    def workers(self) -> list[int]:
        """The processes that wait for jobs, and the clock."""
        return children_of(self.pid)

    def horses(self) -> list[int]:
        """The processes that do the jobs."""
        return [horse for worker in self.workers() for horse in children_of(worker)]

    def stop(self) -> None:
        """Ask it to end warmly and wait."""
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill_whole()

    def kill_whole(self) -> None:
        """SIGKILL to all of its session: workers and horses too, however orphaned."""
        kill(self.pid)
        self.process.wait()
        eventually(self._is_gone)

    def _is_gone(self) -> bool:
        """Whether nobody of the session is left; whoever is, is killed. A horse has a group of its own."""
        left = living_in_session(self.pid)
        for pid in left:
            kill(pid)
        return not left


@contextmanager
def tree_of(environment: dict[str, str], *queues: str, clock: bool = False) -> Iterator[Tree]:
    """Workers of these queues while the block lasts, then stopped warmly; nothing of them is left."""
    tree = Tree(environment, *queues, clock=clock)
    try:
        eventually(lambda: len(tree.workers()) == tree.expected)
        yield tree
        tree.stop()
    finally:
        tree.kill_whole()


def children_of(pid: int) -> list[int]:
    """The living children of a process; none when it is gone."""
    with contextlib.suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def living_in_session(session: int) -> list[int]:
    """The processes of a session that are no zombies."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            fields = (folder / "stat").read_text().rpartition(") ")[2].split()
            if fields[3] == str(session) and fields[0] != "Z":
                found.append(int(folder.name))
    return found


def kill(pid: int, number: int = signal.SIGKILL) -> bool:
    """Send a signal; whether there was somebody to get it."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def has_ended(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("Z")
    except FileNotFoundError:
        return True


def eventually(condition: Callable[[], object], deadline: float = DEADLINE) -> None:
    """Wait until it holds."""
    ends_at = time.monotonic() + deadline
    while not condition():
        assert time.monotonic() < ends_at, f"not within {deadline:.0f} s"
        time.sleep(POLL)
