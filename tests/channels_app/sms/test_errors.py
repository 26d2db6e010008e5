"""Twilio's refusals and receipts, row by row."""

import pytest

from channels_app.base import Fault, Outcome, OutcomeClass
from channels_app.reasons import reason_text
from channels_app.sms.client import Refused
from channels_app.sms.errors import (
    ANSWERS,
    CANCELED,
    RECEIPTS,
    TOO_LATE,
    classify,
    classify_receipt,
    note_unknown,
)

P, N, T, U = (
    OutcomeClass.PERMANENT,
    OutcomeClass.NOT_PROCESSED,
    OutcomeClass.THROTTLED,
    OutcomeClass.UNCERTAIN,
)
GONE = (21211, 21214, 21217, 21401, 21407, 21421, 21604, 21614, 21610)
ACCOUNT = (21408, 21606, 21212, 21603, 21609, 20003, 10001, 30002)
CONTENT = (21602, 21605, 21617)


@pytest.mark.parametrize(
    ("status", "code", "kind", "fault", "suppress"),
    [
        *((400, code, P, Fault.ADDRESS, True) for code in GONE),
        *((400, code, N, Fault.ACCOUNT, False) for code in ACCOUNT),
        *((400, code, P, Fault.CONTENT, False) for code in CONTENT),
        *((400, code, T, Fault.NONE, False) for code in (20429, 21611, 14107)),
        (429, 20429, T, Fault.NONE, False),
        (429, 21211, T, Fault.NONE, False),
        *((400, code, U, Fault.NONE, False) for code in (20500, 20503)),
        (500, 21211, U, Fault.NONE, False),
        (503, 20503, U, Fault.NONE, False),
        (401, 20003, N, Fault.ACCOUNT, False),
        (404, 20404, N, Fault.ACCOUNT, False),
        (400, 21999, P, Fault.MESSAGE, False),
        (400, 30999, N, Fault.NONE, False),
        (400, 20001, P, Fault.MESSAGE, False),
    ],
)
def test_classify_by_status_then_code(
    status: int, code: int, kind: OutcomeClass, fault: Fault, suppress: bool
) -> None:
    assert classify(Refused(status, code, "no")) == Outcome(kind, f"sms.{code}", fault, suppress, detail="no")


@pytest.mark.parametrize(
    ("status", "kind", "fault"),
    [(429, T, Fault.NONE), (502, U, Fault.NONE), (403, N, Fault.ACCOUNT), (302, N, Fault.ACCOUNT)],
)
def test_classify_by_status_alone(status: int, kind: OutcomeClass, fault: Fault) -> None:
    assert classify(Refused(status, 0, "")) == Outcome(kind, f"sms.{status}", fault)


def test_classify_keeps_the_wait_of_a_throttle_alone() -> None:
    assert [classify(Refused(status, 0, "", 6.0)).retry_after for status in (429, 400)] == [6.0, None]


def test_classify_masks_the_phone() -> None:
    refused = Refused(400, 21211, "The 'To' number +34600123456 is not valid.")
    assert classify(refused, "+34600123456").detail == "The 'To' number … is not valid."


@pytest.mark.parametrize(
    ("code", "kind", "fault", "wait", "strikes"),
    [
        *((code, N, Fault.ADDRESS, 900.0, 0) for code in (30003, 30008)),
        *((code, P, Fault.ADDRESS, None, 2) for code in (30004, 30005, 30006)),
        *((code, N, Fault.NONE, 60.0, 0) for code in (30001, 30017, 30022)),
        *((code, P, Fault.CONTENT, None, 0) for code in (30007, 30018, 30024, 30032)),
        (30036, N, Fault.MESSAGE, None, 0),
        (30999, N, Fault.NONE, 900.0, 0),
        (63016, N, Fault.NONE, 900.0, 0),
        (21999, P, Fault.MESSAGE, None, 0),
        *((code, N, Fault.ACCOUNT, None, 0) for code in ACCOUNT),
        *((code, P, Fault.CONTENT, None, 0) for code in CONTENT),
        *((code, N, Fault.NONE, 60.0, 0) for code in (20429, 21611, 14107, 20500, 20503)),
    ],
)
def test_classify_receipt(
    code: int, kind: OutcomeClass, fault: Fault, wait: float | None, strikes: int
) -> None:
    expected = Outcome(kind, f"sms.{code}", fault, retry_after=wait, strikes=strikes)
    assert classify_receipt(code) == expected


@pytest.mark.parametrize("code", GONE)
def test_classify_receipt_by_the_answers_row_where_there_is_one(code: int) -> None:
    assert classify_receipt(code) == Outcome(P, f"sms.{code}", Fault.ADDRESS, suppress=True)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("undelivered", Outcome(N, "sms.undelivered", retry_after=900.0)),
        ("failed", Outcome(N, "sms.failed", retry_after=900.0)),
        ("canceled", Outcome(P, "sms.canceled", Fault.MESSAGE)),
    ],
)
def test_classify_receipt_without_a_code_goes_by_its_status(status: str, expected: Outcome) -> None:
    assert classify_receipt(0, status) == expected


def test_receipt_asks_only_for_once_more_or_the_next_step() -> None:
    kinds = {classify_receipt(code).kind for code in {*ANSWERS, *RECEIPTS, 0, 21999, 30999}}
    assert kinds == {P, N}


def test_unknown_code_is_logged_once_for_review(caplog: pytest.LogCaptureFixture) -> None:
    note_unknown.cache_clear()
    for _ in range(2):
        classify_receipt(30777)
        classify(Refused(400, 21777, "The number +34600123456"), "+34600123456")
    classify_receipt(30003)
    classify(Refused(400, 21211, "no"))
    assert [record.getMessage() for record in caplog.records] == [
        "sms: error code 30777 of Twilio is in no table",
        "sms: error code 21777 of Twilio is in no table",
    ]


def test_every_outcome_has_its_words() -> None:
    codes = {outcome.code for outcome in (*ANSWERS.values(), *RECEIPTS.values(), TOO_LATE, CANCELED)}
    said = {code: reason_text(code) for code in {*codes, "sms.undelivered", "sms.failed", "sms.opted_in"}}
    assert [code for code, words in said.items() if words == reason_text("nobody.words_this")] == []


def test_the_tables_hold_what_was_tested() -> None:
    assert set(ANSWERS) == {*GONE, *ACCOUNT, *CONTENT, 20429, 21611, 14107, 20500, 20503}
    assert len(RECEIPTS) == 13
