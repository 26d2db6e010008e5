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
        self._told = 0

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

    def tokapp_phone(self, phone: str, *, active: bool) -> None:
        """Say of one phone whether it has TokApp."""
        self.control("tokapp", {"phone": phone, "active": active})

    def telegram(self, chat: str, do: str, **parameters: Any) -> Entry:
        """Have a chat do something: `telegram("501", "share", phone="+34600111222")`.

        `do` is start (`text`: the deep link's payload), share, share_foreign (`contact_phone`, `user_id`), say
        (`text`, or `photo=True`), press (`data` of a button shown), block, unblock, leave, or repeat (`count`: the
        bot's last updates again). Besides: `bot` (its token), `phone`, `language`, `name`, `date` (seconds of the
        epoch), `update_id`.
        Answers `update_id` and whether the bot's webhook took it (`delivered`).
        """
        done: Entry = self.control("telegram", {"chat": chat, "do": do, **parameters})
        return done

    def limits(self, per_bot: int | None = None, per_chat: int | None = None) -> None:
        """Say how many messages a second Telegram takes; None: no limit."""
        self.control("limits", {"telegram": {"per_bot": per_bot, "per_chat": per_chat}})

    def receipts(self, *statuses: str, **parameters: Any) -> None:
        """Say what Twilio tells of every SMS from now on, one status every `after` seconds; none: nothing.

        Besides: `error_code`, `price`, `price_unit`. Of one phone, a rule: `rule("sms", "receipt", address=…,
        statuses=[…], error_code=…, after=…, repeat=…, shuffle=…)`.
        """
        self.control("receipts", {"default": list(statuses), **parameters})

    def receipt(self, sid: str, status: str, **parameters: Any) -> list[int]:
        """Tell one status of an SMS now; the HTTP statuses that answered, 0 for none.

        `error_code`; `repeat` (so many copies at once); `signature="wrong"` or `"none"`; `tell=False` only keeps it
        for whoever asks the Messages resource.
        """
        answer = self.control("receipts/send", {"sid": sid, "status": status, **parameters})
        return list(answer["answers"])

    def inbound(self, phone: str, body: str, url: str = "", **parameters: Any) -> list[int]:
        """Have a phone write an SMS, told to `url`; the HTTP statuses that answered. STOP and START do what they do.

        `to`, `account`, `sid`, `repeat`, `signature` as for a receipt.
        """
        answer = self.control("inbound", {"from": phone, "body": body, "url": url, **parameters})
        return list(answer["answers"])

    def bounce(self, address: str, kind: str = "no_such_user", **parameters: Any) -> list[str]:
        """Have the last mail to an address come back now; the names of its files in the bounces' Maildir.

        `kind` is no_such_user, full, policy, delayed, delivered, unstructured_no_such_user, unstructured_full,
        unstructured_policy or vacation; `dialect` postfix or exchange; `repeat` the same so often; `id` the mail's
        Message-ID. At the next mail: `rule("email", "bounce", kind=…, after=…)`.
        """
        answer = self.control("bounces", {"address": address, "kind": kind, **parameters})
        return list(answer["files"])

    @property
    def bounces(self) -> Path:
        """The Maildir that mails come back to."""
        return Path(self.environment["BOUNCE_MAILBOX"].removeprefix("maildir:"))

    def told(self, kind: str = "") -> list[Entry]:
        """What the providers told since the last reset: of one kind (update, receipt, inbound, bounce) or all."""
        answer = self.control(f"told?kind={kind}&since={self._told}", method="GET")
        return list(answer["told"])

    def wait_for_told(self, number: int, kind: str = "", timeout: float = 10.0) -> list[Entry]:
        """What they told, as soon as there are so many; AssertionError after `timeout` seconds."""
        return _until(lambda: self.told(kind), lambda told: len(told) >= number, timeout)

    def chats(self, chats: dict[str, str]) -> None:
        """Say on which phone each Telegram chat is, for the pages."""
        self.control("chats", {"chats": chats})

    def reset(self) -> None:
        """No rules, limits, webhooks or receipts, nobody has blocked anybody, and logs that begin here."""
        self.control("reset", {})
        self._cursor = self.log_path.stat().st_size
        self._told = self.control("told", method="GET")["last"]
        for file in (self.bounces / "new").iterdir():
            file.unlink(missing_ok=True)

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
        return _until(self.log, predicate, timeout)


def _until(
    look: Callable[[], list[Entry]], predicate: Callable[[list[Entry]], object], timeout: float
) -> list[Entry]:
    deadline = time.monotonic() + timeout
    while True:
        entries = look()
        if predicate(entries):
            return entries
        if time.monotonic() > deadline:
            raise AssertionError(f"not in {timeout} s; the log holds {entries}")
        time.sleep(POLL)
