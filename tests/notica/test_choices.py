"""The table of transitions against what the statements really do to rows in every state."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction

from channels_app.base import AddressKind, Capabilities, Outcome, OutcomeClass
from channels_app.receipts import Receipt, State
from notica import late_facts, outbox, overdue, silence
from notica.choices import OPEN_STATES, SUCCESS_STATES, TRANSITIONS, DeliveryState
from notica.claiming import Room, claim
from notica.models import Delivery, Recipient
from plumier.clock import database_now
from tests.notica.rows import claimed, make_account, make_delivery, said

STATES = [state.value for state in DeliveryState]
RESENDS = Capabilities(AddressKind.PHONE, uncertain_wait=30)
LOOKS_UP = Capabilities(AddressKind.PHONE, looks_up=True)
Moves = set[tuple[str, str]]


def test_transitions_name_known_states() -> None:
    named = {*TRANSITIONS, *(state for following in TRANSITIONS.values() for state in following)}
    assert named == set(STATES)


def test_architecture_shows_the_table() -> None:
    page = (settings.BASE_DIR / "ARCHITECTURE.md").read_text(encoding="utf-8")
    shown = [f"{state:<16} → {', '.join(following)}" for state, following in TRANSITIONS.items()]
    assert page.partition("```\n" + shown[0])[2].partition("\n```")[0].splitlines()[1:] == shown[1:]


def test_open_states_are_those_that_something_must_follow() -> None:
    ended = {state for state, following in TRANSITIONS.items() if set(following) <= {*SUCCESS_STATES}}
    given_back = {"accepted", "sent_unconfirmed"}
    assert set(OPEN_STATES) == set(TRANSITIONS) - ended - given_back
    assert not set(SUCCESS_STATES) & set(OPEN_STATES)


@pytest.fixture
def rows(db: None) -> list[Delivery]:
    """A row in every state, unanswered or not, on a channel that sends again and one that does not."""
    now = database_now()
    return [
        make_delivery(
            make_account(),
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
    sent = [said(claimed(row), Outcome(outcome), capabilities) for row in rows]
    return moves(rows, lambda: outbox.record(sent))


def of_all(statement: Callable[[list[Delivery]], object]) -> Callable[[], object]:
    """Do it to every row."""
    return lambda: statement(list(Delivery.objects.order_by("pk")))


def told(state: State) -> Callable[[], object]:
    """Every row's provider says this of its last try."""
    return of_all(
        lambda rows: late_facts.take("sms", [Receipt(str(row.pk), row.pk, row.tries, state) for row in rows])
    )


def broken(rows: list[Delivery]) -> None:
    """Each broke its worker until nobody tries it any more."""
    for _ in range(outbox.HOPELESS):
        Delivery.objects.filter(state="ready", crashes__gt=0).update(
            state="sending", lease_until=database_now()
        )
        outbox.give_back([claimed(row) for row in rows])
        Delivery.objects.filter(crashes__gt=0).update(tries=1)


def come_back(rows: list[Delivery]) -> None:
    """Every row's provider gives it back for a passing reason, while its step is the one that is open."""
    Recipient.objects.bulk_create(
        Recipient(pk=row.recipient_id, message_id=row.message_id, school_id=1, person_id=1, step=1)
        for row in rows
    )
    again = Outcome(OutcomeClass.NOT_PROCESSED, "sms.30003", retry_after=900)
    late_facts.take("sms", [Receipt(str(row.pk), row.pk, row.tries, "undelivered", again) for row in rows])


def fall_silent(rows: list[Delivery]) -> None:
    """Nothing was heard of any, and each has a further step."""
    whose = {"ids": [row.pk for row in rows], "further": [row.recipient_id for row in rows]}
    with connection.cursor() as cursor:
        cursor.execute(silence.CLOSE, whose)


STATEMENTS: dict[str, tuple[Callable[[], object], Moves]] = {
    "claim": (lambda: claim(make_account(), Room(1000, 1000)), {("ready", "sending")}),
    "postpone": (
        of_all(lambda rows: outbox.postpone([(claimed(row), database_now()) for row in rows])),
        {("sending", "ready")},
    ),
    "set aside": (
        of_all(lambda rows: outbox.set_aside([(claimed(row), "barred") for row in rows])),
        {("sending", "suppressed"), ("sending", "sent_unconfirmed")},
    ),
    "set aside as cancelled": (
        of_all(
            lambda rows: outbox.set_aside(
                [(claimed(row), "cancelled") for row in rows], DeliveryState.CANCELLED
            )
        ),
        {("sending", "cancelled"), ("sending", "sent_unconfirmed")},
    ),
    "give back": (
        of_all(lambda rows: outbox.give_back([claimed(row) for row in rows])),
        {("sending", "ready")},
    ),
    "give back too often": (of_all(broken), {("sending", "quarantined"), ("sending", "sent_unconfirmed")}),
    "reap": (overdue.reap, {("sending", "uncertain")}),
    "resolve": (overdue.resolve_uncertain, {("uncertain", "ready"), ("uncertain", "sent_unconfirmed")}),
    "expire": (overdue.expire, {("ready", "expired"), ("ready", "sent_unconfirmed")}),
    "cancel": (
        of_all(lambda rows: [overdue.cancel_rows(row.message_id) for row in rows]),
        {("ready", "cancelled"), ("ready", "sent_unconfirmed"), ("uncertain", "sent_unconfirmed")},
    ),
    "told accepted": (
        told("accepted"),
        {(state, "accepted") for state in ("ready", "uncertain", "sent_unconfirmed")},
    ),
    "told undelivered": (
        told("undelivered"),
        {(state, "undelivered") for state in ("uncertain", "sent_unconfirmed", "accepted")},
    ),
    "told delivered": (
        told("delivered"),
        {(state, "delivered") for state in STATES if state not in ("sending", "delivered", "read")},
    ),
    "told read": (
        told("read"),
        {(state, "read") for state in STATES if state not in ("sending", "read")},
    ),
    "told to come back": (
        of_all(come_back),
        {(state, "ready") for state in ("uncertain", "accepted")}
        | {(state, "undelivered") for state in ("uncertain", "sent_unconfirmed", "accepted")},
    ),
    "silent": (of_all(fall_silent), {("accepted", "sent_unconfirmed")}),
}


@pytest.mark.parametrize(("action", "expected"), STATEMENTS.values(), ids=STATEMENTS)
def test_statement_makes_just_these_transitions(
    rows: list[Delivery], action: Callable[[], object], expected: Moves
) -> None:
    assert moves(rows, action) == expected


ANSWERED = {"sending", "uncertain", "ready"}
RECORDED: list[tuple[OutcomeClass, Capabilities, Moves]] = [
    (
        OutcomeClass.ACCEPTED,
        RESENDS,
        {(state, "accepted") for state in (*ANSWERED, "sent_unconfirmed")},
    ),
    (
        OutcomeClass.PERMANENT,
        RESENDS,
        {(state, after) for state in ANSWERED for after in ("failed", "sent_unconfirmed")},
    ),
    (OutcomeClass.THROTTLED, RESENDS, {("sending", "ready"), ("uncertain", "ready")}),
    (OutcomeClass.NOT_PROCESSED, RESENDS, {("sending", "ready"), ("uncertain", "ready")}),
    (OutcomeClass.UNCERTAIN, RESENDS, {("sending", "uncertain"), ("sending", "sent_unconfirmed")}),
    (OutcomeClass.UNCERTAIN, LOOKS_UP, {("sending", "uncertain")}),
]


@pytest.mark.parametrize(("outcome", "capabilities", "expected"), RECORDED)
def test_outcome_makes_just_these_transitions(
    rows: list[Delivery], outcome: OutcomeClass, capabilities: Capabilities, expected: Moves
) -> None:
    assert recording(rows, outcome, capabilities) == expected


def test_table_allows_just_the_transitions_that_are_made() -> None:
    made = set().union(
        *(expected for _, expected in STATEMENTS.values()), *(expected for *_, expected in RECORDED)
    )
    assert made == {(state, after) for state, following in TRANSITIONS.items() for after in following}


def test_every_outcome_class_is_shown() -> None:
    assert {outcome for outcome, *_ in RECORDED} == set(OutcomeClass)
