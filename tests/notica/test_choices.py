"""The table of transitions against what the statements really do to rows in every state."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction

from channels_app.base import AddressKind, Capabilities, Outcome, OutcomeClass
from notica import outbox
from notica.choices import OPEN_STATES, SUCCESS_STATES, TRANSITIONS, DeliveryState
from notica.models import Delivery
from plumier.clock import database_now
from tests.notica.rows import claimed, make_delivery

STATES = [state.value for state in DeliveryState]
RESENDS = Capabilities(AddressKind.PHONE, uncertain_wait=30)
SENDS_ONCE = Capabilities(AddressKind.PHONE, resend_uncertain=False)
Moves = set[tuple[str, str]]


def test_transitions_name_known_states() -> None:
    named = {*TRANSITIONS, *(state for following in TRANSITIONS.values() for state in following)}
    assert named == set(STATES)


def test_architecture_shows_the_table() -> None:
    page = (settings.BASE_DIR / "ARCHITECTURE.md").read_text(encoding="utf-8")
    shown = [f"{state:<16} → {', '.join(following)}" for state, following in TRANSITIONS.items()]
    assert page.partition("```\n" + shown[0])[2].partition("\n```")[0].splitlines()[1:] == shown[1:]


def test_open_states_are_those_that_something_must_follow() -> None:
    ended = {"delivered", "accepted", "sent_unconfirmed"}
    assert set(OPEN_STATES) == set(TRANSITIONS) - ended
    assert not set(SUCCESS_STATES) & set(OPEN_STATES)


@pytest.fixture
def rows(db: None) -> list[Delivery]:
    """A row in every state, unanswered or not, on a channel that sends again and one that does not."""
    now = database_now()
    return [
        make_delivery(
            state=state,
            tries=1,
            lease=-1 if state == "sending" else None,
            uncertain_count=unanswered,
            channel=channel,
            expires_at=now + timedelta(hours=hours),
        )
        for state in STATES
        for unanswered in (0, 1, 2)
        for channel in ("tokapp", "sms")
        for hours in (-1, 1)
    ]


def moves(rows: list[Delivery], action: Callable[[], object]) -> Moves:
    """Which changes of state an action makes; undone afterwards."""
    with transaction.atomic():
        action()
        after = dict(Delivery.objects.values_list("pk", "state"))
        transaction.set_rollback(True)
    return {(row.state, after[row.pk]) for row in rows if row.state != after[row.pk]}


def recording(rows: list[Delivery], outcome: OutcomeClass, capabilities: Capabilities) -> Moves:
    sent = [outbox.Sent(claimed(row), Outcome(outcome)) for row in rows]
    return moves(rows, lambda: outbox.record(sent, capabilities))


CLOCK: dict[str, tuple[Callable[[], object], Moves]] = {
    "claim": (lambda: outbox.claim(1, 1000), {("ready", "sending")}),
    "reap": (outbox.reap, {("sending", "uncertain")}),
    "resolve": (
        lambda: outbox.judge_reaped(["tokapp"]),
        {("uncertain", "ready"), ("uncertain", "sent_unconfirmed")},
    ),
    "expire": (outbox.expire, {("ready", "expired")}),
}


@pytest.mark.parametrize(("action", "expected"), CLOCK.values(), ids=CLOCK)
def test_statement_makes_just_these_transitions(
    rows: list[Delivery], action: Callable[[], object], expected: Moves
) -> None:
    assert moves(rows, action) == expected


RECORDED: list[tuple[OutcomeClass, Capabilities, Moves]] = [
    (
        OutcomeClass.ACCEPTED,
        RESENDS,
        {("sending", "accepted"), ("uncertain", "accepted"), ("ready", "accepted")},
    ),
    (OutcomeClass.PERMANENT, RESENDS, {("sending", "failed"), ("uncertain", "failed"), ("ready", "failed")}),
    (OutcomeClass.THROTTLED, RESENDS, {("sending", "ready"), ("uncertain", "ready")}),
    (OutcomeClass.NOT_PROCESSED, RESENDS, {("sending", "ready"), ("uncertain", "ready")}),
    (OutcomeClass.UNCERTAIN, RESENDS, {("sending", "uncertain"), ("sending", "sent_unconfirmed")}),
    (OutcomeClass.UNCERTAIN, SENDS_ONCE, {("sending", "sent_unconfirmed")}),
]


@pytest.mark.parametrize(("outcome", "capabilities", "expected"), RECORDED)
def test_outcome_makes_just_these_transitions(
    rows: list[Delivery], outcome: OutcomeClass, capabilities: Capabilities, expected: Moves
) -> None:
    assert recording(rows, outcome, capabilities) == expected


def test_table_allows_every_transition_that_is_made() -> None:
    made = set().union(
        *(expected for _, expected in CLOCK.values()), *(expected for *_, expected in RECORDED)
    )
    assert made <= {(state, after) for state, following in TRANSITIONS.items() for after in following}


def test_every_outcome_class_is_shown() -> None:
    assert {outcome for outcome, *_ in RECORDED} == set(OutcomeClass)
