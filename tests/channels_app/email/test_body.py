"""Texts as MIME parts."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_app.email.body import LONGEST_LINE, body_part


def _read(text: str, html: str = "") -> EmailMessage:
    return message_from_bytes(body_part(text, html), policy=default)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Hola\nadiós", "quoted-printable"),
        ("Hola", "7bit"),
        ("x" * 77, "quoted-printable"),
        ("Họp phụ huynh lớp 10 vào thứ Bảy", "base64"),
        ("a\x00b", "quoted-printable"),
    ],
)
def test_a_text_takes_the_shortest_seven_bit_encoding(text: str, encoding: str) -> None:
    assert _read(text)["Content-Transfer-Encoding"] == encoding


@given(
    st.text(
        st.characters(
            exclude_categories=["Cs"], exclude_characters="\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
        )
    )
)
def test_a_text_is_read_back_whole_in_short_ascii_lines(line: str) -> None:
    text = f"{line}\n.\n{line}"
    data = body_part(text, "")
    assert _read(text).get_content().replace("\r\n", "\n").rstrip("\n") == text.rstrip("\n")
    assert data.isascii()
    assert max(map(len, data.split(b"\r\n"))) <= max(LONGEST_LINE, 80)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_becomes_one(newline: str) -> None:
    assert body_part(f"a{newline}b{newline}", "").endswith(b"\r\n\r\na\r\nb\r\n")


def test_html_is_an_alternative_after_the_text() -> None:
    mail = _read("Hola ñ", "<p>Hola ñ</p>")
    parts = [(part.get_content_type(), part.get_content().strip()) for part in mail.iter_parts()]
    assert mail.get_content_type() == "multipart/alternative"
    assert parts == [("text/plain", "Hola ñ"), ("text/html", "<p>Hola ñ</p>")]


def test_a_surrogate_is_replaced() -> None:
    assert _read("a\ud800").get_content().strip() == "a?"
