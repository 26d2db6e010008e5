"""The outcomes of the tables."""

from channels_app.base import Fault, Outcome, OutcomeClass
from channels_app.outcomes import (
    account_down,
    address_gone,
    address_refused,
    content_refused,
    in_their_words,
    message_refused,
    not_now,
    throttled,
    uncertain,
)


def test_outcomes_by_name() -> None:
    assert [
        made("c")
        for made in (
            address_gone,
            address_refused,
            content_refused,
            message_refused,
            account_down,
            not_now,
            throttled,
            uncertain,
        )
    ] == [
        Outcome(OutcomeClass.PERMANENT, "c", Fault.ADDRESS, suppress=True),
        Outcome(OutcomeClass.PERMANENT, "c", Fault.ADDRESS),
        Outcome(OutcomeClass.PERMANENT, "c", Fault.CONTENT),
        Outcome(OutcomeClass.PERMANENT, "c", Fault.MESSAGE),
        Outcome(OutcomeClass.NOT_PROCESSED, "c", Fault.ACCOUNT),
        Outcome(OutcomeClass.NOT_PROCESSED, "c"),
        Outcome(OutcomeClass.THROTTLED, "c"),
        Outcome(OutcomeClass.UNCERTAIN, "c"),
    ]


def test_in_their_words_masks_the_sentence_and_waits_only_when_throttled() -> None:
    sentence = "no +34600123456"
    assert in_their_words(message_refused("c"), sentence, "+34600123456", 3.0) == Outcome(
        OutcomeClass.PERMANENT, "c", Fault.MESSAGE, detail="no …"
    )
    assert in_their_words(throttled("c"), sentence, "+34600123456", 3.0) == Outcome(
        OutcomeClass.THROTTLED, "c", retry_after=3.0, detail="no …"
    )
