"""Tokens of deep links: opaque, kept nowhere, used once by one chat, for a quarter of an hour."""

import re
from datetime import timedelta
from typing import Any

from notica.linking.invitations import LIFETIME, accept, invite, token_of
from notica.models import LinkInvitation
from plumier.clock import database_now
from plumier.models import Person
from tests.factories.register import make_login
from tests.notica.linking.said import shared_bot


def test_invite_makes_a_token_that_telegram_takes_and_nothing_keeps(mother: Person) -> None:
    row = invite(make_login(mother).pk, shared_bot().account_id, now=database_now())
    token = token_of(row)
    assert re.fullmatch(r"[A-Za-z0-9_-]{48}", token) is not None
    assert token not in str(LinkInvitation.objects.values().get())


def test_invite_again_ends_the_earlier_one(mother: Person) -> None:
    user, bot, now = make_login(mother), shared_bot(), database_now()
    earlier = token_of(invite(user.pk, bot.account_id, now=now))
    later = token_of(invite(user.pk, bot.account_id, now=now))
    assert accept(earlier, bot.account_id, "501", now=now) is None
    assert accept(later, bot.account_id, "501", now=now) is not None
    assert LinkInvitation.objects.count() == 1


def test_accept_is_for_one_chat_of_one_bot(mother: Person, settings: Any) -> None:
    user, bot, now = make_login(mother), shared_bot(), database_now()
    token = token_of(invite(user.pk, bot.account_id, now=now))
    assert accept(token, bot.account_id + 1, "501", now=now) is None
    assert accept(token[:-1] + "x", bot.account_id, "501", now=now) is None
    assert accept(token[:16], bot.account_id, "501", now=now) is None
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    found = accept(token, bot.account_id, "501", now=now)
    assert found is not None
    assert (found.user_id, found.used_at, found.used_by) == (user.pk, now, "501")
    assert accept(token, bot.account_id, "502", now=now) is None
    assert accept(token, bot.account_id, "501", now=now) == found


def test_accept_ends_with_its_time(mother: Person) -> None:
    user, bot, now = make_login(mother), shared_bot(), database_now()
    token = token_of(invite(user.pk, bot.account_id, now=now))
    assert accept(token, bot.account_id, "501", now=now + LIFETIME) is None
    assert accept(token, bot.account_id, "501", now=now + LIFETIME - timedelta(seconds=1)) is not None
