"""The outcomes that the providers' tables are made of, by name."""

from dataclasses import replace

from channels_app.base import Fault, Outcome, OutcomeClass
from channels_app.masking import clean_detail


def address_gone(code: str) -> Outcome:
    """The address is of no use any more, and is suppressed."""
    return Outcome(OutcomeClass.PERMANENT, code, Fault.ADDRESS, suppress=True)


def address_refused(code: str) -> Outcome:
    """This address will not do for this message; too little is known to suppress it."""
    return Outcome(OutcomeClass.PERMANENT, code, Fault.ADDRESS)


def content_refused(code: str) -> Outcome:
    """What we sent is wrong, to whomever it goes: somebody of us must look."""
    return Outcome(OutcomeClass.PERMANENT, code, Fault.CONTENT)


def message_refused(code: str) -> Outcome:
    """Refused for this message, and nothing learned beyond it."""
    return Outcome(OutcomeClass.PERMANENT, code, Fault.MESSAGE)


def account_down(code: str) -> Outcome:
    """Nothing goes out by this account until somebody mends it. No try was spent."""
    return Outcome(OutcomeClass.NOT_PROCESSED, code, Fault.ACCOUNT)


def not_now(code: str, fault: Fault = Fault.NONE, retry_after: float | None = None) -> Outcome:
    """Certainly not sent; may be tried again, after `retry_after` seconds if that is known."""
    return Outcome(OutcomeClass.NOT_PROCESSED, code, fault, retry_after=retry_after)


def throttled(code: str) -> Outcome:
    """The account must wait."""
    return Outcome(OutcomeClass.THROTTLED, code)


def uncertain(code: str) -> Outcome:
    """It may have been sent."""
    return Outcome(OutcomeClass.UNCERTAIN, code)


def in_their_words(outcome: Outcome, sentence: str, address: str, wait: float | None = None) -> Outcome:
    """The outcome with the provider's own sentence, masked, and its wait in seconds if it throttled."""
    if outcome.kind is OutcomeClass.THROTTLED:
        outcome = replace(outcome, retry_after=wait)
    return replace(outcome, detail=clean_detail(sentence, address))
