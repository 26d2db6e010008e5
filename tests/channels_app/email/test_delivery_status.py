"""Codes that came back later, judged as in the dialogue."""

from dataclasses import replace
from email import message_from_bytes

import pytest

from channels_app.base import Fault, Outcome, OutcomeClass
from channels_app.email.delivery_status import (
    Report,
    codes_in,
    doubtful,
    elsewhere,
    header_text,
    outcome_of,
    read_reports,
)
from channels_app.email.errors import NEXT_DAY
from channels_app.email.parsing import AsWritten
from tests.channels_app.email.dialects import ANA, block, dsn, path_of, plain, postfix

PERMANENT, NOT_PROCESSED = OutcomeClass.PERMANENT, OutcomeClass.NOT_PROCESSED


def read(data: bytes) -> list[Report] | None:
    return read_reports(message_from_bytes(data, policy=AsWritten()))


def failed(status: str, said: str, kind: str = "smtp") -> Outcome:
    (report,) = read(dsn(path_of(), block(ANA, status, said, kind=kind))) or []
    assert report.outcome is not None
    return report.outcome


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("5.1.1", Outcome(PERMANENT, "smtp.5.1.1", Fault.ADDRESS, suppress=True)),
        ("5.1.2", Outcome(PERMANENT, "smtp.5.1.2", Fault.ADDRESS, suppress=True)),
        ("5.2.1", Outcome(PERMANENT, "smtp.5.2.1", Fault.ADDRESS, suppress=True)),
        ("5.1.7", Outcome(PERMANENT, "smtp.5.1.7", Fault.CONTENT)),
        ("5.1.8", Outcome(PERMANENT, "smtp.5.1.8", Fault.CONTENT)),
        ("5.2.2", Outcome(NOT_PROCESSED, "smtp.5.2.2", Fault.ADDRESS, retry_after=NEXT_DAY)),
        ("4.2.2", Outcome(NOT_PROCESSED, "smtp.4.2.2", Fault.ADDRESS, retry_after=NEXT_DAY)),
        ("5.3.4", Outcome(PERMANENT, "smtp.5.3.4", Fault.CONTENT)),
        ("5.7.1", Outcome(PERMANENT, "smtp.5.7.1", Fault.CONTENT)),
        ("5.7.26", Outcome(PERMANENT, "smtp.5.7.26", Fault.CONTENT)),
        ("5.4.4", Outcome(PERMANENT, "smtp.5.4.4", Fault.MESSAGE)),
        ("4.4.1", Outcome(PERMANENT, "smtp.4.4.1", Fault.MESSAGE)),
        ("5.0.0", Outcome(PERMANENT, "smtp.5.0.0", Fault.ADDRESS, strikes=2)),
    ],
)
def test_status_says_what_follows(status: str, outcome: Outcome) -> None:
    assert failed(status, "the server gave no code") == outcome
    assert outcome_of(status, "", "") == outcome


@pytest.mark.parametrize(
    ("status", "said", "code", "suppress"),
    [
        ("5.0.0", "550 5.1.1 no such user", "smtp.5.1.1", True),
        ("", "550-5.1.1 no such user", "smtp.5.1.1", True),
        ("5.0.0", "550 no such user", "smtp.5.0.0", False),
        ("", "550 no such user", "smtp.550", False),
        ("", "", "smtp.bounced", False),
        ("5.1.1", "550 5.7.1 rejected by policy", "smtp.5.1.1", False),
        ("5.1.1", "550 5.1.1 no such user", "smtp.5.1.1", True),
        ("5.1.1 (bad destination)", "x-unix; no such user", "smtp.5.1.1", True),
        ("five", "host 192.0.2.1 said 5.1", "smtp.bounced", False),
    ],
)
def test_status_and_words_are_weighed(status: str, said: str, code: str, suppress: bool) -> None:
    outcome = failed(status, said)
    assert (outcome.code, outcome.suppress, outcome.strikes) == (code, suppress, 0 if suppress else 2)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("550 5.1.1 unknown", ("5.1.1", "550")),
        ("(#5.1.1)", ("5.1.1", "")),
        ("said 5.1.1.", ("5.1.1", "")),
        ("host 5.1.1.1 of Exim 4.94.2 on port 2525", ("", "")),
        ("552-5.2.2 full", ("5.2.2", "552")),
        ("", ("", "")),
    ],
)
def test_codes_are_told_from_other_numbers(text: str, codes: tuple[str, str]) -> None:
    assert codes_in(text) == codes


def test_doubt_takes_nothing_from_what_was_not_to_be_suppressed() -> None:
    policy = Outcome(PERMANENT, "smtp.5.7.1", Fault.CONTENT)
    assert doubtful(policy) == policy


def test_elsewhere_is_a_doubt_and_no_reason_to_write_again() -> None:
    dead = Outcome(PERMANENT, "smtp.5.1.1", Fault.ADDRESS, suppress=True)
    assert elsewhere(dead) == replace(dead, suppress=False, strikes=2)
    full = Outcome(NOT_PROCESSED, "smtp.4.2.2", Fault.ADDRESS, retry_after=NEXT_DAY)
    assert elsewhere(full) == Outcome(PERMANENT, "smtp.4.2.2", Fault.MESSAGE)


def test_whom_it_was_brought_to_and_whom_it_was_for_are_told_apart() -> None:
    (report,) = (
        read(dsn(path_of(), f"Original-Recipient: rfc822;B@x.example\n{block(ANA, '5.1.1', 'no')}")) or []
    )
    assert (report.recipients, report.original) == (frozenset({ANA}), "b@x.example")


@pytest.mark.parametrize("kind", ["multipart/mixed", "message/delivery-status"])
def test_only_a_report_is_the_standard_s_form(kind: str) -> None:
    assert read(postfix(path_of(), ANA).replace(b"multipart/report", kind.encode())) is None


def test_mail_without_the_standard_s_form_is_none() -> None:
    assert read(plain(path_of(), "550 5.1.1 no such user")) is None


def test_delay_is_the_standard_s_form_and_no_news() -> None:
    assert read(dsn(path_of(), block(ANA, "4.4.1", "later", "delayed"))) == []


def test_international_form_is_read_too() -> None:
    fields = f"{block('x', '5.1.1', '550 5.1.1 không có')}".replace(
        "rfc822; x", "utf-8; peña@familia.example"
    )
    data = dsn(path_of(), fields).replace(b"message/delivery-status", b"message/global-delivery-status")
    (report,) = read(data) or []
    assert (report.recipients, report.status) == (frozenset({"peña@familia.example"}), "5.1.1")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("=?utf-8?q?Th=C6=B0?=", "Thư"),
        ("=?é?q?a?=", "=?é?q?a?="),
        ("=?utf-8?b?a?=", "=?utf-8?b?a?="),
        ("=?x-nobody-knows?q?a?=", "=?x-nobody-knows?q?a?="),
        ("a\r\n\tb\0c", "a b c"),
        (b"\xff".decode("ascii", "surrogateescape"), "\ufffd"),
    ],
)
def test_header_is_one_line_that_a_database_takes(raw: str, text: str) -> None:
    assert header_text(raw) == text
    header_text(raw).encode()
