"""A Maildir: a file a mail, `new` for those that nobody has read, `cur` for the others.

Folders are Maildir++: `unreadable` is `.unreadable` beside them, which IMAP servers show. Nothing is ever removed, and
a rename within one disk is whole or has not happened.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from channels_app.email.mailbox import UNREADABLE, Mail, Mailbox, MailboxAway

_PARTS: Final = ("tmp", "new", "cur")
_READ: Final = ":2,S"


class Maildir(Mailbox):
    """The Maildir at `path`; of each mail at most `most` bytes are read."""

    def __init__(self, path: str, most: int) -> None:
        self._path = Path(path)
        self._most = most

    def unread(self) -> Iterator[Mail]:
        try:
            with os.scandir(self._path / "new") as found:
                names = sorted(entry.name for entry in found if not entry.name.startswith("."))
        except OSError as error:
            raise _away(error) from error
        for name in names:
            with suppress(FileNotFoundError):  # somebody else has taken it
                yield Mail(name, self._beginning(self._path / "new" / name))

    def mark_read(self, keys: Sequence[str]) -> None:
        self._move(keys, self._path / "cur", _READ)

    def set_aside(self, keys: Sequence[str]) -> None:
        folder = self._path / f".{UNREADABLE}"
        try:
            for part in _PARTS:
                (folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
            (folder / "maildirfolder").touch(mode=0o600)
        except OSError as error:
            raise _away(error) from error
        self._move(keys, folder / "new", "")

    def _beginning(self, path: Path) -> bytes:
        """Empty where it cannot be read: no file's fault is another's."""
        try:
            with path.open("rb") as file:
                return file.read(self._most)
        except FileNotFoundError:
            raise
        except OSError:
            return b""

    def _move(self, keys: Sequence[str], to: Path, flags: str) -> None:
        try:
            for key in keys:
                with suppress(FileNotFoundError):
                    (self._path / "new" / key).rename(to / f"{key.partition(':')[0]}{flags}")
        except OSError as error:
            raise _away(error) from error


def _away(error: OSError) -> MailboxAway:
    return MailboxAway(type(error).__name__)
