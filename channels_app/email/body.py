"""The text of a mail, and its html beside it, as MIME parts of seven-bit lines."""

import re
from base64 import encodebytes
from binascii import b2a_qp
from functools import lru_cache
from secrets import token_hex

LONGEST_LINE = 76
_NEWLINE = re.compile(r"\r\n|\r|\n")


@lru_cache(maxsize=32)
def body_part(text: str, html: str) -> bytes:
    """The part with the headers that say what it is, ended by a line's end. Kept, as many get the same."""
    plain = _text_part(text, "plain")
    if not html:
        return plain
    boundary = f"=_{token_hex(16)}"
    line = f"--{boundary}\r\n".encode()
    head = f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'.encode()
    return head + line + plain + line + _text_part(html, "html") + f"--{boundary}--\r\n".encode()


def _text_part(text: str, subtype: str) -> bytes:
    text = _NEWLINE.sub("\r\n", text).removesuffix("\r\n") + "\r\n"
    data = text.encode("utf-8", "replace")
    encoding, encoded = _seven_bit(data)
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    return head.encode() + encoded


def _seven_bit(data: bytes) -> tuple[str, bytes]:
    if data.isascii() and b"\0" not in data and max(map(len, data.split(b"\r\n"))) <= LONGEST_LINE:
        return "7bit", data
    quoted = b2a_qp(data, istext=True)
    base64 = encodebytes(data).replace(b"\n", b"\r\n")
    return ("quoted-printable", quoted) if len(quoted) <= len(base64) else ("base64", base64)
