"""Long polling, end to end against the sandbox: fetched, carried out, answered, and only then forgotten."""

import asyncio
import logging
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest
import redis
from django.db import OperationalError, connections

from channels_app.models import ChannelAccount
from notica.linking import handling, polling
from notica.linking.bots import Bot, bot_of
from notica.models import BotUpdate
from plumier.clock import database_now
from plumier.models import Person
from tests.factories.register import make_school
from tests.notica.linking.conftest import PHONE
from tests.notica.linking.said import links, pressed, shared, update
from tests.processes import Launched
from tests.providers.sandbox import Sandbox

_tokens = count(18100)


@pytest.fixture
def bot(transactional_db: None, mother: Person, sandbox: Sandbox, settings: Any) -> Bot:
    """A bot that no other test has."""
    settings.CHANNEL_ENVIRONMENT = {**sandbox.environment, "TELEGRAM_TOKEN": f"{next(_tokens)}:sandbox"}
    found = bot_of("")
    assert found is not None
    return found


def bring(sandbox: Sandbox, bot: Bot, given: dict[str, Any]) -> None:
    """Put it where the bot fetches it; the sandbox numbers it."""
    body = {name: value for name, value in given.items() if name != "update_id"}
    sandbox.control("updates", {"update": body, "token": bot.environment["TELEGRAM_TOKEN"]})


def poll_until(
    bot: Bot, condition: Callable[[], bool], seconds: float = 15.0, others: Sequence[Bot] = ()
) -> None:
    """Poll in this process until the condition holds, asked beside the event loop."""

    async def run() -> None:
        task = asyncio.create_task(polling.poll([bot, *others]))
        deadline = time.monotonic() + seconds
        while not await asyncio.to_thread(_asked, condition):
            assert time.monotonic() < deadline
            assert not task.done()
            await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())


def _asked(condition: Callable[[], bool]) -> bool:
    try:
        return condition()
    finally:
        connections.close_all()


def test_poll_carries_out_and_answers(bot: Bot, sandbox: Sandbox) -> None:
    bring(sandbox, bot, update(501, text="/start"))
    bring(sandbox, bot, shared(501, PHONE))
    poll_until(bot, lambda: len(sandbox.taken("telegram")) == 2)
    assert links() == [(PHONE, "501", "linked")]
    assert [entry["address"] for entry in sandbox.taken("telegram")] == ["501", "501"]
    assert "request_contact" in sandbox.taken("telegram")[0]["details"]["reply_markup"]


def test_poll_takes_several_bots(bot: Bot, sandbox: Sandbox, settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT |= {"TELEGRAM_TOKEN__30000001": f"{next(_tokens)}:sandbox"}
    own = bot_of("30000001")
    assert own is not None
    bring(sandbox, own, shared(501, PHONE))
    bring(sandbox, bot, update(502, text="hola"))

    async def run() -> None:
        task = asyncio.create_task(polling.poll([bot, own]))
        while len(sandbox.taken("telegram")) < 2:
            await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())
    assert sorted(entry["address"] for entry in sandbox.taken("telegram")) == ["501", "502"]


def test_update_is_fetched_again_until_the_database_is_back(
    bot: Bot, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tries = count(1)

    def away(*args: Any) -> Any:
        if next(tries) < 3:
            raise OperationalError
        return handling.handle(*args)

    monkeypatch.setattr(polling, "handle", away)
    monkeypatch.setattr(polling, "LONGEST_REST", 0.05)
    bring(sandbox, bot, shared(501, PHONE))
    poll_until(bot, lambda: len(links()) == 1)
    said = [one.getMessage() for one in caplog.records if one.name == "notica.linking.polling"]
    assert said[:2] == [
        "telegram shared: no updates for now: database",
        "telegram shared: updates come again",
    ]


def test_update_that_breaks_is_left_out_after_three_times(
    bot: Bot, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(given_bot: Bot, given: Any, now: Any) -> Any:
        if given["message"].get("text") == "broken":
            raise ValueError("a secret of somebody's")
        return handling.handle(given_bot, given, now)

    monkeypatch.setattr(polling, "handle", broken)
    monkeypatch.setattr(polling, "LONGEST_REST", 0.05)
    bring(sandbox, bot, update(501, text="broken"))
    bring(sandbox, bot, shared(501, PHONE))
    poll_until(bot, lambda: len(links()) == 1)
    broke = [one.getMessage() for one in caplog.records if one.levelno == logging.ERROR]
    assert broke == [f"telegram shared: an update broke, {number}" for number in (1, 2, 3)]


def test_conflict_is_said_once_and_gone_over(
    bot: Bot, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(polling, "LONGEST_REST", 0.05)
    sandbox.rule("telegram", "refuse", preset="conflict", operation="getUpdates", times=4)
    bring(sandbox, bot, shared(501, PHONE))
    poll_until(bot, lambda: len(links()) == 1)
    said = [one.getMessage() for one in caplog.records if one.name == "notica.linking.polling"]
    assert said == [
        "telegram shared: no updates for now: telegram.conflict",
        "telegram shared: updates come again",
    ]


def test_press_is_answered_twice(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    calls, given = [], pressed(501, "lang:en")

    class Api:
        async def updates(self, offset: int, seconds: int) -> list[Any]:
            return [given]

        async def call(self, method: str, parameters: dict[str, Any]) -> None:
            calls.append((method, parameters.get("callback_query_id")))

    async def once() -> None:
        with ThreadPoolExecutor(1) as database:
            poller = polling.Poller(bot, database)
            await poller.round(Api())  # type: ignore[arg-type]
            await poller.answers.close()
            database.submit(connections.close_all)

    asyncio.run(once())
    assert calls == [("editMessageText", None), ("answerCallbackQuery", "4711")]
    assert BotUpdate.objects.count() == 1


def test_chat_that_telegram_has_wait_keeps_nobody_else_waiting(bot: Bot, sandbox: Sandbox) -> None:
    sandbox.rule("telegram", "throttle", address="501", times=1, retry_after=25)
    bring(sandbox, bot, update(501, text="/ayuda"))
    bring(sandbox, bot, update(502, text="/ayuda"))
    poll_until(bot, lambda: [entry["address"] for entry in sandbox.taken("telegram")] == ["502"])
    account = ChannelAccount.objects.get(pk=bot.account_id)
    assert account.paused_until is not None
    assert account.paused_until > database_now()


def test_bot_that_breaks_does_not_end_anothers_hearing(
    bot: Bot, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.CHANNEL_ENVIRONMENT |= {"TELEGRAM_TOKEN__30000002": f"{next(_tokens)}:sandbox"}
    make_school("30000002")
    own = bot_of("30000002")
    assert own is not None
    begin = polling.Poller.round

    async def round_of(poller: polling.Poller, api: Any) -> None:
        if poller._bot == own:
            raise KeyError("result")
        await begin(poller, api)

    monkeypatch.setattr(polling.Poller, "round", round_of)
    monkeypatch.setattr(polling, "LONGEST_REST", 0.05)
    bring(sandbox, bot, shared(502, PHONE))
    poll_until(own, lambda: len(links()) == 1, others=[bot])
    assert links() == [(PHONE, "502", "linked")]


@pytest.fixture
def command(bot: Bot, queue_store: redis.Redis, process_environment: dict[str, str]) -> Iterator[Launched]:
    environment = {
        **process_environment,
        **{name: value for name, value in bot.environment.items() if name.startswith("TELEGRAM_")},
        "DJANGO_SETTINGS_MODULE": "tests.notica.linking.polling_settings",
    }
    launched = Launched([sys.executable, "manage.py", "telegram_bot"], environment)
    yield launched
    launched.clear()


def test_command_hears_and_ends_quickly_when_it_is_told(
    command: Launched, bot: Bot, sandbox: Sandbox, queue_store: redis.Redis
) -> None:
    bring(sandbox, bot, shared(501, PHONE))
    sandbox.wait_for(lambda entries: any(entry["taken"] for entry in entries), timeout=30)
    assert links() == [(PHONE, "501", "linked")]
    assert queue_store.keys("plumier:bots:*") != []
    begun = time.monotonic()
    assert command.end(signal.SIGTERM) == 0
    assert time.monotonic() - begun < 10


def test_command_without_a_bot_may_stay(
    transactional_db: None, queue_store: redis.Redis, process_environment: dict[str, str]
) -> None:
    """A container is not started again and again for want of a token."""
    launched = Launched([sys.executable, "manage.py", "telegram_bot", "--stay"], process_environment)
    try:
        launched.wait_for(lambda: queue_store.exists("plumier:bots"))
        assert "No hay ningún bot: ponga en TELEGRAM_TOKEN la clave que da @BotFather." in launched.output
        assert launched.end(signal.SIGTERM) == 0
    finally:
        launched.clear()
