"""Attachments encoded once for everybody who gets them."""

import asyncio
import re
from base64 import encodebytes
from collections import OrderedDict
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from secrets import token_hex

from channels_app.base import Attachment

LINE = 57  # bytes that make a base64 line of 76 characters
BLOCK = LINE * 16_384  # bytes read at once
CACHE_BYTES = 160 * 1024 * 1024  # of encoded files kept at once
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*")
_NOT_IN_A_NAME = re.compile(r"[\x00-\x1f\x7f/\\]+")

Attachments = tuple[Attachment, ...]


class Enclosure:
    """The encoded attachments of a mail: all that comes after its text, the same bytes for everybody.

    `boundary` separates the parts; it is drawn at random so that no text can hold it.
    """

    def __init__(self, boundary: str, data: bytes) -> None:
        self.boundary = boundary
        self.data = data


class EnclosureCache:
    """Enclosures by their attachments, the last used kept while they fit in `limit` bytes."""

    def __init__(
        self, limit: int = CACHE_BYTES, encode: "Callable[[Attachments], Enclosure] | None" = None
    ) -> None:
        self._limit = limit
        self._encode = encode or enclose
        self._kept: OrderedDict[Attachments, Enclosure] = OrderedDict()
        self._lock = asyncio.Lock()

    async def get(self, attachments: Attachments) -> Enclosure:
        """Encoded at the first call, off the event loop; OSError if a file cannot be read."""
        async with self._lock:
            enclosure = self._kept.pop(attachments, None)
            if enclosure is None:
                enclosure = await asyncio.to_thread(self._encode, attachments)
            self._kept[attachments] = enclosure
            self._shrink()
            return enclosure

    def _shrink(self) -> None:
        while len(self._kept) > 1 and sum(len(kept.data) for kept in self._kept.values()) > self._limit:
            self._kept.popitem(last=False)


def enclose(attachments: Attachments) -> Enclosure:
    """Read and encode the files; OSError if one cannot be read."""
    boundary = f"=_{token_hex(16)}"
    data = bytearray()
    for attachment in attachments:
        data += f"--{boundary}\r\n".encode()
        data += _headers(attachment)
        _encode_file(attachment.path, data)
    data += f"--{boundary}--\r\n".encode()
    return Enclosure(boundary, bytes(data))


def safe_name(name: str) -> str:
    """A file's name without folders and control characters, never empty."""
    return _NOT_IN_A_NAME.sub(" ", name).strip(" .") or "adjunto"


def _headers(attachment: Attachment) -> bytes:
    part = EmailMessage(policy=SMTP)
    content_type = attachment.content_type.strip().lower()
    part["Content-Type"] = content_type if _TYPE.fullmatch(content_type) else "application/octet-stream"
    part["Content-Transfer-Encoding"] = "base64"
    part.add_header("Content-Disposition", "attachment", filename=safe_name(attachment.name))
    return part.as_bytes()


def _encode_file(path: str, data: bytearray) -> None:
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            data += encodebytes(block).replace(b"\n", b"\r\n")
