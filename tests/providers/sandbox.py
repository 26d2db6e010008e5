"""The local provider sandbox as a test's tool: its process, its rules, its log."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

ROOT = Path(__file__).resolve().parents[2]
START_DEADLINE = 30.0  # seconds
POLL = 0.01
OPENER = build_opener(ProxyHandler({}))  # a proxy of the machine would not find the sandbox
Entry = dict[str, Any]


class Sandbox:
    """A sandbox process on free ports. `environment` is what makes the channels find it."""

    def __init__(self) -> None:
        self.environment: dict[str, str] = {}
        self.url = ""
        self.log_path = Path()
        self.process: subprocess.Popen[bytes] | None = None
        self._cursor = 0

    def start(self, folder: Path, *arguments: str) -> "Sandbox":
        """Start it with its files in `folder`; returns once it answers."""
        folder.mkdir(parents=True, exist_ok=True)
        state, self.log_path = folder / "sandbox.json", folder / "sandbox.jsonl"
        state.unlink(missing_ok=True)
        command = [sys.executable, "-m", "channels_app.sandbox", "--with-parent"]
        command += ["--state", str(state), "--log", str(self.log_path), *arguments]
        self.process = subprocess.Popen(command, cwd=ROOT)
        deadline = time.monotonic() + START_DEADLINE
        while not state.exists():
            if self.process.poll() is not None:
                raise RuntimeError(f"the sandbox ended with {self.process.returncode}")
            if time.monotonic() > deadline:
                self.stop()
                raise RuntimeError("the sandbox did not start in time")
            time.sleep(POLL)
        read = json.loads(state.read_text(encoding="utf-8"))
        self.url, self.environment = read["url"], read["environment"]
        return self

    def stop(self) -> int:
        """End it; its exit code."""
        if self.process is None:
            return 0
        self.process.terminate()
        try:
            return self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def control(self, path: str, payload: dict[str, Any] | None = None, method: str = "POST") -> Any:
        """Call `/control/{path}`; urllib's HTTPError if it refuses."""
        body = None if payload is None else json.dumps(payload).encode()
        headers = {"Content-Type": "application/json"}
        request = Request(f"{self.url}/control/{path}", body, headers, method=method)
        with OPENER.open(request, timeout=10) as answer:
            return json.loads(answer.read())

    def rule(self, channel: str, action: str, **parameters: Any) -> Entry:
        """Add a rule: `rule("telegram", "refuse", preset="blocked", address="123", times=1)`."""
        rule: Entry = self.control("rules", {"channel": channel, "action": action, **parameters})
        return rule

    def refuse(self, channel: str, preset: str, **parameters: Any) -> Entry:
        """Add the rule of a refusal."""
        return self.rule(channel, "refuse", preset=preset, **parameters)

    def tokapp(self, phones: list[str] | None) -> None:
        """Say which phones have TokApp; None: all."""
        self.control("tokapp", {"phones": phones})

    def chats(self, chats: dict[str, str]) -> None:
        """Say on which phone each Telegram chat is, for the pages."""
        self.control("chats", {"chats": chats})

    def reset(self) -> None:
        """No rules, and a log that begins here."""
        self.control("reset", {})
        self._cursor = self.log_path.stat().st_size

    def log(self) -> list[Entry]:
        """Every try since the last reset, oldest first."""
        with self.log_path.open("rb") as file:
            file.seek(self._cursor)
            whole = file.read().rpartition(b"\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def taken(self, channel: str | None = None) -> list[Entry]:
        """What the providers kept since the last reset, of one channel or all."""
        return [entry for entry in self.log() if entry["taken"] and channel in (None, entry["channel"])]

    def wait_for(self, predicate: Callable[[list[Entry]], object], timeout: float = 10.0) -> list[Entry]:
        """The log, as soon as `predicate` holds for it; AssertionError after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while True:
            entries = self.log()
            if predicate(entries):
                return entries
            if time.monotonic() > deadline:
                raise AssertionError(f"not in {timeout} s; the log holds {entries}")
            time.sleep(POLL)
