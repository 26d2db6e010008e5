"""One own server: started once however many ask for it, found again after any crash."""

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from config.embedded.errors import EmbeddedError
from config.embedded.places import Account, Places

START_SECONDS = 30.0
STOP_SECONDS = 30.0
_POLL_SECONDS = 0.02
_LOG_MAX_BYTES = 5_000_000
_TAIL_LINES = 15


def detach(child: subprocess.Popen[bytes]) -> None:
    """Let the child outlive this process without the interpreter's warning that it was forgotten."""
    child.returncode = 0


@contextlib.contextmanager
def locked(path: Path, operation: int) -> Iterator[int]:
    """Hold a flock(2) on `path` inside the block. Gives the file's descriptor."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, operation)
        yield descriptor
    finally:
        os.close(descriptor)


class Service(ABC):
    """A server process whose lock file is inherited by it and by its children.

    While the lock is taken some process of the server lives; when it is free none does. A process
    number alone would not tell: numbers are used again after a crash.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    program: ClassVar[str]  # a word of the process's command line
    stop_signals: ClassVar[tuple[signal.Signals, ...]] = (signal.SIGTERM, signal.SIGKILL)

    def __init__(self, places: Places) -> None:
        self.places = places

    @property
    def account(self) -> Account | None:
        """Whom the process runs as; None for the command's own account."""
        return self.places.account

    @abstractmethod
    def prepare(self) -> None:
        """Whatever must be there before the first start. Runs while no process of the server lives."""

    @abstractmethod
    def command(self) -> list[str]:
        """The program and its arguments."""

    @abstractmethod
    def ready(self) -> bool:
        """Whether the server answers."""

    @abstractmethod
    def pid(self) -> int | None:
        """The process number that the server wrote down, if any."""

    def directory(self) -> Path:
        """The working directory of the process; the checkout may be closed to its account."""
        return Path("/")

    def environment(self) -> Mapping[str, str]:
        return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}

    def ensure(self) -> None:
        """Start the server unless it runs, and return when it answers.

        The caller holds the start lock. Raises EmbeddedError with the log's end after 30 seconds.
        """
        launched = False
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.running():
                if self.ready():
                    return
            elif not launched:
                launched = self._launch()
            else:
                break
            time.sleep(_POLL_SECONDS)
        raise EmbeddedError(f"{self.title} no arranca. Final de {self.log}:\n{self.log_tail()}")

    def running(self) -> bool:
        """Whether some process of the server lives."""
        try:
            with locked(self.places.lock(self.name), fcntl.LOCK_EX | fcntl.LOCK_NB):
                return False
        except BlockingIOError:
            return True

    def stop(self) -> None:
        """Ask the server to end, insist after 30 seconds, and return when no process of it lives."""
        for request in self.stop_signals:
            asked = False
            deadline = time.monotonic() + STOP_SECONDS
            while time.monotonic() < deadline:
                if not self.running():
                    return
                asked = asked or self._signal(request)
                time.sleep(_POLL_SECONDS)

    @property
    def log(self) -> Path:
        return self.places.log(self.name)

    def log_tail(self) -> str:
        """The last lines of the server's log."""
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[-_TAIL_LINES:])

    def run(self, command: list[str]) -> None:
        """Run a helper program to its end. Raises EmbeddedError with the log's end when it fails."""
        done = self._spawn(command).wait()
        if done:
            raise EmbeddedError(f"{self.title} no se puede preparar. Final de {self.log}:\n{self.log_tail()}")

    def _launch(self) -> bool:
        try:
            with locked(self.places.lock(self.name), fcntl.LOCK_EX | fcntl.LOCK_NB) as descriptor:
                self._shorten_log()
                self.prepare()
                detach(self._spawn(self.command(), descriptor))
        except BlockingIOError:
            return False
        return True

    def _spawn(self, command: list[str], *descriptors: int) -> subprocess.Popen[bytes]:
        account = self.account
        with self.log.open("ab") as log:
            try:
                return subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=self.directory(),
                    env=self.environment(),
                    pass_fds=descriptors,
                    start_new_session=True,
                    user=account.uid if account else None,
                    group=account.gid if account else None,
                    extra_groups=[] if account else None,
                    umask=0o077,
                )
            except OSError as error:
                raise EmbeddedError(f"{self.title} no arranca: {error}") from error

    def _signal(self, request: signal.Signals) -> bool:
        pid = self.pid()
        if pid is None or not self._is_ours(pid):
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, request)
        return True

    def _is_ours(self, pid: int) -> bool:
        try:
            return self.program.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return not Path("/proc/self").exists()

    def _shorten_log(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            if self.log.stat().st_size > _LOG_MAX_BYTES:
                self.log.replace(self.log.with_suffix(".old.log"))
