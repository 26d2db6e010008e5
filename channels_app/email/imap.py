"""A mailbox on an IMAP server (RFC 9051, and 3501 for older ones).

Only mails without the flag \\Seen are read, and reading (`BODY.PEEK`) sets none: a mail has it when its facts are
committed. Of a large one the beginning is asked for, and so many at once as fit in a few megabytes.
"""

import imaplib
import re
import ssl
from base64 import b64encode
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, Final, Self

from channels_app.email.mailbox import UNREADABLE, Mail, Mailbox, MailboxAddress, MailboxAway, is_sayable
from channels_app.http import is_here

TIMEOUT: Final = 30.0  # seconds for each answer
SEARCHED_AT_ONCE: Final = (
    50_000  # mails: all the unread ones' numbers come in one line, and imaplib takes 1 MB of it
)
ASKED_AT_ONCE: Final = 500  # mails whose sizes are asked in one command
FETCHED_AT_ONCE: Final = 4 * 1024 * 1024  # bytes
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_NOT_ASCII = re.compile(r"[^\x20-\x7e]+")


class ImapMailbox(Mailbox):
    """The folder at `address`; of each mail at most `most` bytes are read."""

    def __init__(self, address: MailboxAddress, most: int) -> None:
        self._address = address
        self._most = most
        self._imap: imaplib.IMAP4 | None = None

    def __enter__(self) -> Self:
        if not is_sayable(self._address):
            raise MailboxAway("its user or its password is not ASCII, which IMAP does not take")
        try:
            self._imap = _connected(self._address)
            if not (self._address.tls or is_here(self._address.host)):
                self._encrypt(self._imap)
            self._imap.login(_quoted(self._address.user), self._address.password)
            self._select()
        except (imaplib.IMAP4.error, OSError, UnicodeError) as error:
            self.__exit__(None, None, None)
            raise _away(error) from error
        except MailboxAway:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        imap, self._imap = self._imap, None
        if imap is not None:
            try:
                imap.logout()
            except (imaplib.IMAP4.error, OSError):
                imap.shutdown()

    def unread(self) -> Iterator[Mail]:
        uids = self._unseen()
        for start in range(0, len(uids), ASKED_AT_ONCE):
            for group in self._groups(uids[start : start + ASKED_AT_ONCE]):
                yield from self._fetched(group)

    def mark_read(self, keys: Sequence[str]) -> None:
        for some in _in_parts(keys):
            self._command("STORE", some, "+FLAGS.SILENT", "(\\Seen)")

    def set_aside(self, keys: Sequence[str]) -> None:
        """Where the server has no room for the folder, they stay and are marked as read and flagged."""
        for some in _in_parts(keys):
            if self._copied(some):
                self._command("STORE", some, "+FLAGS.SILENT", "(\\Seen \\Deleted)")
                if "UIDPLUS" in self._open.capabilities:
                    self._command("EXPUNGE", some)
            else:
                self._command("STORE", some, "+FLAGS.SILENT", "(\\Seen \\Flagged)")

    @property
    def _open(self) -> imaplib.IMAP4:
        if self._imap is None:
            raise MailboxAway("closed")
        return self._imap

    def _select(self) -> int:
        """Open the folder; how many mails it has."""
        return int(self._said(self._open.select(_folder(self._address.folder)))[-1] or 0)

    def _unseen(self) -> list[bytes]:
        """The uids of what nobody has read, looked for by the mails' places, which have no gaps as uids have."""
        try:
            last = self._select()
        except (imaplib.IMAP4.error, OSError) as error:
            raise _away(error) from error
        uids: list[bytes] = []
        for first in range(1, last + 1, SEARCHED_AT_ONCE):
            places = f"{first}:{min(first + SEARCHED_AT_ONCE - 1, last)}"
            for part in self._command("SEARCH", places, "UNSEEN"):
                uids += part.split() if isinstance(part, bytes) else []
        return uids

    def _copied(self, keys: str) -> bool:
        try:
            self._open.create(_folder(UNREADABLE))  # says no if it is there
            return bool(self._open.uid("COPY", keys, _folder(UNREADABLE))[0] == "OK")
        except imaplib.IMAP4.abort as error:
            raise _away(error) from error
        except imaplib.IMAP4.error:
            return False
        except OSError as error:
            raise _away(error) from error

    def _groups(self, uids: Sequence[bytes]) -> Iterator[list[bytes]]:
        """The mails in lists that are fetched in one command."""
        sizes: dict[bytes, int] = {}
        for part in self._command("FETCH", b",".join(uids).decode(), "(UID RFC822.SIZE)"):
            said = part[0] if isinstance(part, tuple) else part or b""
            if (uid := _UID.search(said)) and (size := _SIZE.search(said)):
                sizes[uid[1]] = min(int(size[1]), self._most)
        group: list[bytes] = []
        total = 0
        for uid_, bytes_ in sizes.items():
            if group and total + bytes_ > FETCHED_AT_ONCE:
                yield group
                group, total = [], 0
            group.append(uid_)
            total += bytes_
        if group:
            yield group

    def _fetched(self, group: Sequence[bytes]) -> Iterator[Mail]:
        """The mails that are still there."""
        uids = b",".join(group).decode()
        parts = self._command("FETCH", uids, f"(UID BODY.PEEK[]<0.{self._most}>)")
        for part, behind in zip(parts, [*parts[1:], None], strict=True):
            if isinstance(part, tuple):  # what stands before a mail, and the mail; the rest comes behind
                rest = behind if isinstance(behind, bytes) else b""
                if uid := _UID.search(part[0]) or _UID.search(rest):
                    yield Mail(uid[1].decode(), part[1])

    def _command(self, *command: str) -> list[Any]:
        try:
            return self._said(self._open.uid(*command))
        except (imaplib.IMAP4.error, OSError) as error:
            raise _away(error) from error

    def _said(self, answer: tuple[str, list[Any]]) -> list[Any]:
        if answer[0] != "OK":
            raise imaplib.IMAP4.error(answer[0])
        return answer[1]

    def _encrypt(self, imap: imaplib.IMAP4) -> None:
        if "STARTTLS" not in imap.capabilities:
            raise MailboxAway("STARTTLS")
        imap.starttls(ssl.create_default_context())


def _connected(address: MailboxAddress) -> imaplib.IMAP4:
    if address.tls:
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(address.host, address.port, ssl_context=context, timeout=TIMEOUT)
    return imaplib.IMAP4(address.host, address.port, timeout=TIMEOUT)


def _in_parts(keys: Sequence[str]) -> Iterator[str]:
    """As IMAP writes them, a few hundred a command: servers bound a line."""
    for start in range(0, len(keys), ASKED_AT_ONCE):
        yield ",".join(keys[start : start + ASKED_AT_ONCE])


def _folder(name: str) -> str:
    """A folder's name in quotes and modified UTF-7 (RFC 3501, 5.1.3)."""
    return _quoted(_NOT_ASCII.sub(lambda found: _shifted(found[0]), name.replace("&", "&-")))


def _shifted(letters: str) -> str:
    encoded = b64encode(letters.encode("utf-16-be")).rstrip(b"=").replace(b"/", b",")
    return f"&{encoded.decode()}-"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _away(error: Exception) -> MailboxAway:
    """Its kind alone: a server's own words may hold a name."""
    return MailboxAway(type(error).__name__)
