"""What the log keeps of a mail: subject, text, names of the attachments, headers. Never the files.

Read with the old, quick policy of the standard library: a benchmark sends thousands.
"""

import re
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message

from channels_app.sandbox.state import Incoming

LARGE = 1024 * 1024  # bytes from which a mail is read off the event loop
LONGEST_TEXT = 100_000
FILE = re.compile(
    rb"(Content-Disposition: *attachment[^\r\n]*(?:\r\n[^\r\n]++)*+\r\n)\r\n(?:[A-Za-z0-9+/=]++\r\n)++"
)
STRUCTURE = ("content-", "mime-version", "subject", "message-id")


def read_mail(content: bytes) -> Incoming:
    """A mail, with no recipient yet."""
    mail = message_from_bytes(FILE.sub(rb"\1\r\n", content))
    parts = [part for part in mail.walk() if not part.is_multipart()]
    return Incoming(
        channel="email",
        address="",
        text=_text(parts),
        key=str(mail.get("Message-ID", "")).strip(),
        subject=_decoded(mail.get("Subject", "")),
        attachments=[_name(part) for part in parts if _is_file(part)],
        size=len(content),
        details={
            name: _decoded(value) for name, value in mail.items() if not name.lower().startswith(STRUCTURE)
        },
    )


def _decoded(value: object) -> str:
    """A header in letters, unfolded."""
    try:
        return re.sub(r"\r?\n(?=[ \t])", "", str(make_header(decode_header(str(value)))))
    except (LookupError, ValueError):  # an unknown character set, or bytes outside it
        return str(value)


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or part.get_filename() is not None


def _name(part: Message) -> str:
    return _decoded(part.get_filename("sin nombre"))


def _text(parts: list[Message]) -> str:
    bodies = {part.get_content_type(): part for part in reversed(parts) if not _is_file(part)}
    part = bodies.get("text/plain") or bodies.get("text/html")
    if part is None:
        return ""
    content = part.get_payload(decode=True)
    letters = content if isinstance(content, bytes) else b""
    try:
        text = letters.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:  # an unknown character set
        text = letters.decode("utf-8", "replace")
    return text.replace("\r\n", "\n").rstrip("\n")[:LONGEST_TEXT]
