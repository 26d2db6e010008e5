"""What the log keeps of a mail: subject, text, names of the attachments, headers. Never the files."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from channels_app.sandbox.state import Incoming

LARGE = 256 * 1024  # bytes from which encoded files are thrown away before the mail is read
LONGEST_TEXT = 100_000
FILES = re.compile(rb"(?:[A-Za-z0-9+/]{60,998}+={0,2}\r?\n){200,}+")
STRUCTURE = ("content-", "mime-version", "subject", "message-id")


def read_mail(content: bytes) -> Incoming:
    """A mail, with no recipient yet."""
    short = FILES.sub(b"\r\n", content) if len(content) > LARGE else content
    mail = message_from_bytes(short, policy=policy.default)
    return Incoming(
        channel="email",
        address="",
        text=_text(mail),
        key=str(mail.get("Message-ID", "")).strip(),
        subject=str(mail.get("Subject", "")),
        attachments=[part.get_filename("sin nombre") for part in mail.iter_attachments()],
        size=len(content),
        details={name: str(value) for name, value in mail.items() if not name.lower().startswith(STRUCTURE)},
    )


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain", "html"))
    if body is None:
        return ""
    try:
        text = str(body.get_content())
    except (LookupError, KeyError):  # an unknown character set or type
        text = body.as_string()
    return text.replace("\r\n", "\n").rstrip("\n")[:LONGEST_TEXT]
