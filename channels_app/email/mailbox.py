"""The mailbox that bounces come to, as the environment names it, and what every one of them can do.

`BOUNCE_MAILBOX` (a school's own: `BOUNCE_MAILBOX__CODE`) is one of:

- `maildir:/path`: a Maildir on this machine;
- `imaps://user:password@host/Folder` speaks TLS from the first byte (port 993);
- `imap://user:password@host/Folder` asks for STARTTLS and does nothing without it, but on this machine (port 143).

User, password and folder are percent-encoded; without a folder it is INBOX. A mail that was read is marked as read and
stays: how long such mails are kept is the mailbox's own setting. One that cannot be read goes to the folder
`unreadable` beside it.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

VARIABLE: Final = "BOUNCE_MAILBOX"
UNREADABLE: Final = "unreadable"  # the folder of what cannot be read
IMAP_PORT, IMAPS_PORT = 143, 993
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


class MailboxAway(Exception):
    """It cannot be read now; `str` is why, without its address or its secrets."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that nobody has read: `key` names it in its mailbox; `data` is its beginning, empty if it has none."""

    key: str
    data: bytes


@dataclass(frozen=True, slots=True)
class MailboxAddress:
    """Where it is. A Maildir has a `folder` alone, which is then its path."""

    folder: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    tls: bool = False  # from the first byte


class Mailbox(ABC):
    """One mailbox, open while the context lasts. Its methods raise MailboxAway."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    @abstractmethod
    def unread(self) -> Iterator[Mail]:
        """Each mail that was there at the beginning and that nobody has read, one in hand at a time."""

    @abstractmethod
    def mark_read(self, keys: Sequence[str]) -> None:
        """These are done with. One that is not there any more is nothing."""

    @abstractmethod
    def set_aside(self, keys: Sequence[str]) -> None:
        """These go to the folder of what cannot be read."""


def read_address(value: str) -> MailboxAddress:
    """Where it is; ValueError if it cannot be read."""
    url = urlsplit(value)
    path = unquote(url.path, errors="strict")
    if _CONTROLS.search(unquote(value)):
        raise ValueError(VARIABLE)
    if url.scheme == "maildir" and not url.netloc and path.startswith("/"):
        return MailboxAddress(path)
    if url.scheme not in ("imap", "imaps") or not url.hostname or not url.username or url.port == 0:
        raise ValueError(VARIABLE)
    tls = url.scheme == "imaps"
    return MailboxAddress(
        folder=path.strip("/") or "INBOX",
        host=url.hostname,
        port=url.port or (IMAPS_PORT if tls else IMAP_PORT),
        user=unquote(url.username, errors="strict"),
        password=unquote(url.password or "", errors="strict"),
        tls=tls,
    )


def is_sayable(address: MailboxAddress) -> bool:
    """Whether IMAP's LOGIN can say its user and its password: there are no letters beyond ASCII in it."""
    return (address.user + address.password).isascii()


def problems(value: str) -> list[str]:
    """Sentences for people about what is wrong in BOUNCE_MAILBOX."""
    try:
        address = read_address(value)
    except ValueError:
        return [
            _(
                "BOUNCE_MAILBOX no es de la forma maildir:/carpeta ni imaps://usuario:clave@servidor/Carpeta"
                " (los signos especiales, codificados como en una URL)."
            )
        ]
    if not is_sayable(address):
        return [
            _(
                "BOUNCE_MAILBOX tiene un usuario o una clave con letras que IMAP no admite:"
                " use en el buzón un usuario y una clave sin acentos ni eñes."
            )
        ]
    return []
