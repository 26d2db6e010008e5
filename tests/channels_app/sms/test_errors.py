"""Twilio's refusals and receipts, row by row."""

import pytest

from channels_app.base import Fault, Outcome, OutcomeClass
from channels_app.sms.client import Refused
from channels_app.sms.errors import ANSWERS, RECEIPTS, classify, classify_receipt

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
    ("code", "kind", "fault", "wait"),
    [
        *((code, N, Fault.ADDRESS, 900.0) for code in (30003, 30008)),
        *((code, P, Fault.ADDRESS, None) for code in (30004, 30005, 30006)),
        *((code, N, Fault.NONE, None) for code in (30001, 30017, 30022)),
        *((code, P, Fault.CONTENT, None) for code in (30007, 30018, 30024, 30032)),
        (30036, N, Fault.MESSAGE, None),
        (30999, N, Fault.NONE, 900.0),
    ],
)
def test_classify_receipt(code: int, kind: OutcomeClass, fault: Fault, wait: float | None) -> None:
    assert classify_receipt(code) == Outcome(kind, f"sms.{code}", fault, retry_after=wait)


def test_the_tables_hold_what_was_tested() -> None:
    assert set(ANSWERS) == {*GONE, *ACCOUNT, *CONTENT, 20429, 21611, 14107, 20500, 20503}
    assert len(RECEIPTS) == 13
