"""Progress adds up to the same, folded or not."""

import threading

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from notica.models import Message, ProgressDelta
from notica.progress import FOLD_FROM, fold, fold_running, totals
from plumier.models import School
from tests.factories.crowds import make_families
from tests.factories.register import make_director, make_group, make_school
from tests.notica.rows import at_once
from tests.notica.stories import send_to

OUTCOMES = ("", "reached", "failed", "unconfirmed")


def write(message_id: int, *deltas: tuple[str, int]) -> None:
    ProgressDelta.objects.bulk_create(
        ProgressDelta(message_id=message_id, outcome=outcome, count=number) for outcome, number in deltas
    )


def rows(message_id: int) -> list[tuple[str, int]]:
    found = ProgressDelta.objects.filter(message_id=message_id)
    return sorted(found.values_list("outcome", "count"))


class AnyDeltas(TestCase):
    @given(
        st.lists(st.tuples(st.sampled_from(OUTCOMES), st.integers(-5, 5)), max_size=40), st.integers(0, 40)
    )
    def test_folding_at_any_moment_changes_no_total(self, deltas: list[tuple[str, int]], at: int) -> None:
        write(1, *deltas[:at])
        fold([1])
        write(1, *deltas[at:])
        before = totals(1)
        fold([1, 2])
        assert totals(1) == before
        assert dict(rows(1)) == before
        assert len(rows(1)) == len(before)


@pytest.fixture
def message(transactional_db: None) -> Message:
    school: School = make_school()
    group = make_group(school)
    make_families(group, 1)
    return send_to(school, make_director(school), groups=[group])


def running(message: Message) -> int:
    ProgressDelta.objects.all().delete()
    Message.objects.filter(pk=message.pk).update(state="sending", finished_at=None)
    return message.pk


def test_running_message_is_folded_when_it_has_many(message: Message) -> None:
    pk = running(message)
    write(pk, *[("reached", 1)] * (FOLD_FROM - 1))
    fold_running()
    assert len(rows(pk)) == FOLD_FROM - 1
    write(pk, ("", -1))
    fold_running()
    assert rows(pk) == [("", -1), ("reached", FOLD_FROM - 1)]


def test_several_messages_are_counted_together(db: None) -> None:
    write(1, ("reached", 2), ("", 3), ("", -3))
    write(2, ("reached", 1), ("failed", 4))
    write(3, ("reached", 50))
    assert totals(1, 2) == {"reached": 3, "failed": 4}


def test_total_is_right_at_every_moment_while_others_write_and_fold(message: Message) -> None:
    """Each writing moves recipients from open to reached, so that their sum stays what it was."""
    pk = running(message)
    write(pk, ("", 400))
    over, wrong = threading.Event(), []

    def look() -> None:
        while not over.is_set():
            found = totals(pk)
            if sum(found.values()) != 400 or min(found.values()) < 0:
                wrong.append(found)
        connections.close_all()

    def move() -> None:
        for _ in range(100):
            write(pk, ("", -1), ("reached", 1))

    def fold_on() -> None:
        for _ in range(40):
            fold_running()
            fold([pk])

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        at_once(move, move, move, move, fold_on, fold_on)
    finally:
        over.set()
        watcher.join()
    fold([pk])
    assert (wrong, rows(pk)) == ([], [("reached", 400)])
