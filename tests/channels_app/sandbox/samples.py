"""Entries of a log to test with."""

from pathlib import Path

from channels_app.sandbox.bounces import Bounces, Maildir
from channels_app.sandbox.log import Entry
from channels_app.sandbox.pages.world import World
from channels_app.sandbox.state import Incoming, Sandbox
from channels_app.sandbox.telegram import TelegramApi
from channels_app.sandbox.twilio import TwilioApi

PHONE, CHAT, MAILBOX = "+34600111222", "1001", "ana@example.es"


def entry(channel: str, address: str, text: str = "Hola", *, taken: bool = True, number: int = 1) -> Entry:
    """A try to send, at 8:05 UTC on a Saturday in November."""
    return {
        "at": f"2026-11-21T08:05:{number % 60:02}+00:00",
        "channel": channel,
        "address": address,
        "taken": taken,
        "provider_id": f"{channel}-{number}" if taken else "",
        "subject": "",
        "text": text,
        "attachments": [],
        "key": "",
        "error": None if taken else "blocked",
        "account": "1000",
        "sender": "",
        "size": 0,
        "details": {},
    }


def sandbox_of(folder: Path, *received: Incoming) -> Sandbox:
    """A sandbox, without its process, that took these messages."""
    sandbox = Sandbox(folder / "log.jsonl")
    for number, incoming in enumerate(received, 1):
        sandbox.record(incoming, taken=True, provider_id=str(number))
    return sandbox


def world_of(sandbox: Sandbox, folder: Path) -> World:
    """What the pages show of it."""
    bounces = Bounces(sandbox, Maildir(folder / "bounces"))
    return World(sandbox, TelegramApi(sandbox), TwilioApi(sandbox), bounces)
