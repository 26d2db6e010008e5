"""Mails that strangers wrote, taken apart as they stand and no deeper than mails are."""

from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32, Policy
from typing import Any, Final

from channels_app.receipts import Unreadable

DEEPEST: Final = 20  # parts within parts that are opened: the parser holds a line against each that it is in
MOST_PARTS: Final = 1000  # of one part: each blank line of a notification begins one


class StrangersMessage(Message):
    """A part that is opened unless it lies too deep, and has not more parts than any mail has."""

    depth = 0
    parts = 0

    def attach(self, payload: Any) -> None:
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise ValueError(MOST_PARTS)
        if isinstance(payload, StrangersMessage):
            payload.depth = self.depth + 1
        super().attach(payload)

    def get_content_type(self) -> str:
        return super().get_content_type() if self.depth < DEEPEST else "application/octet-stream"


class AsWritten(Compat32):
    """Headers as they stand, which the usual policy takes bytes beyond ASCII from."""

    message_factory = StrangersMessage

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


class Usual(Compat32):
    """Headers as libraries expect them."""

    message_factory = StrangersMessage


def parsed(data: bytes, *, headersonly: bool = False, policy: Policy | None = None) -> Message:
    """The mail. Raises Unreadable if it is none."""
    try:
        mail = BytesParser(policy=policy or AsWritten()).parsebytes(data, headersonly)
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        # The parser forgives nearly all; what it does not is set aside.
        raise Unreadable from error
    if not mail.keys():
        raise Unreadable
    return mail


def own_parts(mail: Message) -> Iterator[Message]:
    """The mail and its parts, without those of another mail that it encloses, which are somebody else's words."""
    yield mail
    if mail.get_content_maintype() == "multipart":
        for part in sub_parts(mail):
            yield from own_parts(part)


def sub_parts(mail: Message) -> list[Message]:
    """What lies directly in it."""
    inner = mail.get_payload()
    return [part for part in inner if isinstance(part, Message)] if isinstance(inner, list) else []
