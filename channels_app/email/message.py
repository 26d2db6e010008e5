"""A mail as bytes: the part that is each recipient's own, and the attachments that all share.

Every part is encoded to seven bits, so no server needs to know 8BITMIME.

What a mail says to machines: List-Id (RFC 2919), by which a reader's filters know a school's notices; Auto-Submitted
(RFC 3834) and Exchange's own header, that nothing is to answer it but a non-delivery report.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import Header
from email.utils import format_datetime, formataddr
from functools import lru_cache
from urllib.parse import quote

from channels_app.base import Outgoing
from channels_app.email.account import MailAccount
from channels_app.email.attachments import Enclosure
from channels_app.email.body import body_part

CHUNK = 256 * 1024  # bytes given to the connection at once
# All that Exchange would answer, but for the reports of what was not delivered (NDR), which are read.
UNWANTED = "DR, RN, NRN, OOF, AutoReply"
SHORT = 60  # characters that fit in a header's line as they are
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
_NOT_IN_A_LIST = re.compile(r"[^a-z0-9-]+")
_LEADING_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True)
class Letter:
    """A whole mail, dots doubled as SMTP's DATA wants them, without the final dot."""

    head: bytes
    shared: bytes = b""

    @property
    def size(self) -> int:
        """Bytes, as SIZE announces them."""
        return len(self.head) + len(self.shared)

    def chunks(self) -> Iterator[bytes | memoryview]:
        """The bytes in pieces; the shared ones are not copied."""
        yield self.head
        shared = memoryview(self.shared)
        for start in range(0, len(shared), CHUNK):
            yield shared[start : start + CHUNK]


def one_line(text: str) -> str:
    """Text without what could end a header: its control characters become blanks."""
    return _CONTROLS.sub(" ", text).strip()


def needs_smtputf8(*addresses: str) -> bool:
    """Whether an address has letters before its @ that ASCII lacks."""
    return not all(address.rpartition("@")[0].isascii() for address in addresses)


def ascii_domain(address: str) -> str:
    """The address with its domain as the DNS has it; UnicodeError if it can be no domain."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"


def message_id(outgoing: Outgoing, account: MailAccount) -> str:
    """The same at every try, so that a store can drop a second copy."""
    domain = ascii_domain(account.sender).rpartition("@")[2]
    return f"<{quote(outgoing.key, safe='')}@{domain}>"


def build(outgoing: Outgoing, account: MailAccount, address: str, enclosure: Enclosure | None) -> Letter:
    """The mail for `address`, which must be one that can be written to."""
    content = outgoing.content
    headers = (
        f"{_of_the_sender(content.sender_name, content.no_reply, content.list_code, account)}"
        f"To: {address}\r\n"
        f"Subject: {_words(one_line(content.subject), 'Subject')}\r\n"
        f"Date: {format_datetime(outgoing.dated)}\r\n"
        f"Message-ID: {message_id(outgoing, account)}\r\n"
        "MIME-Version: 1.0\r\n"
    ).encode()
    body = body_part(content.text, content.html)
    if enclosure is None:
        return Letter(_stuffed(headers + body))
    line = enclosure.boundary
    mixed = f'Content-Type: multipart/mixed; boundary="{line}"\r\n\r\n--{line}\r\n'.encode()
    return Letter(_stuffed(headers + mixed + body), enclosure.data)


@lru_cache(maxsize=64)
def _of_the_sender(name: str, no_reply: str, list_code: str, account: MailAccount) -> str:
    """The headers that all mails of a school have in common.

    A mail needs no box for replies: whoever answers is told by the name of where they go, before she writes.
    """
    name, sender = one_line(name) or account.sender_name, ascii_domain(account.sender)
    words = one_line(no_reply)
    headers = (
        _named("From", name, sender),
        _named("Reply-To", words, sender) if words else "",
        _list_id(name, list_code, account),
        "Auto-Submitted: auto-generated",
        f"X-Auto-Response-Suppress: {UNWANTED}",
    )
    return "".join(f"{header}\r\n" for header in headers if header)


def _list_id(name: str, code: str, account: MailAccount) -> str:
    label = _NOT_IN_A_LIST.sub("-", code.lower()).strip("-")
    if not label:
        return ""
    address = f"avisos.{label}{ascii_domain(f'@{account.greeting}').replace('@', '.')}"
    return _named("List-Id", name, address) if name else f"List-Id: <{address}>"


@lru_cache(maxsize=64)
def _words(text: str, header: str) -> str:
    """A header's text, as encoded words if it is not short ASCII; folded."""
    if text.isascii() and len(text) <= SHORT and "=?" not in text:
        return text
    return Header(text, "utf-8", header_name=header).encode(linesep="\r\n")


def _named(header: str, name: str, address: str) -> str:
    """The header with `name <address>`, folded; with the address alone where there is no name."""
    if not name:
        return f"{header}: {address}"
    words = _words(name, header)
    if words == name:
        words = formataddr((name, "")).removesuffix(" <>")
    return f"{header}: {words}\r\n <{address}>"


def _stuffed(data: bytes) -> bytes:
    return _LEADING_DOT.sub(b"..", data)
