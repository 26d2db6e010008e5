"""A family's phone in the sandbox talks to the bot as people do, by polling and by webhook."""

import asyncio
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from channels_app.telegram.api import BotApi
from notica.linking.bots import Bot, bot_of
from notica.models import BotUpdate
from plumier.models import Person
from tests.notica.linking.conftest import PHONE
from tests.notica.linking.said import links
from tests.notica.linking.test_polling import poll_until
from tests.processes import eventually
from tests.providers.sandbox import Sandbox

_tokens = count(18400)
SECRET = "a-secret"


@pytest.fixture
def bot(transactional_db: None, mother: Person, sandbox: Sandbox, settings: Any) -> Bot:
    environment = {**sandbox.environment, "TELEGRAM_TOKEN": f"{next(_tokens)}:sandbox"}
    settings.CHANNEL_ENVIRONMENT = {**environment, "TELEGRAM_WEBHOOK_SECRET": SECRET}
    found = bot_of("")
    assert found is not None
    return found


def phone(sandbox: Sandbox, bot: Bot) -> Callable[..., Any]:
    def act(do: str, **more: Any) -> Any:
        return sandbox.telegram("501", do, bot=bot.environment["TELEGRAM_TOKEN"], phone=PHONE, **more)

    return act


def test_family_talks_to_the_bot_that_is_polled(bot: Bot, sandbox: Sandbox) -> None:
    act = phone(sandbox, bot)
    act("start")
    act("share")
    poll_until(bot, lambda: len(sandbox.taken("telegram")) == 2)  # answered too: to stop then loses no words
    assert links() == [(PHONE, "501", "linked")]
    act("block")
    poll_until(bot, lambda: links() == [(PHONE, "501", "blocked")])
    act("unblock")
    poll_until(bot, lambda: links() == [(PHONE, "501", "linked")])
    act("repeat", count=3)
    act("say", text="/baja")
    poll_until(bot, lambda: len(sandbox.taken("telegram")) == 3)
    assert links() == [(PHONE, "501", "linked")]
    act("press", data="leave:yes")
    poll_until(bot, lambda: links() == [(PHONE, "", "inactive")])


def test_family_talks_to_the_bot_by_webhook(bot: Bot, sandbox: Sandbox, live_server: LiveServer) -> None:
    async def hook() -> None:
        async with BotApi(bot.environment) as api:
            await api.set_webhook(f"{live_server.url}/avisos/telegram/", SECRET)

    asyncio.run(hook())
    act = phone(sandbox, bot)
    act("start")
    act("share")
    eventually(lambda: links() == [(PHONE, "501", "linked")])
    eventually(lambda: len(sandbox.taken("telegram")) == 2)
    act("share_foreign", contact_phone="+34612345699", user_id=777)
    eventually(lambda: len(sandbox.taken("telegram")) == 3)
    seen = BotUpdate.objects.count()
    act("repeat", count=3)
    act("say", text="/estado")
    eventually(lambda: len(sandbox.taken("telegram")) == 4)
    assert (BotUpdate.objects.count(), links()) == (seen + 1, [(PHONE, "501", "linked")])
