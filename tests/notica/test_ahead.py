"""A source worked one item ahead of its user."""

import time
from collections.abc import Generator
from threading import Event, current_thread, main_thread

import pytest
from django.db import connection

from notica.ahead import one_ahead

DEADLINE = 10


def test_items_come_in_order() -> None:
    with one_ahead(number for number in range(5)) as numbers:
        assert list(numbers) == [0, 1, 2, 3, 4]
    with one_ahead(number for number in range(0)) as numbers:
        assert list(numbers) == []


def test_empty_items_do_not_end_it() -> None:
    with one_ahead(item for item in ([], [1], [])) as items:
        assert list(items) == [[], [1], []]


def test_next_item_is_made_while_one_is_used_and_no_further() -> None:
    begun = [Event() for _ in range(3)]

    def source() -> Generator[int, None, None]:
        for number, event in enumerate(begun):
            event.set()
            yield number

    with one_ahead(source()) as numbers:
        assert next(numbers) == 0
        assert begun[1].wait(DEADLINE)
        assert not begun[2].is_set()
        assert next(numbers) == 1
        assert begun[2].wait(DEADLINE)


def test_what_the_source_raises_comes_after_its_items() -> None:
    def source() -> Generator[int, None, None]:
        yield 1
        raise ValueError("no more")

    with one_ahead(source()) as numbers:
        assert next(numbers) == 1
        with pytest.raises(ValueError, match="no more"):
            next(numbers)


def test_source_is_closed_where_it_ran_when_its_user_stops() -> None:
    threads = []

    def source() -> Generator[int, None, None]:
        try:
            while True:
                threads.append(current_thread())
                yield 1
        finally:
            threads.append(current_thread())

    class StopError(Exception):
        pass

    def use() -> None:
        with one_ahead(source()) as numbers:
            next(numbers)
            raise StopError

    with pytest.raises(StopError):
        use()
    assert len(threads) == 3
    assert set(threads) == {threads[0]}
    assert threads[0] is not main_thread()


def test_connection_of_the_source_is_closed_at_the_end(transactional_db: None) -> None:
    def source() -> Generator[int, None, None]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            yield cursor.fetchone()[0]

    def lives(pid: int) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = %s)", [pid])
            return bool(cursor.fetchone()[0])

    with one_ahead(source()) as pids:
        pid = next(pids)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            assert cursor.fetchone()[0] != pid
        assert lives(pid)
    ends_at = time.monotonic() + DEADLINE
    while lives(pid):
        assert time.monotonic() < ends_at
