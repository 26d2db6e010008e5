"""Mails of strangers: as they stand, and no deeper than mails are."""

import time

import pytest

from channels_app.email.parsing import DEEPEST, MOST_PARTS, own_parts, parsed, sub_parts
from channels_app.receipts import Unreadable
from tests.channels_app.email.dialects import ANA, path_of, postfix


def nested(depth: int, filling: str) -> bytes:
    """Multiparts, one in the other, and a text in the last."""
    opening = "".join(
        f'Content-Type: multipart/mixed; boundary="b{number}"\n\n--b{number}\n' for number in range(depth)
    )
    return f"Subject: x\nMIME-Version: 1.0\n{opening}Content-Type: text/plain\n\n{filling}".encode()


def test_mail_in_mails_is_opened_to_a_depth() -> None:
    kinds = [part.get_content_type() for part in own_parts(parsed(nested(300, "hola")))]
    assert kinds == ["multipart/mixed"] * DEEPEST + ["application/octet-stream"]
    shallow = [part.get_content_type() for part in own_parts(parsed(nested(3, "hola")))]
    assert shallow == ["multipart/mixed"] * 3 + ["text/plain"]


def test_deeply_nested_mail_takes_no_time() -> None:
    began = time.process_time()
    parsed(nested(300, "a line\n" * 140_000))
    assert time.process_time() - began < 5


def test_mail_of_more_parts_than_any_has_is_unreadable() -> None:
    blanks = "Subject: x\nContent-Type: message/delivery-status\n\n" + "\n" * 10 * MOST_PARTS
    with pytest.raises(Unreadable):
        parsed(blanks.encode())


def test_enclosed_mail_is_somebody_else_s_words() -> None:
    mail = parsed(postfix(path_of(), ANA))
    assert [part.get_content_type() for part in own_parts(mail)] == [
        "multipart/report",
        "text/plain",
        "message/delivery-status",
        "message/rfc822",
    ]
    assert [part.get_content_type() for part in sub_parts(sub_parts(mail)[2])] == ["text/plain"]


def test_headers_stand_as_they_came() -> None:
    assert parsed("Subject: Thư\n\n".encode())["subject"] == "Th\udcc6\udcb0"


@pytest.mark.parametrize("data", [b"", b"no mail\n\nat all"])
def test_what_has_no_header_is_no_mail(data: bytes) -> None:
    with pytest.raises(Unreadable):
        parsed(data)
