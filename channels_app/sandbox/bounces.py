"""The mailbox that mails come back to: a Maildir beside the sandbox's state, where a reader of bounces looks."""

import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from typing import Any

from channels_app.sandbox.dialects import Returned, written
from channels_app.sandbox.log import Entry
from channels_app.sandbox.orders import OrderError, text
from channels_app.sandbox.plans import BouncePlan
from channels_app.sandbox.state import Sandbox, next_id
from channels_app.sandbox.told import News

NOBODY = "<>"  # the return path of bounces: nothing comes back to it
FOLDERS = ("tmp", "new", "cur")


class Maildir:
    """A folder of mails, each a file that is either whole or not there (as qmail's maildir(5) has it)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for name in FOLDERS:
            (path / name).mkdir(mode=0o700, parents=True, exist_ok=True)

    def deliver(self, content: bytes) -> str:
        """Put a mail into `new`; its file's name."""
        name = f"{time.time():.6f}.{os.getpid()}_{next_id()}.sandbox"
        draft = self.path / "tmp" / name
        draft.write_bytes(content)
        draft.rename(self.path / "new" / name)
        return name


class Bounces:
    """What comes back of the mails that were taken."""

    def __init__(self, sandbox: Sandbox, maildir: Maildir) -> None:
        self._sandbox = sandbox
        self._maildir = maildir

    def begin(self, plan: BouncePlan, entry: Entry) -> None:
        """A mail was taken that is to come back."""
        if not self._sandbox.teller.later(plan.after, partial(self._return, plan, entry)):
            self._sandbox.teller.note(_news(plan, entry), error="too_many")

    def send(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Have the last mail to an address come back now: `{"address", "kind"?, "dialect"?, "repeat"?}`.

        With `id`, the mail of that Message-ID. The files that it came in; OrderError if it cannot be.
        """
        address, key, plan = text(given, "address").casefold(), text(given, "id"), BouncePlan.read(given)
        for entry in reversed(self._sandbox.boxes.of(address).get("email", ())):
            if entry["taken"] and key in ("", entry["key"]):
                return {"files": self._deliver(plan, entry)}
        raise OrderError("address: of a mailbox that has had a mail lately")

    async def _return(self, plan: BouncePlan, entry: Entry) -> None:
        self._deliver(plan, entry)

    def _deliver(self, plan: BouncePlan, entry: Entry) -> list[str]:
        news = _news(plan, entry)
        if entry["sender"] in ("", NOBODY):
            self._sandbox.teller.note(news, error="no_return_path")
            return []
        content = written(plan.kind, plan.dialect, _returned(entry)).replace("\r\n", "\n").encode()
        files = []
        for _ in range(plan.repeat):
            try:
                files.append(self._maildir.deliver(content))
            except OSError as error:
                self._sandbox.teller.note(news, error=f"maildir: {error.strerror}")
            else:
                self._sandbox.teller.note(news, status=250)
        return files


def _news(plan: BouncePlan, entry: Entry) -> News:
    return News("bounce", entry["address"], entry["key"], plan.kind, entry["sender"])


def _returned(entry: Entry) -> Returned:
    headers = {**entry["details"], "Subject": entry["subject"], "Message-ID": entry["key"]}
    return Returned(
        address=entry["address"],
        return_path=entry["sender"],
        date=format_datetime(datetime.now(UTC)),
        number=next_id(),
        headers="\r\n".join(f"{name}: {_in_ascii(value)}" for name, value in headers.items() if value),
        subject=_in_ascii(entry["subject"]),
        message_id=entry["key"],
    )


def _in_ascii(value: str) -> str:
    """A header's value as it goes over the wire, on one line."""
    line = " ".join(value.split())
    return line if line.isascii() else Header(line, "utf-8", maxlinelen=900).encode()
