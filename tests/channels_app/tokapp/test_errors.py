"""The gateway's answers, row by row."""

import json
from typing import Any

import pytest

from channels_app.base import Fault, Outcome, OutcomeClass
from channels_app.http import Answer
from channels_app.tokapp.errors import NUMBERS, REASONS, STATUSES, UNREADABLE, active_phones, classify

P, N = OutcomeClass.PERMANENT, OutcomeClass.NOT_PROCESSED


def _answer(status: int, said: Any, **headers: str) -> Answer:
    given = tuple((name.encode(), value.encode()) for name, value in headers.items())
    return Answer(status, json.dumps(said).encode(), given)


@pytest.mark.parametrize(
    ("number", "kind", "code", "fault", "suppress"),
    [
        (1, P, "tokapp.malformed", Fault.CONTENT, False),
        (2, P, "tokapp.invalid_phone", Fault.ADDRESS, True),
        (3, P, "tokapp.unknown_phone", Fault.ADDRESS, True),
        (4, P, "tokapp.blocked", Fault.ADDRESS, True),
        (5, P, "tokapp.too_long", Fault.CONTENT, False),
        (6, N, "tokapp.no_credit", Fault.ACCOUNT, False),
        (99, P, "tokapp.error_99", Fault.MESSAGE, False),
        ("3", P, "tokapp.unknown_phone", Fault.ADDRESS, True),
        ("E-LOCK", P, "tokapp.error_E-LOCK", Fault.MESSAGE, False),
    ],
)
def test_classify_an_error_number(
    number: int | str, kind: OutcomeClass, code: str, fault: Fault, suppress: bool
) -> None:
    answer = _answer(200, {"error": number, "message": "No: +34600123456"})
    assert classify(answer, "+34600123456") == Outcome(kind, code, fault, suppress, detail="No: …")


@pytest.mark.parametrize(
    ("status", "kind", "code", "fault"),
    [
        (401, N, "tokapp.token", Fault.ACCOUNT),
        (403, N, "tokapp.token", Fault.ACCOUNT),
        (404, N, "tokapp.gateway_url", Fault.ACCOUNT),
        (302, N, "tokapp.302", Fault.ACCOUNT),
        (422, P, "tokapp.422", Fault.MESSAGE),
        (500, OutcomeClass.UNCERTAIN, "tokapp.500", Fault.NONE),
        (503, OutcomeClass.UNCERTAIN, "tokapp.503", Fault.NONE),
    ],
)
def test_classify_a_status(status: int, kind: OutcomeClass, code: str, fault: Fault) -> None:
    assert classify(Answer(status, b"<html>", ())) == Outcome(kind, code, fault)


def test_classify_too_much_at_once_with_its_wait() -> None:
    answer = _answer(429, {"error": 429, "message": "Demasiadas"}, **{"Retry-After": "12"})
    assert classify(answer) == Outcome(
        OutcomeClass.THROTTLED, "tokapp.flood", retry_after=12.0, detail="Demasiadas"
    )


@pytest.mark.parametrize("said", [{"id": "t1"}, {"id": "t1", "error": 0}, {"id": "t1", "error": None}])
def test_classify_no_error_is_accepted(said: dict[str, Any]) -> None:
    assert classify(_answer(200, said)) == Outcome(OutcomeClass.ACCEPTED, provider_id="t1")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]"])
def test_classify_a_success_that_cannot_be_read_is_uncertain(body: bytes) -> None:
    assert classify(Answer(200, body, ())) == UNREADABLE


@pytest.mark.parametrize(
    ("answer", "known"),
    [
        (
            _answer(200, {"active": {"+34600000001": True, "+34600000002": False}}),
            {"+34600000001": True, "+34600000002": False},
        ),
        (_answer(200, {"active": {"+34600000001": "yes"}}), {}),
        (_answer(200, {"active": ["+34600000001"]}), {}),
        (_answer(200, {"error": 1}), {}),
        (_answer(401, {"active": {"+34600000001": True}}), {}),
        (Answer(200, b"<html>", ()), {}),
    ],
)
def test_active_phones_takes_only_plain_words(answer: Answer, known: dict[str, bool]) -> None:
    assert active_phones(answer) == known


def test_every_code_of_the_tables_has_words() -> None:
    codes = {outcome.code for outcome in (*NUMBERS.values(), *STATUSES.values(), UNREADABLE)}
    assert codes - set(REASONS) == set()
