"""What the sandbox knows: its accounts, its rules, what it took."""

import itertools
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from channels_app.sandbox.boxes import Boxes
from channels_app.sandbox.log import Entry, Log, replay
from channels_app.sandbox.rates import Rates
from channels_app.sandbox.rules import Rules
from channels_app.sandbox.told import Teller

# Accounts of a stand-in on this machine: known to everybody, worth nothing elsewhere.
TELEGRAM_ENDING = "sandbox"
TELEGRAM_TOKEN = f"1000:{TELEGRAM_ENDING}"
TWILIO_SID = "AC" + "5a" * 16
TWILIO_SECRET = "5b" * 16
TWILIO_FROM = "+34600000000"
TOKAPP_ACCOUNT = "sandbox"
EMAIL_FROM = "avisos@plumier.example"
BOUNCE_ADDRESS = "rebotes@plumier.example"


_RUN = uuid4().hex[:16]  # no two runs give the same ids
_NUMBERS = itertools.count(1)


def next_id() -> str:
    """32 hexadecimal digits that were not given before."""
    return f"{_RUN}{next(_NUMBERS):016x}"


@dataclass(slots=True)
class Incoming:
    """A message as it reached a provider, before anything is decided about it.

    `once_taken` is what its provider does with it later, if it is taken.
    """

    channel: str
    address: str
    text: str
    account: str = ""
    sender: str = ""
    key: str = ""
    subject: str = ""
    attachments: list[str] = field(default_factory=list)
    size: int = 0
    details: dict[str, str] = field(default_factory=dict)
    once_taken: Callable[[Entry], None] | None = None


class Sandbox:
    """One sandbox: everything its protocols and pages share."""

    def __init__(self, log_path: Path, latency: float = 0.0) -> None:
        """`latency` in seconds comes before every answer."""
        self.latency = latency
        self.rules = Rules()
        self.boxes = Boxes()
        self.rates = Rates()
        self.teller = Teller()
        self.tokapp_phones: frozenset[str] | None = None
        self._tokapp_changes: dict[str, bool] = {}
        self._resets: list[Callable[[], None]] = []
        last_telegram_id = 0
        for entry in replay(log_path):
            self.boxes.add(entry)
            if entry["channel"] == "telegram" and entry["provider_id"]:
                last_telegram_id = int(entry["provider_id"])
        self.telegram_ids = itertools.count(last_telegram_id + 1)
        self._chats_path = log_path.with_suffix(".chats.jsonl")
        self.boxes.place_chats(_placed(self._chats_path))
        self.log = Log(log_path)

    def record(
        self, incoming: Incoming, *, taken: bool, provider_id: str = "", error: str | None = None
    ) -> Entry:
        """Write what became of a message to the log, and keep it for the pages."""
        entry: Entry = {
            "at": datetime.now(UTC).isoformat(),
            "channel": incoming.channel,
            "address": incoming.address,
            "taken": taken,
            "provider_id": provider_id if taken else "",
            "subject": incoming.subject,
            "text": incoming.text,
            "attachments": incoming.attachments,
            "key": incoming.key,
            "error": error,
            "account": incoming.account,
            "sender": incoming.sender,
            "size": incoming.size,
            "details": incoming.details,
        }
        self.log.write(entry)
        self.boxes.add(entry)
        if taken and incoming.once_taken is not None:
            incoming.once_taken(entry)
        return entry

    def place_chats(self, phones: Mapping[str, str]) -> None:
        """Say on which phone each chat is; it is remembered beside the log."""
        new = {chat: phone for chat, phone in phones.items() if self.boxes.phone_of_chat.get(chat) != phone}
        if not new:
            return
        self.boxes.place_chats(new)
        file = os.open(self._chats_path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, "".join(f"{json.dumps([chat, phone])}\n" for chat, phone in new.items()).encode())
        finally:
            os.close(file)

    def has_tokapp(self, phone: str) -> bool:
        """Whether a phone is on TokApp."""
        return self._tokapp_changes.get(phone, self.tokapp_phones is None or phone in self.tokapp_phones)

    def set_tokapp(self, phones: frozenset[str] | None) -> None:
        """Say which phones are on TokApp, and no others; None: all."""
        self.tokapp_phones = phones
        self._tokapp_changes.clear()

    def change_tokapp(self, phone: str, *, active: bool) -> None:
        """Say of one phone whether it is."""
        self._tokapp_changes[phone] = active

    @property
    def tokapp_is_told(self) -> bool:
        """Whether anything was said about who is on TokApp."""
        return self.tokapp_phones is not None or bool(self._tokapp_changes)

    def on_reset(self, forget: Callable[[], None]) -> None:
        """Have something of a protocol's own forgotten at a reset."""
        self._resets.append(forget)

    def reset(self) -> None:
        """Back to obeying: no rules, no limits, nothing to tell, every phone on TokApp. Log and messages stay."""
        self.rules.clear()
        self.rates.set(None)
        self.teller.forget()
        self.set_tokapp(None)
        for forget in self._resets:
            forget()


def _placed(path: Path) -> dict[str, str]:
    """The phones of the chats, as an earlier run was told."""
    if not path.exists():
        return {}
    placed: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            chat, phone = json.loads(line)
        except (ValueError, TypeError):  # cut short when the machine stopped
            continue
        placed[str(chat)] = str(phone)
    return placed
