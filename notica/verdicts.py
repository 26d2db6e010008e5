"""What one outcome does to its delivery and to its account. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from channels_app.base import Capabilities, Fault, Outcome, OutcomeClass

ACCOUNT_WAIT = 60.0  # seconds before a broken account is tried again
THROTTLE_WAIT = 30.0  # seconds, where the provider does not say
LONGEST_WAIT = 86400.0  # seconds; a provider that asks for more is not believed


@dataclass(frozen=True, slots=True)
class Verdict:
    """`wait` is in seconds from now, for the states that come back; `spent` counts tries used up.

    `certain` says of a failure that no earlier try went out either.
    """

    state: str
    wait: float = 0.0
    spent: int = 0
    certain: bool = False


@dataclass(frozen=True, slots=True)
class AccountVerdict:
    """What some outcomes together say of their account: `pause` in seconds; `broken` is the reason, if any."""

    pause: float = 0.0
    broken: str = ""
    works: bool = False


ACCEPTED = Verdict("accepted")


def judge(outcome: Outcome, capabilities: Capabilities, spent: int, unanswered: int) -> Verdict:
    """`spent` and `unanswered` are the tries used up and the uncertain ones before this outcome."""
    match outcome.kind:
        case OutcomeClass.ACCEPTED:
            return ACCEPTED
        case OutcomeClass.PERMANENT:
            return Verdict("failed")
        case OutcomeClass.THROTTLED:
            return Verdict("ready", _wait(outcome, THROTTLE_WAIT))
        case OutcomeClass.UNCERTAIN:
            return _judge_uncertain(capabilities, unanswered)
        case OutcomeClass.NOT_PROCESSED:
            return _judge_not_processed(outcome, capabilities, spent)


def judge_look_up(outcome: Outcome, unanswered: int) -> Verdict | None:
    """What a provider's answer says of a send whose own answer was lost; None if it could not be asked."""
    match outcome.kind:
        case OutcomeClass.ACCEPTED:
            return ACCEPTED
        case OutcomeClass.NOT_PROCESSED:
            return Verdict("ready") if unanswered < 2 else Verdict("failed", certain=True)
        case _:
            return None


def judge_account(outcomes: Iterable[Outcome]) -> AccountVerdict:
    """Whether the account must rest, is broken, or has shown that it works."""
    pause, broken, works = 0.0, "", False
    for outcome in outcomes:
        if outcome.kind == OutcomeClass.THROTTLED:
            pause = max(pause, _wait(outcome, THROTTLE_WAIT))
        elif outcome.kind == OutcomeClass.NOT_PROCESSED and outcome.fault == Fault.ACCOUNT:
            broken = outcome.code
        elif outcome.kind in (OutcomeClass.ACCEPTED, OutcomeClass.PERMANENT):
            works = True
    return AccountVerdict(pause, broken, works and not broken)


def _judge_uncertain(capabilities: Capabilities, unanswered: int) -> Verdict:
    """Whether it goes out once more is decided when the wait is over (`notica.overdue`)."""
    if unanswered == 0 or capabilities.looks_up:
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
