"""The append-only log of everything that reached the sandbox: one JSON object a line.

It is the oracle of the tests, so a line is in the file before the provider's answer leaves, and is
written by one call, so that lines never mix.
"""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypedDict, cast

ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_QUOTED: Callable[[str], str] = json.encoder.encode_basestring
REPLAY_BYTES = 8 * 1024 * 1024


class Entry(TypedDict):
    """One try to send.

    `at` is ISO 8601 in UTC; `address` a phone in E.164, a Telegram chat or a mailbox; `taken`
    whether the provider kept it; `provider_id` its own id of it; `key` the sender's (a mail's
    Message-ID, the TokApp id); `error` the preset or action that came in between; `account` the bot,
    Twilio account, TokApp token or SMTP user; `sender` the number, service or return path it came
    from; `size` a mail's, in bytes; `details` what else came with it (a mail's headers).
    """

    at: str
    channel: str
    address: str
    taken: bool
    provider_id: str
    subject: str
    text: str
    attachments: list[str]
    key: str
    error: str | None
    account: str
    sender: str
    size: int
    details: dict[str, str]


class Log:
    """The open log file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        size = os.fstat(self._file).st_size
        if size and os.pread(self._file, 1, size - 1) != b"\n":  # an earlier run was cut short
            os.write(self._file, b"\n")

    def write(self, entry: Entry) -> None:
        """Append one line."""
        os.write(self._file, line_of(entry).encode("utf-8", "backslashreplace"))

    def close(self) -> None:
        """Flush to the disk and close."""
        os.fsync(self._file)
        os.close(self._file)


def line_of(entry: Entry) -> str:
    """The entry as JSON, ended. Piece by piece, as that takes a third of what an encoder takes."""
    quoted, attachments, details = _QUOTED, entry["attachments"], entry["details"]
    return (
        f'{{"at":{quoted(entry["at"])},"channel":{quoted(entry["channel"])},'
        f'"address":{quoted(entry["address"])},"taken":{"true" if entry["taken"] else "false"},'
        f'"provider_id":{quoted(entry["provider_id"])},"subject":{quoted(entry["subject"])},'
        f'"text":{quoted(entry["text"])},'
        f'"attachments":{ENCODER.encode(attachments) if attachments else "[]"},'
        f'"key":{quoted(entry["key"])},'
        f'"error":{"null" if entry["error"] is None else quoted(entry["error"])},'
        f'"account":{quoted(entry["account"])},"sender":{quoted(entry["sender"])},'
        f'"size":{entry["size"]},"details":{ENCODER.encode(details) if details else "{}"}}}\n'
    )


def replay(path: Path) -> Iterator[Entry]:
    """The last entries of an earlier run, oldest first."""
    if not path.exists():
        return
    with path.open("rb") as file:
        start = max(0, path.stat().st_size - REPLAY_BYTES)
        file.seek(start)
        if start:
            file.readline()
        for line in file:
            try:
                entry = json.loads(line)
            except ValueError:  # cut short when the machine stopped
                continue
            if isinstance(entry, dict) and entry.keys() >= Entry.__annotations__.keys():
                yield cast(Entry, entry)
