"""Bounces in a mail server's own words, and the automatic answers that look like them."""

import pytest

from channels_app.base import Fault, Outcome, OutcomeClass
from channels_app.email.delivery_status import Report
from channels_app.email.own_words import read_own_words
from channels_app.email.parsing import parsed
from tests.channels_app.email.dialects import ANA, RETURNED, path_of, plain

DAEMON = "MAILER-DAEMON@mx.example"
GIVEN_UP = "No hemos podido con su mensaje."


def read(text: str, **fields: str) -> list[Report]:
    data = plain(path_of(), text, **fields)
    return read_own_words(parsed(data), data)


def codes(text: str, **fields: str) -> list[str]:
    return [report.outcome.code for report in read(text, **fields) if report.outcome]


SIEVE = "Auto-Submitted: auto-replied (vacation)\nPrecedence: bulk\nX-Sieve: Pigeonhole Sieve 0.5\n"


@pytest.mark.parametrize(
    "text",
    [
        "Estoy fuera desde el 5.1.27 hasta el lunes.",
        "Llámeme:\n555 12 34 56",
        "Su mensaje no se puede entregar hasta el lunes.",
        "Thư không gửi được cho tôi tuần này.",
        "550 5.1.1 user unknown",
        "Hi. This is the qmail-send program at mx.example.\n\n<ana.gil@familia.example>:\nNo such user. (#5.1.1)",
    ],
)
@pytest.mark.parametrize(
    ("subject", "extra"),
    [("Auto: Ausencia", SIEVE), ("Ausencia", ""), ("Re: Falta", "Precedence: junk\n"), ("Undeliverable", "")],
)
def test_empty_return_path_of_a_person_is_no_bounce(text: str, subject: str, extra: str) -> None:
    assert read(text, sender=f"Ana Gil <{ANA}>", subject=subject, extra=extra) == []


@pytest.mark.parametrize(
    ("subject", "extra"),
    [
        ("Auto: Falta", ""),
        ("[Auto: Falta]", ""),
        ("[Automatic reply] Falta", ""),
        ("Thư trả lời tự động: Falta", ""),
        ("RE: Respuesta automática", ""),
        ("Vắng mặt đến thứ hai", ""),
        ("Falta", "Auto-Submitted: auto-replied (vacation)\n"),
        ("Falta", "Auto-Submitted: auto-generated; type=Vacation\n"),
        ("Falta", "X-Autoreply: yes\n"),
    ],
)
def test_automatic_answer_of_a_postmaster_is_no_bounce(subject: str, extra: str) -> None:
    text = "Mensaje devuelto.\n550 5.1.1 user unknown"
    assert read(text, subject=subject, extra=extra, sender="postmaster@x.example") == []


def test_bounce_that_quotes_our_subject_of_an_absence_is_one() -> None:
    assert codes("550 5.1.1 unknown", subject="Undeliverable: Học sinh vắng mặt") == ["smtp.5.1.1"]


def test_bounce_sent_as_an_automatic_reply_by_a_daemon_is_one() -> None:
    assert codes("550 5.1.1 unknown", extra="Auto-Submitted: auto-replied\nPrecedence: bulk\n") == [
        "smtp.5.1.1"
    ]


@pytest.mark.parametrize(
    "sender",
    [
        "MAILER-DAEMON (Mail Delivery System)",
        "Mail Delivery System <Mailer-Daemon@mx.example>",
        "MailerDaemon@mx.example",
        "=?utf-8?q?Correo?= <postmaster@mx.example>",
        "Mail Delivery Subsystem <mail-delivery-subsystem@mx.example>",
    ],
)
def test_daemon_is_known_by_its_name(sender: str) -> None:
    assert codes("550 5.1.1 unknown", sender=sender) == ["smtp.5.1.1"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("550 5.1.1 unknown", "smtp.5.1.1"),
        ("host mx.example said: 550-5.1.1 unknown", "smtp.5.1.1"),
        ("550 #5.1.0 Address rejected", "smtp.5.1.0"),
        ("550 [5.1.1] unknown", "smtp.5.1.1"),
        ("no mailbox here (#5.1.1)", "smtp.5.1.1"),
        ("  550 Unrouteable address", "smtp.550"),
        ("554 <ana> unknown", "smtp.554"),
    ],
)
def test_reply_in_its_own_form_says_which_code(line: str, code: str) -> None:
    assert codes(f"{GIVEN_UP}\n{line}") == [code]


@pytest.mark.parametrize(
    "line",
    [
        "5.1.1",
        "on 5.1.27 at 9",
        "555 12 34 56",
        "555-12-34",
        "Exim 4.94.2",
        "host 5.1.1.1 refused",
        "599 euros",
    ],
)
def test_other_numbers_are_no_code(line: str) -> None:
    assert codes(f"{GIVEN_UP}\n{line}") == []
    assert codes(f"Mensaje devuelto\n{line}") == ["smtp.bounced"]


def test_what_lies_in_the_returned_mail_is_not_the_server_s_word() -> None:
    quoted = RETURNED.format(to=ANA).replace("Luis no ha venido hoy.", "550 5.7.1 Mensaje devuelto")
    data = f"""From: {DAEMON}
Subject: x
Content-Type: multipart/mixed; boundary="=_b"

--=_b
Content-Type: text/plain

{{}}

--=_b
Content-Type: message/rfc822

{quoted}
--=_b--
"""
    for said, found in ((GIVEN_UP, []), ("550 5.1.1 unknown", ["5.1.1"])):
        mail = data.format(said).encode()
        assert [report.status for report in read_own_words(parsed(mail), mail)] == found


def test_nothing_is_sure_and_full_is_full() -> None:
    (report,) = read("550 5.1.1 unknown")
    assert report.outcome == Outcome(OutcomeClass.PERMANENT, "smtp.5.1.1", Fault.ADDRESS, strikes=2)
    assert codes("Undeliverable\n452 4.2.2 over quota") == ["smtp.4.2.2"]


def test_unknown_character_set_is_read_all_the_same() -> None:
    for charset in ("x-nobody", '"a\0b"', "idna"):
        data = plain(path_of(), "550 5.1.1 unknown").replace(b"charset=utf-8", f"charset={charset}".encode())
        assert [report.status for report in read_own_words(parsed(data), data)] == ["5.1.1"]
