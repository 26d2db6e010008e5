"""What is kept of a mail."""

import time
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from channels_app.sandbox.mime import read_mail

HEADERS = b"Subject: Aviso\r\nMessage-ID: <1@x>\r\nFrom: a@x\r\n"


def with_files(*names: str, size: int = 9000) -> bytes:
    message = EmailMessage()
    message["Subject"] = "Adjuntos"
    message.set_content("Texto\n" * 3000, cte="base64")
    for name in names:
        message.add_attachment(b"%" * size, maintype="application", subtype="pdf", filename=name)
    return message.as_bytes(policy=SMTP)


def test_read_mail_plain_one() -> None:
    mail = read_mail(HEADERS + b"\r\nBuenas\r\ntardes\r\n")
    assert (mail.subject, mail.text, mail.key, mail.attachments) == ("Aviso", "Buenas\ntardes", "<1@x>", [])
    assert (mail.channel, mail.details) == ("email", {"From": "a@x"})


def test_read_mail_names_files_and_keeps_a_long_text() -> None:
    content = with_files("circular ñ.pdf", "un nombre de fichero muy largo, con comas; y más (2026).pdf")
    mail = read_mail(content)
    assert mail.attachments == [
        "circular ñ.pdf",
        "un nombre de fichero muy largo, con comas; y más (2026).pdf",
    ]
    assert mail.text == ("Texto\n" * 3000).rstrip("\n")
    assert mail.size == len(content)


def test_read_mail_large_file_is_not_decoded() -> None:
    content = with_files("fotos.zip", size=8_000_000)
    start = time.process_time()
    assert read_mail(content).attachments == ["fotos.zip"]
    assert time.process_time() - start < 5


def test_read_mail_html_only() -> None:
    mail = read_mail(HEADERS + b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>A\xc3\xb1o</p>\r\n")
    assert mail.text == "<p>Año</p>"


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        (b"=?utf-8?q?Reuni=C3=B3n?=", "Reunión"),
        (b"=?utf-8?q?Reuni=C3=B3n_de?=\r\n =?utf-8?q?_familias?=", "Reunión de familias"),
        (b"uno\r\n dos", "uno dos"),
        (b"=?no-such?q?x?=", "=?no-such?q?x?="),
    ],
)
def test_read_mail_subject_in_letters(header: bytes, subject: str) -> None:
    assert read_mail(b"Subject: " + header + b"\r\n\r\nx\r\n").subject == subject


def test_read_mail_unknown_character_set_is_read_as_utf8() -> None:
    mail = read_mail(b"Content-Type: text/plain; charset=no-such\r\n\r\nA\xc3\xb1o\r\n")
    assert mail.text == "Año"
