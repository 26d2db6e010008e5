"""One account's line: slots kept for what is urgent, and what broke a worker alone."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notica.claiming import Claimed, due_accounts
from notica.delivery import drain
from notica.fanout import fan_out
from notica.line import CLAIM_MOST, Slots, _last_in_turn
from notica.models import Attempt, Delivery, Message
from notica.outbox import HOPELESS
from notica.progress import totals
from plumier.models import School
from tests.database import DatabaseClock
from tests.factories.crowds import make_families
from tests.factories.register import make_director, make_group, make_school
from tests.notica.draining import draining
from tests.notica.stories import send_to
from tests.providers.sandbox import Sandbox

URGENT, BULK = 0, 1


def a_claim(lane: int = BULK, crashes: int = 0, school: int = 1) -> Claimed:
    now: Any = None
    return Claimed(1, 1, 1, 1, school, "tokapp", "", "", 1, 0, 0, lane, now, crashes, 1, False, now)


# (urgent rows, bulk rows, suspects of either lane) that are due, how many then come back, and outcomes not yet written.
ROUNDS = st.lists(
    st.tuples(
        st.integers(0, 30), st.integers(0, 60), st.integers(0, 2), st.integers(0, 60), st.integers(0, 90)
    ),
    max_size=30,
)


@given(st.integers(2, 80), ROUNDS)
def test_a_fifth_of_the_slots_is_never_taken_by_bulk(
    number: int, rounds: list[tuple[int, int, int, int, int]]
) -> None:
    slots, flying = Slots(number), []
    for urgent, bulk, suspects, back, backlog in rounds:
        room = slots.room(backlog, 0)
        assert 0 <= room.bulk <= room.slots
        assert room.slots == number - len(flying)
        taken = [a_claim(URGENT)] * min(urgent, room.slots)
        alone = min(suspects, 1, room.bulk * room.suspect, room.slots - len(taken))
        taken += [a_claim(BULK, crashes=1)] * alone
        taken += [a_claim(BULK)] * min(bulk, room.bulk - alone, room.slots - len(taken))
        for claimed in taken:
            slots.take(claimed)
        flying += taken
        assert slots.busy == len(flying) <= number
        in_bulk = sum(one.lane == BULK for one in flying)
        assert in_bulk <= number - max(1, number // 5)
        assert sum(one.crashes for one in flying) <= 1
        for claimed in flying[:back]:
            slots.leave(claimed)
        flying = flying[back:]


@given(st.integers(2, 400), st.integers(0, 400))
def test_urgent_rows_find_room_however_many_bulk_ones_fly(number: int, bulk: int) -> None:
    slots = Slots(number)
    for _ in range(min(bulk, slots.room(0, 0).bulk)):
        slots.take(a_claim(BULK))
    assert slots.room(0, 0).slots >= min(max(1, number // 5), CLAIM_MOST)


def test_channel_with_one_slot_sends_what_is_not_urgent_too() -> None:
    slots = Slots(1)
    assert (slots.room(0, 0).slots, slots.room(0, 0).bulk) == (1, 1)


def test_bulk_is_claimed_when_a_quarter_is_free_and_the_database_keeps_up() -> None:
    slots = Slots(100)
    assert (slots.room(0, 0).bulk, slots.room(400, 0).bulk, slots.room(401, 0).bulk) == (80, 80, 0)
    for _ in range(61):
        slots.take(a_claim(BULK))
    assert (slots.room(0, 0).bulk, slots.has_room_for_many()) == (0, False)
    slots.leave(a_claim(BULK))
    assert (slots.room(0, 0).bulk, slots.has_room_for_many()) == (20, True)


def test_one_suspect_flies_at_a_time() -> None:
    slots = Slots(10)
    assert slots.room(0, 0).suspect
    slots.take(a_claim(crashes=1))
    assert not slots.room(0, 0).suspect
    slots.leave(a_claim(crashes=1))
    assert slots.room(0, 0).suspect
    slots.heed(slots.room(0, 0), [a_claim()])
    assert not slots.room(0, 0).suspect


def test_turn_is_the_last_in_order_whatever_the_order_of_the_rows() -> None:
    assert _last_in_turn([a_claim(school=number) for number in (7, 9, 8)], after=6) == 9
    assert _last_in_turn([a_claim(school=number) for number in (2, 9, 1)], after=6) == 2


@pytest.fixture
def school(transactional_db: None, sandbox: Sandbox, hundred_slots: None) -> School:
    return make_school()


def test_urgent_row_goes_out_while_every_bulk_slot_hangs(school: School, sandbox: Sandbox) -> None:
    director, many, few = make_director(school), make_group(school), make_group(school, "1º ESO B")
    make_families(many, 120)
    (mother,) = make_families(few, 1)
    bulk = send_to(school, director, groups=[many])
    fan_out(bulk.pk)
    sandbox.rule("tokapp", "hang", times=80)
    with draining("tokapp"):
        sandbox.wait_for(lambda entries: len(entries) == 80, timeout=60)
        urgent = send_to(school, director, students=[mother.children.get()])
        phone = mother.contacts.get().value
        sandbox.wait_for(lambda entries: [one["address"] for one in entries[80:]] == [phone], timeout=60)
        flying = Delivery.objects.filter(message_id=bulk.pk, state="sending").count()
    assert (bulk.lane, urgent.lane, flying) == (BULK, URGENT, 80)
    assert [entry["address"] for entry in sandbox.taken()] == [phone]


def test_row_that_breaks_its_batch_is_tried_alone_and_then_put_aside(
    school: School, sandbox: Sandbox, database_clock: DatabaseClock
) -> None:
    """A message of a kind that this version does not know cannot be looked at."""
    director, many, few = make_director(school), make_group(school), make_group(school, "1º ESO B")
    make_families(many, 12)
    make_families(few, 1)
    good = send_to(school, director, groups=[many])
    poison = send_to(school, director, groups=[few])
    Message.objects.filter(pk=poison.pk).update(kind="retired", lane=BULK)
    Delivery.objects.update(lane=BULK)
    for _ in range(20):
        if not due_accounts("tokapp"):
            break
        drain("tokapp", linger=False)
        database_clock.advance(timedelta(seconds=2))
    rows = Delivery.objects.filter(message_id=poison.pk)
    assert list(rows.values_list("state", "crashes", "tries", "reason")) == [
        ("quarantined", HOPELESS, 0, "broken")
    ]
    assert totals(good.pk) == {"reached": 12}
    assert set(Delivery.objects.filter(message_id=good.pk).values_list("crashes", "tries")) == {(1, 1)}
    assert len(sandbox.log()) == len({entry["address"] for entry in sandbox.taken()}) == 12
    assert Attempt.objects.count() == 12
    assert totals(poison.pk) == {"failed": 1}


def test_outcome_is_recorded_once_for_each_send(school: School, sandbox: Sandbox) -> None:
    group = make_group(school)
    make_families(group, 60)
    fan_out(send_to(school, make_director(school), groups=[group]).pk)
    drain("tokapp", linger=False)
    assert Counter(Attempt.objects.values_list("delivery_id", "try_no", "outcome")) == {
        (pk, 1, "accepted"): 1 for pk in Delivery.objects.values_list("pk", flat=True)
    }
    assert len(sandbox.taken()) == 60
