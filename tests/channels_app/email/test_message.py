"""A mail as bytes."""

from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_app.email.account import MailAccount, read_account
from channels_app.email.attachments import Enclosure
from channels_app.email.message import (
    CHUNK,
    Letter,
    ascii_domain,
    build,
    message_id,
    needs_smtputf8,
    one_line,
)
from tests.channels_app.sending import outgoing

ANA = "ana@familia.example"


def _account(sender: str = "avisos@plumier.example") -> MailAccount:
    return read_account({"EMAIL_URL": "smtp://127.0.0.1", "EMAIL_FROM": sender})


def _data(letter: Letter) -> bytes:
    return b"".join(bytes(chunk) for chunk in letter.chunks())


def _read(**content: Any) -> EmailMessage:
    data = _data(build(outgoing(ANA, **content), _account(), ANA, None)).replace(b"\r\n..", b"\r\n.")
    return message_from_bytes(data, policy=default)


def _header(name: str, **content: Any) -> str:
    """A header as a reader of RFC 2047 sees it."""
    data = _data(build(outgoing(ANA, **content), _account(), ANA, None))
    raw = message_from_bytes(data)[name]
    return str(make_header(decode_header(raw.replace("\r\n", ""))))


def test_build_writes_these_headers_and_no_other() -> None:
    mail = _read(
        subject="Reunión",
        sender_name="IES Ribera",
        list_code="30012345",
        no_reply="No responda: nadie lo lee",
    )
    assert dict(mail.items()) == {
        "From": "IES Ribera <avisos@plumier.example>",
        "Reply-To": '"No responda: nadie lo lee" <avisos@plumier.example>',
        "To": ANA,
        "Subject": "Reunión",
        "Date": "Sun, 22 Nov 2026 09:30:00 +0000",
        "Message-ID": "<m1.d1@plumier.example>",
        "List-Id": "IES Ribera <avisos.30012345.plumier.example>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "DR, RN, NRN, OOF, AutoReply",
        "MIME-Version": "1.0",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "quoted-printable",
    }


def test_build_gives_the_same_bytes_at_every_try() -> None:
    tries = [build(outgoing(ANA, 7, try_no), _account(), ANA, None).head for try_no in (1, 2)]
    assert tries[0] == tries[1]


@pytest.mark.parametrize(
    "name",
    [
        "IES Ribera",
        "I.E.S. «Ribera», S.L.",
        'El "instituto"',
        "Trường THPT Chuyên Hà Nội - Amsterdam",
        "=?x?=",
    ],
)
def test_build_writes_any_name_of_a_school(name: str) -> None:
    sender = _read(sender_name=name)["From"].addresses[0]
    assert (sender.display_name, sender.addr_spec) == (name, "avisos@plumier.example")


def test_build_without_a_name_takes_the_accounts() -> None:
    letter = build(outgoing(ANA), _account("Avisos <avisos@plumier.example>"), ANA, None)
    assert letter.head.startswith(b"From: Avisos\r\n <avisos@plumier.example>\r\n")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_build_lets_no_subject_or_name_make_a_header(text: str) -> None:
    mail = _read(subject=text, sender_name=text, no_reply=f"x{text}", list_code=f"x{text}")
    assert list(mail.keys()) == [
        "From",
        "Reply-To",
        "List-Id",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
    ]


@pytest.mark.parametrize(
    ("code", "name", "label"),
    [
        ("30012345", "IES «Ribera»", "30012345"),
        ("THPT", "", "thpt"),
        ("a.b\r\nBcc: x", "IES", "a-b-bcc-x"),
    ],
)
def test_build_names_the_list_of_a_school_by_its_code(code: str, name: str, label: str) -> None:
    account = read_account(
        {
            "EMAIL_URL": "smtp://127.0.0.1",
            "EMAIL_FROM": "a@plumier.example",
            "PUBLIC_URL": "https://avisos.ñu.example",
        }
    )
    letter = build(outgoing(ANA, sender_name=name, list_code=code), account, ANA, None)
    raw = message_from_bytes(_data(letter))["List-Id"]
    assert raw.endswith(f"<avisos.{label}.avisos.xn--u-qga.example>")
    assert str(make_header(decode_header(raw.replace("\r\n", "").partition("<")[0].strip()))) == name


def test_build_without_a_school_names_no_list_and_no_box_for_replies() -> None:
    mail = _read(list_code="«»")
    assert (mail["List-Id"], mail["Reply-To"]) == (None, None)


def test_build_asks_for_silence_but_for_reports_of_what_was_not_delivered() -> None:
    assert "NDR" not in _read()["X-Auto-Response-Suppress"].split(", ")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"])))
def test_build_keeps_every_letter_of_a_subject(text: str) -> None:
    assert _header("Subject", subject=text) == text


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\x00", "\u2028", "\x85"])
def test_build_makes_a_blank_of_what_could_end_a_header(newline: str) -> None:
    mail = _read(subject=f"Hola{newline}Bcc: x@y.example", sender_name=f"IES{newline}Bcc: x@y.example")
    assert (mail["Subject"], mail["Bcc"]) == ("Hola Bcc: x@y.example", None)
    assert mail["From"].addresses[0].display_name == "IES Bcc: x@y.example"


def test_build_writes_no_line_over_the_limit() -> None:
    long = {"sender_name": "ñ" * 300, "no_reply": "không ai đọc " * 30, "list_code": "30012345"}
    letter = build(outgoing(ANA, subject="palabra " * 200, **long), _account(), ANA, None)
    assert max(map(len, letter.head.split(b"\r\n"))) <= 78


def test_build_doubles_the_dots_that_begin_a_line() -> None:
    letter = build(outgoing(ANA, text=".\n..\na."), _account(), ANA, None)
    assert letter.head.endswith(b"\r\n\r\n..\r\n...\r\na.\r\n")


def test_build_ends_a_mail_with_its_line() -> None:
    assert build(outgoing(ANA, text=""), _account(), ANA, None).head.endswith(b"\r\n\r\n\r\n")


def test_build_puts_the_shared_files_behind_the_text() -> None:
    shared = b"--B\r\nContent-Type: text/csv\r\n\r\n1;2\r\n--B--\r\n"
    letter = build(outgoing(ANA, text="Hola", html="<p>Hola</p>"), _account(), ANA, Enclosure("B", shared))
    mail = message_from_bytes(_data(letter), policy=default)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/csv",
    ]
    assert letter.shared is shared


def test_build_writes_an_address_with_accents_as_utf8() -> None:
    letter = build(outgoing(ANA), _account(), "peña@familia.example", None)
    assert "To: peña@familia.example\r\n".encode() in letter.head


def test_chunks_cut_the_shared_part_without_copying() -> None:
    letter = Letter(b"head", b"x" * (CHUNK + 1))
    chunks = list(letter.chunks())
    assert [len(chunk) for chunk in chunks] == [4, CHUNK, 1]
    assert [chunk.obj is letter.shared for chunk in chunks if isinstance(chunk, memoryview)] == [True, True]
    assert letter.size == CHUNK + 5


def test_message_id_is_safe_whatever_the_key() -> None:
    message = outgoing(ANA)
    object.__setattr__(message, "key", "a b>\r\nñ@")
    assert message_id(message, _account("avisos@ñu.example")) == "<a%20b%3E%0D%0A%C3%B1%40@xn--u-qga.example>"


@pytest.mark.parametrize(
    ("addresses", "needed"),
    [(("a@x.example",), False), (("a@ñu.example",), False), (("a@x.example", "ñ@x.example"), True)],
)
def test_needs_smtputf8_for_letters_before_the_at(addresses: tuple[str, ...], needed: bool) -> None:
    assert needs_smtputf8(*addresses) is needed


def test_ascii_domain_is_the_dnss() -> None:
    assert [ascii_domain(address) for address in ("a@ñu.example", "ñ@x.example")] == [
        "a@xn--u-qga.example",
        "ñ@x.example",
    ]


def test_ascii_domain_refuses_what_can_be_no_domain() -> None:
    with pytest.raises(UnicodeError):
        ascii_domain("a@" + "ñ" * 80)


def test_one_line_makes_blanks_of_controls() -> None:
    assert one_line(" a\r\n\tb\x7f\u2029c ") == "a b c"
