"""Each class of outcome and what it does to its delivery."""

import pytest

from channels_app.base import AddressKind, Capabilities, Fault, Outcome, OutcomeClass
from notica.verdicts import ACCOUNT_WAIT, THROTTLE_WAIT, Verdict, judge

CHAT = Capabilities(AddressKind.CHAT, uncertain_wait=30, backoff=(5, 60))
ONCE = Capabilities(AddressKind.PHONE, resend_uncertain=False)
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


def test_silence_of_a_channel_that_sends_once_is_sent_unconfirmed_at_once() -> None:
    assert judge(Outcome(OutcomeClass.UNCERTAIN), ONCE, 0, 0) == Verdict("sent_unconfirmed")


@pytest.mark.parametrize("kind", [THROTTLED, NOT_PROCESSED])
def test_account_s_trouble_never_uses_up_the_tries(kind: OutcomeClass) -> None:
    assert judge(Outcome(kind, fault=Fault.ACCOUNT), CHAT, 99, 0).state == "ready"
