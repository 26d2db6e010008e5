"""The Bot API's refusals, row by row."""

import pytest
from telegram.error import TelegramError

from channels_app.base import Fault, Outcome, OutcomeClass
from channels_app.network import UNEXPECTED, AnswerLost, NotSent
from channels_app.telegram.errors import REASONS, STRIKES, TABLE, classify
from channels_app.telegram.request import Refused, Unanswered

P, N, T, U = (
    OutcomeClass.PERMANENT,
    OutcomeClass.NOT_PROCESSED,
    OutcomeClass.THROTTLED,
    OutcomeClass.UNCERTAIN,
)


@pytest.mark.parametrize(
    ("status", "description", "kind", "code", "fault", "suppress"),
    [
        (403, "Forbidden: bot was blocked by the user", P, "blocked", Fault.ADDRESS, True),
        (403, "Forbidden: user is deactivated", P, "deactivated", Fault.ADDRESS, True),
        (
            403,
            "Forbidden: bot can't initiate conversation with a user",
            P,
            "not_started",
            Fault.ADDRESS,
            True,
        ),
        (403, "Forbidden: bot was kicked from the group chat", P, "forbidden", Fault.MESSAGE, False),
        (400, "Bad Request: chat not found", P, "chat_not_found", Fault.ADDRESS, True),
        (400, "Bad Request: user not found", P, "user_not_found", Fault.ADDRESS, True),
        (400, "Bad Request: PEER_ID_INVALID", P, "peer_id_invalid", Fault.ADDRESS, True),
        (400, "Bad Request: message is too long", P, "too_long", Fault.CONTENT, False),
        (400, "Bad Request: message text is empty", P, "empty", Fault.CONTENT, False),
        (400, "Bad Request: text is empty", P, "empty", Fault.CONTENT, False),
        (400, "Bad Request: text must be non-empty", P, "empty", Fault.CONTENT, False),
        (400, "Bad Request: can't parse entities: byte 7", P, "entities", Fault.CONTENT, False),
        (400, "Bad Request: something new", P, "400", Fault.MESSAGE, False),
        (418, "", P, "418", Fault.MESSAGE, False),
        (429, "Too Many Requests: retry after 5", T, "flood", Fault.NONE, False),
        (401, "Unauthorized", N, "token", Fault.ACCOUNT, False),
        (404, "Not Found", N, "token", Fault.ACCOUNT, False),
        (409, "Conflict: terminated by other", N, "conflict", Fault.ACCOUNT, False),
        (302, "", N, "302", Fault.ACCOUNT, False),
        (500, "Internal Server Error", U, "500", Fault.NONE, False),
        (502, "Bad Gateway", U, "502", Fault.NONE, False),
        (503, "bot was blocked by the user", U, "503", Fault.NONE, False),
    ],
)
def test_classify_by_status_and_start_of_the_description(
    status: int, description: str, kind: OutcomeClass, code: str, fault: Fault, suppress: bool
) -> None:
    strikes = STRIKES if code == "forbidden" else 0
    assert classify(Refused(status, description)) == Outcome(
        kind, f"telegram.{code}", fault, suppress, detail=description, strikes=strikes
    )


def test_classify_keeps_the_wait_of_a_flood_alone() -> None:
    waits = [classify(Refused(status, "", 7.0)).retry_after for status in (429, 403)]
    assert waits == [7.0, None]


def test_classify_without_an_answer_is_what_the_network_knows() -> None:
    assert classify(Unanswered(NotSent("network.connect", "Connection refused"))) == Outcome(
        N, "network.connect", detail="Connection refused"
    )
    assert classify(Unanswered(AnswerLost("network.timeout"))) == Outcome(U, "network.timeout")


def test_classify_an_answer_that_cannot_be_read_is_uncertain() -> None:
    assert classify(TelegramError("Invalid server response")) == UNEXPECTED


def test_every_code_of_the_table_has_words() -> None:
    assert {row[2].code for row in TABLE} - set(REASONS) == set()
