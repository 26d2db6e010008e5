"""What the sandbox knows: its accounts, its rules, what it took."""

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from channels_app.sandbox.boxes import Boxes
from channels_app.sandbox.log import Entry, Log, replay
from channels_app.sandbox.rules import Rules

# Accounts of a stand-in on this machine: known to everybody, worth nothing elsewhere.
TELEGRAM_ENDING = "sandbox"
TELEGRAM_TOKEN = f"1000:{TELEGRAM_ENDING}"
TWILIO_SID = "AC" + "5a" * 16
TWILIO_SECRET = "5b" * 16
TWILIO_FROM = "+34600000000"
TOKAPP_ACCOUNT = "sandbox"
EMAIL_FROM = "avisos@plumier.example"


_RUN = uuid4().hex[:16]  # no two runs give the same ids
_NUMBERS = itertools.count(1)


def next_id() -> str:
    """32 hexadecimal digits that were not given before."""
    return f"{_RUN}{next(_NUMBERS):016x}"


@dataclass(slots=True)
class Incoming:
    """A message as it reached a provider, before anything is decided about it."""

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


class Sandbox:
    """One sandbox: everything its protocols and pages share."""

    def __init__(self, log_path: Path, latency: float = 0.0) -> None:
        """`latency` in seconds comes before every answer."""
        self.latency = latency
        self.rules = Rules()
        self.boxes = Boxes()
        self.tokapp_phones: frozenset[str] | None = None
        last_telegram_id = 0
        for entry in replay(log_path):
            self.boxes.add(entry)
            if entry["channel"] == "telegram" and entry["provider_id"]:
                last_telegram_id = int(entry["provider_id"])
        self.telegram_ids = itertools.count(last_telegram_id + 1)
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
        return entry

    def reset(self) -> None:
        """Back to obeying: no rules, every phone on TokApp. Log and messages stay."""
        self.rules.clear()
        self.tokapp_phones = None
