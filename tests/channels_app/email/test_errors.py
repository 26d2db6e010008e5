"""The mail server's replies, row by row."""

import pytest

from channels_app.base import Fault, Outcome, OutcomeClass
from channels_app.email.errors import NEXT_DAY, Reply, Stage, classify

P, N = OutcomeClass.PERMANENT, OutcomeClass.NOT_PROCESSED
GREETING, LOGIN, SENDER, RECIPIENT, DATA = Stage


@pytest.mark.parametrize(
    ("stage", "code", "text", "kind", "word", "fault", "suppress", "wait"),
    [
        (RECIPIENT, 421, "4.7.0 busy", N, "4.7.0", Fault.NONE, False, None),
        (RECIPIENT, 450, "4.2.1 busy", N, "4.2.1", Fault.NONE, False, None),
        (RECIPIENT, 451, "4.7.1 greylisted", N, "4.7.1", Fault.NONE, False, None),
        (DATA, 452, "4.3.1 no space", N, "4.3.1", Fault.NONE, False, None),
        (DATA, 499, "odd", N, "499", Fault.NONE, False, None),
        (GREETING, 421, "later", N, "421", Fault.NONE, False, None),
        (LOGIN, 454, "4.7.0 later", N, "4.7.0", Fault.NONE, False, None),
        (RECIPIENT, 530, "5.7.0 log in", N, "login", Fault.ACCOUNT, False, None),
        (LOGIN, 534, "5.7.9 weak", N, "login", Fault.ACCOUNT, False, None),
        (LOGIN, 535, "5.7.8 wrong", N, "login", Fault.ACCOUNT, False, None),
        (GREETING, 554, "5.3.2 no service", N, "greeting", Fault.ACCOUNT, False, None),
        (SENDER, 550, "5.1.8 who are you", N, "sender", Fault.ACCOUNT, False, None),
        (SENDER, 553, "not yours", N, "sender", Fault.ACCOUNT, False, None),
        (SENDER, 552, "5.3.4 too big", P, "5.3.4", Fault.CONTENT, False, None),
        (SENDER, 550, "5.7.1 not welcome", P, "5.7.1", Fault.CONTENT, False, None),
        (RECIPIENT, 550, "5.1.1 no such user", P, "5.1.1", Fault.ADDRESS, True, None),
        (RECIPIENT, 550, "5.1.10 null mx", P, "5.1.10", Fault.ADDRESS, True, None),
        (RECIPIENT, 550, "5.1.8 who are you", P, "5.1.8", Fault.CONTENT, False, None),
        (DATA, 553, "5.1.7 who are you", P, "5.1.7", Fault.CONTENT, False, None),
        (RECIPIENT, 551, "5.1.6 moved", P, "5.1.6", Fault.ADDRESS, True, None),
        (RECIPIENT, 553, "5.1.3 syntax", P, "5.1.3", Fault.ADDRESS, True, None),
        (RECIPIENT, 550, "5.2.1 disabled", P, "5.2.1", Fault.ADDRESS, True, None),
        (RECIPIENT, 556, "5.1.10 null mx", P, "5.1.10", Fault.ADDRESS, True, None),
        (RECIPIENT, 556, "null mx", P, "556", Fault.ADDRESS, True, None),
        (DATA, 550, "5.1.1 no such user", P, "5.1.1", Fault.ADDRESS, True, None),
        (RECIPIENT, 550, "no such user", P, "550", Fault.ADDRESS, False, None),
        (RECIPIENT, 552, "5.2.2 full", N, "5.2.2", Fault.ADDRESS, False, NEXT_DAY),
        (RECIPIENT, 552, "full", N, "552", Fault.ADDRESS, False, NEXT_DAY),
        (DATA, 552, "5.3.4 too big", P, "5.3.4", Fault.CONTENT, False, None),
        (DATA, 552, "too big", P, "552", Fault.CONTENT, False, None),
        (RECIPIENT, 554, "5.7.1 relay denied", P, "5.7.1", Fault.CONTENT, False, None),
        (DATA, 550, "5.7.1 spam", P, "5.7.1", Fault.CONTENT, False, None),
        (DATA, 554, "5.7.26 no DKIM", P, "5.7.26", Fault.CONTENT, False, None),
        (DATA, 554, "failed", P, "554", Fault.MESSAGE, False, None),
        (DATA, 550, "no", P, "550", Fault.MESSAGE, False, None),
        (RECIPIENT, 550, "5.4.1 denied", P, "5.4.1", Fault.MESSAGE, False, None),
        (RECIPIENT, 550, "5.2.10 odd", P, "5.2.10", Fault.MESSAGE, False, None),
        (RECIPIENT, 501, "5.5.4 what", P, "5.5.4", Fault.MESSAGE, False, None),
    ],
)
def test_classify_by_stage_code_and_enhanced_code(
    stage: Stage,
    code: int,
    text: str,
    kind: OutcomeClass,
    word: str,
    fault: Fault,
    suppress: bool,
    wait: float | None,
) -> None:
    assert classify(Reply(stage, code, text)) == Outcome(
        kind, f"smtp.{word}", fault, suppress, retry_after=wait, detail=text
    )


def test_classify_masks_the_address() -> None:
    reply = Reply(RECIPIENT, 550, "5.1.1 <ana@x.example>: ANA unknown\nsee 600123456")
    assert classify(reply, "ana@x.example").detail == "5.1.1 <…>: … unknown see …"


@pytest.mark.parametrize(
    ("text", "enhanced"),
    [
        ("5.1.1 no", "5.1.1"),
        (" 4.7.1\nno", "4.7.1"),
        ("no 5.1.1", ""),
        ("5.1.1no", ""),
        ("1.2.3 x", ""),
        ("", ""),
    ],
)
def test_enhanced_is_at_the_start(text: str, enhanced: str) -> None:
    assert Reply(RECIPIENT, 550, text).enhanced == enhanced
