"""What one outcome does to its delivery: the next state, and when. Pure."""

from dataclasses import dataclass

from channels_app.base import Capabilities, Fault, Outcome, OutcomeClass

ACCOUNT_WAIT = 60.0  # seconds before a broken account is tried again
THROTTLE_WAIT = 30.0  # seconds, where the provider does not say
LONGEST_WAIT = 86400.0  # seconds; a provider that asks for more is not believed


@dataclass(frozen=True, slots=True)
class Verdict:
    """`wait` is in seconds from now, for the states that come back; `spent` counts tries used up."""

    state: str
    wait: float = 0.0
    spent: int = 0


def judge(outcome: Outcome, capabilities: Capabilities, spent: int, unanswered: int) -> Verdict:
    """`spent` and `unanswered` are the tries used up and the uncertain ones before this outcome."""
    match outcome.kind:
        case OutcomeClass.ACCEPTED:
            return Verdict("accepted")
        case OutcomeClass.PERMANENT:
            return Verdict("failed")
        case OutcomeClass.THROTTLED:
            return Verdict("ready", _wait(outcome, THROTTLE_WAIT))
        case OutcomeClass.UNCERTAIN:
            return _judge_uncertain(capabilities, unanswered)
        case OutcomeClass.NOT_PROCESSED:
            return _judge_not_processed(outcome, capabilities, spent)


def _judge_uncertain(capabilities: Capabilities, unanswered: int) -> Verdict:
    if capabilities.resend_uncertain and unanswered == 0:
        return Verdict("uncertain", capabilities.uncertain_wait)
    return Verdict("sent_unconfirmed")


def _judge_not_processed(outcome: Outcome, capabilities: Capabilities, spent: int) -> Verdict:
    if outcome.fault == Fault.ACCOUNT:
        return Verdict("ready", _wait(outcome, ACCOUNT_WAIT))
    if spent >= len(capabilities.backoff):
        return Verdict("failed", spent=1)
    return Verdict("ready", _wait(outcome, capabilities.backoff[spent]), spent=1)


def _wait(outcome: Outcome, usual: float) -> float:
    return min(outcome.retry_after or usual, LONGEST_WAIT)
