"""What the log keeps of a mail: subject, text, names of the attachments, headers. Never the files.

Read by hand, not by the standard library's parser: that takes longer than all the rest of a mail.
"""

import re
from binascii import Error, a2b_base64, a2b_qp
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import Message
from functools import lru_cache

from channels_app.sandbox.state import Incoming

LARGE = 1024 * 1024  # bytes from which a mail is read off the event loop
LONGEST_TEXT = 100_000
DEEPEST = 20  # parts within parts
FILE = re.compile(
    rb"(Content-Disposition: *attachment[^\r\n]*(?:\r\n[^\r\n]++)*+\r\n)\r\n(?:[A-Za-z0-9+/=]++\r\n)++"
)
STRUCTURE = ("content-", "mime-version", "subject", "message-id")
_FOLD = re.compile(r"\r?\n(?=[ \t])")
_LINE_END = re.compile(r"\r?\n")
_HEADERS_END = re.compile(rb"\r?\n\r?\n|\A\r?\n")


@dataclass(frozen=True, slots=True)
class Kind:
    """What Content-Type says."""

    name: str
    charset: str
    boundary: str
    file: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part that holds no others."""

    headers: dict[str, str]
    body: bytes
    kind: Kind

    @property
    def file_name(self) -> str | None:
        """Its name if it is a file."""
        disposition, name = _disposition(self.headers.get("content-disposition", ""))
        name = name or self.kind.file
        return (name or "sin nombre") if name or disposition == "attachment" else None

    @property
    def text(self) -> str:
        """What it says, if it is a text."""
        try:
            return self._decoded.decode(self.kind.charset, "replace")
        except LookupError:  # an unknown character set
            return self._decoded.decode("utf-8", "replace")

    @property
    def _decoded(self) -> bytes:
        match self.headers.get("content-transfer-encoding", "").strip().lower():
            case "quoted-printable":
                return a2b_qp(self.body)
            case "base64":
                try:
                    return a2b_base64(self.body)
                except Error:
                    return self.body
        return self.body


def read_mail(content: bytes) -> Incoming:
    """A mail, with no recipient yet."""
    size = len(content)
    if b"attachment" in content:
        content = FILE.sub(rb"\1\r\n", content)
    pairs, body = _split(content)
    headers = {name.lower(): value for name, value in reversed(pairs)}
    parts = list(_leaves(headers, body))
    names = [part.file_name for part in parts]
    return Incoming(
        channel="email",
        address="",
        text=_text([part for part, name in zip(parts, names, strict=True) if name is None]),
        key=headers.get("message-id", "").strip(),
        subject=_in_letters(headers.get("subject", "")),
        attachments=[name for name in names if name is not None],
        size=size,
        details={name: _in_letters(value) for name, value in pairs if not name.lower().startswith(STRUCTURE)},
    )


def _split(content: bytes) -> tuple[list[tuple[str, str]], bytes]:
    """Headers, unfolded, and body."""
    end = _HEADERS_END.search(content)
    head, body = (content[: end.start()], content[end.end() :]) if end else (content, b"")
    lines = _LINE_END.split(_FOLD.sub("", head.decode("utf-8", "replace")))
    pairs = (line.partition(":") for line in lines)
    return [(name.strip(), value.strip()) for name, colon, value in pairs if colon], body


def _leaves(headers: dict[str, str], body: bytes, depth: int = 0) -> Iterator[Part]:
    kind = _kind(headers.get("content-type", ""))
    if not kind.boundary or depth == DEEPEST:
        yield Part(headers, body, kind)
        return
    pieces = _delimiter(kind.boundary).split(body)
    for piece in pieces[1:-1]:
        pairs, inner = _split(piece)
        yield from _leaves({name.lower(): value for name, value in pairs}, inner, depth + 1)


@lru_cache(256)
def _delimiter(boundary: str) -> re.Pattern[bytes]:
    """What stands between parts; the last part is followed by one too, with two dashes."""
    return re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary.encode()) + rb"(?:--)?[ \t]*(?:\r?\n|\Z)")


@lru_cache(256)
def _kind(content_type: str) -> Kind:
    """Content-Type, as the standard library understands it."""
    message = Message()
    message["Content-Type"] = content_type or "text/plain"
    return Kind(
        message.get_content_type(),
        str(message.get_content_charset("utf-8")),
        str(message.get_boundary("")) if message.get_content_maintype() == "multipart" else "",
        _in_letters(message.get_filename("")),
    )


@lru_cache(256)
def _disposition(value: str) -> tuple[str, str]:
    """Inline or attachment, and the file's name."""
    message = Message()
    message["Content-Disposition"] = value
    return message.get_content_disposition() or "", _in_letters(message.get_filename(""))


@lru_cache(256)
def _in_letters(value: str) -> str:
    """A header in letters."""
    if "=?" not in value:
        return value
    try:
        return str(make_header(decode_header(value)))
    except (LookupError, ValueError):  # an unknown character set, or bytes outside it
        return value


def _text(parts: list[Part]) -> str:
    bodies = {part.kind.name: part for part in reversed(parts)}
    part = bodies.get("text/plain") or bodies.get("text/html")
    if part is None:
        return ""
    return part.text.replace("\r\n", "\n").rstrip("\n")[:LONGEST_TEXT]
