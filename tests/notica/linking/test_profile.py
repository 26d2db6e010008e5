"""A bot's name is asked by a job and kept; it is told how to introduce itself in each language."""

from typing import Any

import django_rq
import pytest
import redis

from channels_app.models import ChannelAccount
from notica.heartbeat import beat_bots
from notica.linking import profile
from notica.linking.profile import introductions, refresh, wake_profiles
from plumier.models import School
from tests.notica.linking.said import TOKENS, shared_bot
from tests.providers.sandbox import Sandbox


def test_refresh_keeps_the_name(school: School, sandbox: Sandbox, settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = sandbox.environment
    assert refresh(shared_bot().account_id) == "plumier_1000_bot"
    assert ChannelAccount.objects.get(channel="telegram").handle == "plumier_1000_bot"


def test_refresh_of_a_bot_that_does_not_answer_keeps_what_was_known(school: School, settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = {**TOKENS, "TELEGRAM_API_URL": "http://127.0.0.1:9"}
    account = shared_bot().account_id
    ChannelAccount.objects.update(handle="known_bot")
    assert (refresh(account), refresh(0)) == ("", "")
    assert ChannelAccount.objects.get(channel="telegram").handle == "known_bot"


def test_introductions_are_in_every_language_and_in_spanish_for_others() -> None:
    calls = introductions()
    told = [(method, parameters.get("language_code", "")) for method, parameters in calls]
    methods = ("setMyCommands", "setMyDescription", "setMyShortDescription")
    assert told == [(method, code) for code in ("", "es", "vi", "en") for method in methods]
    commands = [[one["command"] for one in calls[number][1]["commands"]] for number in (0, 3, 6, 9)]
    assert commands == [
        ["estado", "idioma", "baja", "ayuda"],
        ["estado", "idioma", "baja", "ayuda"],
        ["trangthai", "ngonngu", "huy", "trogiup"],
        ["status", "language", "stop", "help"],
    ]


def test_introductions_are_within_what_telegram_takes() -> None:
    for _method, parameters in introductions():
        assert all(1 <= len(one["description"]) <= 256 for one in parameters.get("commands", []))
        assert len(parameters.get("description", "")) <= 512
        assert len(parameters.get("short_description", "")) <= 120


def test_wake_profiles_asks_once_and_again_for_another_token(
    transactional_db: None, school: School, settings: Any, queue_store: redis.Redis
) -> None:
    def waiting() -> int:
        return int(django_rq.get_queue("slow").count)

    wake_profiles()
    wake_profiles()
    assert waiting() == 1
    settings.CHANNEL_ENVIRONMENT = {"TELEGRAM_TOKEN": "1000:another"}
    wake_profiles()
    assert waiting() == 2
    (job, _other) = django_rq.get_queue("slow").jobs
    assert (job.func_name, job.args) == (profile.JOB, [shared_bot().account_id])


@pytest.mark.parametrize("method", ["getMe"])
def test_refresh_says_why_it_could_not(
    school: School, sandbox: Sandbox, settings: Any, caplog: pytest.LogCaptureFixture, method: str
) -> None:
    settings.CHANNEL_ENVIRONMENT = sandbox.environment
    sandbox.rule("telegram", "refuse", preset="token", operation=method, times=1)
    assert refresh(shared_bot().account_id) == ""
    said = [one.getMessage() for one in caplog.records if one.name == "notica.linking.profile"]
    assert said == ["telegram shared: its name is not known: telegram.token"]


@pytest.mark.parametrize(("polled", "warned"), [(False, True), (True, False)])
def test_refresh_warns_of_a_bot_that_nobody_hears(
    school: School,
    sandbox: Sandbox,
    settings: Any,
    queue_store: redis.Redis,
    caplog: pytest.LogCaptureFixture,
    polled: bool,
    warned: bool,
) -> None:
    """With https and a secret nothing is polled by itself, and the webhook may have been forgotten."""
    settings.PUBLIC_URL = "https://avisos.example"
    settings.CHANNEL_ENVIRONMENT = {**sandbox.environment, "TELEGRAM_WEBHOOK_SECRET": "secret"}
    if polled:
        beat_bots()
    refresh(shared_bot().account_id)
    said = "telegram shared: nobody hears it: run telegram_bot --webhook, or telegram_bot alone"
    assert (said in caplog.messages) is warned
