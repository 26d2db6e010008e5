"""The providers' stand-in in a process of its own, to which every contender speaks."""

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

START_SECONDS = 30.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.01
_OPENER = build_opener(ProxyHandler({}))  # a proxy of the machine would not find the sandbox


class SandboxProcess:
    """The sandbox on ports that stay the same when it is started again with another latency."""

    def __init__(self, folder: Path) -> None:
        self.environment: dict[str, str] = {}
        self.latency_ms = -1.0
        self._folder = folder
        self._state = folder / "sandbox.json"
        self._log = folder / "sandbox.jsonl"
        self._process: subprocess.Popen[bytes] | None = None
        self._url = ""
        self._ports: tuple[int, int] = (0, 0)
        self._read_to = 0

    def __enter__(self) -> Self:
        self.answer_after(0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def answer_after(self, latency_ms: float) -> None:
        """Have every answer come after so many milliseconds. Its log begins anew."""
        if latency_ms == self.latency_ms:
            self.reset()
            return
        self.stop()
        self._folder.mkdir(parents=True, exist_ok=True)
        for file in (self._state, self._log):
            file.unlink(missing_ok=True)
        ports = ("--http-port", str(self._ports[0]), "--smtp-port", str(self._ports[1]))
        files = ("--state", str(self._state), "--log", str(self._log))
        latency = ("--latency-ms", f"{latency_ms:g}")
        command = [sys.executable, "-m", "channels_app.sandbox", "--with-parent", *ports, *files, *latency]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        self._read_state(time.monotonic() + START_SECONDS)
        self.latency_ms = latency_ms

    def stop(self) -> None:
        """End it."""
        process, self._process, self.latency_ms = self._process, None, -1.0
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def reset(self) -> None:
        """No rules, and a log that begins here."""
        request = Request(f"{self._url}/control/reset", b"{}", {"Content-Type": "application/json"})
        with _OPENER.open(request, timeout=10):
            pass
        self._read_to = self._log.stat().st_size

    def taken(self) -> Counter[tuple[str, str]]:
        """How often each (channel, address) was taken since the last reset."""
        return Counter((entry["channel"], entry["address"]) for entry in self.entries() if entry["taken"])

    def entries(self) -> list[dict[str, Any]]:
        """Every try since the last reset, oldest first."""
        with self._log.open("rb") as file:
            file.seek(self._read_to)
            whole = file.read().rpartition(b"\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def _read_state(self, deadline: float) -> None:
        while not self._state.exists():
            if self._process is None or self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError("the sandbox did not start")
            time.sleep(POLL_SECONDS)
        said = json.loads(self._state.read_text())
        mail = urlsplit(said["environment"]["EMAIL_URL"]).port or 0
        web = urlsplit(said["url"]).port or 0
        if self._ports not in ((0, 0), (web, mail)):
            self.stop()
            raise RuntimeError("another program took the sandbox's port: run it again")
        self._url, self._ports, self._read_to = said["url"], (web, mail), 0
        self.environment = said["environment"]
