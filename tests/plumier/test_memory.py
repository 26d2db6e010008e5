"""A request that reads has a memory of its own, and nothing else has one."""

import asyncio
import contextvars
from collections.abc import Iterator
from itertools import count
from threading import Barrier, Thread

import pytest

from plumier.memory import Memory, memory
from tests.plumier.remembering import in_request


@pytest.fixture
def numbers() -> Iterator[int]:
    return count(1)


def test_memory_asks_once_a_key(numbers: Iterator[int]) -> None:
    kept = Memory()
    asked = [kept.once(key, lambda: next(numbers)) for key in ("a", "b", "a", "b", "c")]
    assert asked == [1, 2, 1, 2, 3]


def test_memory_remembers_nothing_that_failed(numbers: Iterator[int]) -> None:
    kept = Memory()
    with pytest.raises(ZeroDivisionError):
        kept.once("a", lambda: 1 // 0)
    assert kept.once("a", lambda: next(numbers)) == 1


def test_memory_is_of_one_request() -> None:
    first, again = in_request(lambda: (memory(), memory()))
    second = in_request(memory)
    assert first is not None
    assert first is again
    assert second is not None
    assert second is not first
    assert memory() is None


@pytest.mark.parametrize(
    ("method", "remembers"),
    [("GET", True), ("HEAD", True), ("POST", False), ("PUT", False), ("DELETE", False), ("PATCH", False)],
)
def test_memory_is_there_where_nothing_is_written(method: str, remembers: bool) -> None:
    assert (in_request(memory, method) is not None) is remembers


def test_memory_of_a_page_is_not_that_of_what_is_posted_within() -> None:
    outer, inner, after = in_request(lambda: (memory(), in_request(memory, "POST"), memory()))
    assert outer is not None
    assert inner is None
    assert after is outer


def test_memory_ends_with_a_request_that_fails() -> None:
    with pytest.raises(ZeroDivisionError):
        in_request(lambda: 1 // 0)
    assert memory() is None


def test_memory_is_closed_for_what_outlives_its_request() -> None:
    open_within, context = in_request(lambda: (memory(), contextvars.copy_context()))
    assert open_within is not None
    assert context.run(memory) is None


def test_memory_is_closed_for_a_task_that_outlives_its_request() -> None:
    async def late(ended: asyncio.Event) -> Memory | None:
        await ended.wait()
        return memory()

    async def serve() -> Memory | None:
        ended = asyncio.Event()
        task = in_request(lambda: asyncio.ensure_future(late(ended)))
        ended.set()
        return await task

    assert asyncio.run(serve()) is None


def test_memory_is_not_shared_by_threads() -> None:
    both, found = Barrier(2), dict[str, str]()

    def ask(name: str) -> None:
        def once() -> str:
            kept = memory()
            assert kept is not None
            both.wait(10)
            said = kept.once("name", lambda: name)
            both.wait(10)
            return said + kept.once("name", lambda: "another")

        found[name] = in_request(once)

    threads = [Thread(target=ask, args=(name,)) for name in ("ana", "bea")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert found == {"ana": "anaana", "bea": "beabea"}
