"""Each class of outcome and what it does to its delivery."""

import pytest

from channels_app.base import AddressKind, Capabilities, Fault, Outcome, OutcomeClass
from notica.verdicts import (
    ACCOUNT_WAIT,
    THROTTLE_WAIT,
    AccountVerdict,
    Verdict,
    judge,
    judge_account,
    judge_look_up,
)

CHAT = Capabilities(AddressKind.CHAT, uncertain_wait=30, backoff=(5, 60))
LOOKS_UP = Capabilities(AddressKind.PHONE, looks_up=True, uncertain_wait=300)
NOT_PROCESSED, THROTTLED = OutcomeClass.NOT_PROCESSED, OutcomeClass.THROTTLED


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        (Outcome(OutcomeClass.ACCEPTED), Verdict("accepted")),
        (Outcome(OutcomeClass.PERMANENT, "blocked"), Verdict("failed")),
        (Outcome(THROTTLED, retry_after=7), Verdict("ready", 7)),
        (Outcome(THROTTLED), Verdict("ready", THROTTLE_WAIT)),
        (Outcome(OutcomeClass.UNCERTAIN), Verdict("uncertain", 30)),
        (Outcome(NOT_PROCESSED), Verdict("ready", 5, spent=1)),
        (Outcome(NOT_PROCESSED, retry_after=9), Verdict("ready", 9, spent=1)),
        (Outcome(NOT_PROCESSED, fault=Fault.ACCOUNT), Verdict("ready", ACCOUNT_WAIT)),
        (Outcome(NOT_PROCESSED, fault=Fault.ACCOUNT, retry_after=9), Verdict("ready", 9)),
    ],
)
def test_first_outcome(outcome: Outcome, verdict: Verdict) -> None:
    assert judge(outcome, CHAT, 0, 0) == verdict


def test_tries_back_off_further_and_further_and_then_fail() -> None:
    verdicts = [judge(Outcome(NOT_PROCESSED), CHAT, spent, 0) for spent in range(3)]
    assert verdicts == [Verdict("ready", 5, 1), Verdict("ready", 60, 1), Verdict("failed", spent=1)]


def test_second_silence_is_sent_unconfirmed() -> None:
    assert judge(Outcome(OutcomeClass.UNCERTAIN), CHAT, 0, 1) == Verdict("sent_unconfirmed")


@pytest.mark.parametrize("unanswered", [0, 1])
def test_silence_of_a_channel_that_looks_up_waits_to_be_asked_for(unanswered: int) -> None:
    assert judge(Outcome(OutcomeClass.UNCERTAIN), LOOKS_UP, 0, unanswered) == Verdict("uncertain", 300)


@pytest.mark.parametrize(
    ("kind", "unanswered", "verdict"),
    [
        (OutcomeClass.ACCEPTED, 1, Verdict("accepted")),
        (NOT_PROCESSED, 1, Verdict("ready")),
        (NOT_PROCESSED, 2, Verdict("failed", certain=True)),
        (OutcomeClass.UNCERTAIN, 1, None),
    ],
)
def test_look_up_finds_it_or_not_or_cannot_ask(
    kind: OutcomeClass, unanswered: int, verdict: Verdict | None
) -> None:
    assert judge_look_up(Outcome(kind), unanswered) == verdict


def test_account_rests_as_long_as_the_longest_wait() -> None:
    outcomes = [Outcome(THROTTLED, retry_after=seconds) for seconds in (3, 9, 1)]
    assert judge_account([*outcomes, Outcome(OutcomeClass.ACCEPTED)]) == AccountVerdict(9, works=True)
    assert judge_account([Outcome(THROTTLED)]) == AccountVerdict(THROTTLE_WAIT)


def test_account_is_broken_by_its_own_fault_whatever_else_went_out() -> None:
    broken = Outcome(NOT_PROCESSED, "tokapp.token", Fault.ACCOUNT)
    assert judge_account([Outcome(OutcomeClass.ACCEPTED), broken]) == AccountVerdict(broken="tokapp.token")
    assert judge_account([Outcome(NOT_PROCESSED, "network.connect")]) == AccountVerdict()


@pytest.mark.parametrize("kind", [THROTTLED, NOT_PROCESSED])
def test_account_s_trouble_never_uses_up_the_tries(kind: OutcomeClass) -> None:
    assert judge(Outcome(kind, fault=Fault.ACCOUNT), CHAT, 99, 0).state == "ready"
