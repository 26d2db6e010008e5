"""A channel made as CONTRIBUTING.md says, one folder and one line of the settings, and everything that comes of it."""

import re
import runpy
from collections import deque
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django_rq import get_queue
from django_rq.settings import QUEUES

from channels_app import environment
from channels_app.accounts import accounts_for
from channels_app.models import ChannelAccount
from channels_app.reasons import reason_text
from channels_app.registry import channel_class
from config import channels
from config.checks import channel_accounts
from notica.choices import channel_word, way_channels
from notica.models import Attempt, Delivery, Message, Recipient
from notica.tallying import tally
from plumier.models import Group
from tests.channels_app.adding.ntfy.channel import topic_of
from tests.database import DatabaseClock
from tests.factories.register import Parent, make_director, make_group, make_school, make_student
from tests.house.sources import ROOT
from tests.matrix.world import client_of
from tests.notica.conftest import run_engine
from tests.notica.stories import send_to, trail

__all__ = ["run_engine"]
LINE = {"ntfy": "tests.channels_app.adding.ntfy.channel.NtfyChannel"}
PHONES = ["+34600000001", "+34600000002", "+34600000003"]


class Ntfy:
    """A server that answers as it was told, then with 200; `posted` is (topic, text) of what it took."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, str]] = []
        self.asked = 0
        self.answers: deque[tuple[int, dict[str, str]]] = deque()
        told = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                text = self.rfile.read(int(self.headers["Content-Length"])).decode()
                told.asked += 1
                status, headers = told.answers.popleft() if told.answers else (200, {})
                if status == 200:
                    told.posted.append((self.path[1:], text))
                self.send_response(status)
                for name, value in {**headers, "Content-Length": "0"}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *arguments: Any) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def ntfy(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ntfy]:
    """The channel switched on by its line, with an account at a server of its own; no other has any.

    What the settings make of the line is made here once more, for they are loaded already.
    """
    server = Ntfy()
    thread = Thread(target=server.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    monkeypatch.setitem(channels.CHANNELS, "ntfy", LINE["ntfy"])
    made = runpy.run_path(str(ROOT / "config/settings.py"))
    settings.CHANNELS, settings.QUEUES = {**channels.CHANNELS}, made["QUEUES"]
    monkeypatch.setitem(QUEUES, "ntfy", {**made["RQ_QUEUES"]["ntfy"], "URL": settings.REDIS_URL})
    settings.CHANNEL_ENVIRONMENT = {"NTFY_URL": server.url}
    yield server
    server.server.shutdown()
    thread.join()
    server.server.server_close()


@pytest.fixture
def group(transactional_db: None, queue_store: object, database_clock: DatabaseClock) -> Group:
    group = make_group(make_school())
    for number, phone in enumerate(PHONES):
        make_student(
            group, f"Luis Gil {number}", [Parent(f"Marta Gil {number}", contacts={"phone_1": phone})]
        )
    return group


def send(group: Group, run_engine: Callable[[], None] | None = None) -> Message:
    message = send_to(group.school, make_director(group.school), groups=[group])
    if run_engine:
        run_engine()
    return message


def outcomes() -> list[tuple[str, str]]:
    return sorted(Attempt.objects.values_list("outcome", "code"))


def steps() -> list[str]:
    page = (ROOT / "CONTRIBUTING.md").read_text()
    section = page.partition("## How to add a channel\n")[2].partition("\n## ")[0]
    return re.split(r"^\d+\. ", section, flags=re.MULTILINE)[1:]


def test_steps_name_files_that_there_are() -> None:
    named = [
        name for step in steps() for name in re.findall(r"`([\w<>./-]+(?:/|\.(?:py|yml|example)))`", step)
    ]
    whole = [name for name in named if "/" in name or "." in name.strip(".")]
    paths = [name.replace("<name>", "tokapp") for name in whole]
    paths = [
        path if "/" in path or (ROOT / path).exists() else f"channels_app/tokapp/{path}" for path in paths
    ]
    assert len(paths) >= 10
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_example_has_the_folder_that_the_first_step_says() -> None:
    assert re.findall(r"`(\w+\.py)`", steps()[0]) == ["channel.py", "errors.py"]
    folder = Path(ROOT / "tests/channels_app/adding/ntfy")
    assert sorted(path.name for path in folder.glob("*.py")) == ["__init__.py", "channel.py", "errors.py"]


def test_line_makes_its_queue_and_takes_its_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(channels.CHANNELS, "ntfy", LINE["ntfy"])
    made = runpy.run_path(str(ROOT / "config/settings.py"))
    assert made["QUEUES"] == ("telegram", "tokapp", "email", "sms", "ntfy", "fanout", "slow")
    assert made["RQ_QUEUES"].keys() == set(made["QUEUES"])
    given = {"NTFY_URL__30000001": "http://127.0.0.1", "OTHER_URL": "x"}
    assert channels.accounts(given) == {"NTFY_URL__30000001": "http://127.0.0.1"}


def test_accounts_appear_and_its_values_are_looked_at(db: None, ntfy: Ntfy, settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = {"NTFY_URL": ntfy.url, "NTFY_URL__30000001": "ntfy.example"}
    usable = accounts_for("30000001")["ntfy"]
    assert (usable.owner, usable.configured, accounts_for("30000002")["ntfy"].owner) == ("30000001", True, "")
    problem = "NTFY_URL no es una dirección http o https."
    assert environment.problems(channel_class("ntfy"), "30000001") == [problem]
    assert [one.msg for one in channel_accounts(None)] == [f"ntfy (30000001): {problem}"]


def test_message_goes_out_by_it_to_each(ntfy: Ntfy, group: Group, run_engine: Callable[[], None]) -> None:
    message = send(group, run_engine)
    assert sorted(topic for topic, _text in ntfy.posted) == sorted(map(topic_of, PHONES))
    assert ["Mañana no hay clase." in text for _topic, text in ntfy.posted] == [True] * 3
    assert {(job.func_name, *job.args) for job in get_queue("ntfy").jobs} == {
        ("notica.delivery.drain", "ntfy")
    }
    assert trail(message) == [(1, "ntfy", phone, "accepted") for phone in PHONES]
    assert set(Recipient.objects.filter(message=message).values_list("outcome", flat=True)) == {"reached"}


def test_provider_that_asks_to_wait_is_obeyed_for_the_whole_account(
    ntfy: Ntfy, group: Group, run_engine: Callable[[], None], database_clock: DatabaseClock
) -> None:
    ntfy.answers.extend([(429, {"Retry-After": "40"})] * 3)
    send(group, run_engine)
    account = ChannelAccount.objects.get(channel="ntfy")
    assert account.paused_until is not None
    left = round((account.paused_until - database_clock.now()).total_seconds())
    assert (left in range(35, 41), ntfy.posted, ntfy.asked) == (True, [], 3)
    assert set(Delivery.objects.values_list("state", "spent")) == {("ready", 0)}
    database_clock.advance(timedelta(seconds=45))
    run_engine()
    assert len(ntfy.posted) == 3


def test_unanswered_send_goes_out_once_more_and_is_marked(
    ntfy: Ntfy, group: Group, run_engine: Callable[[], None], database_clock: DatabaseClock
) -> None:
    ntfy.answers.append((503, {}))
    send(group, run_engine)
    assert outcomes() == [("accepted", ""), ("accepted", ""), ("uncertain", "ntfy.503")]
    database_clock.advance(timedelta(seconds=31))
    run_engine()
    assert (len(ntfy.posted), Delivery.objects.filter(state="accepted", uncertain_count=1).count()) == (3, 1)


def test_broken_account_is_cut_off_and_its_reason_is_worded(
    ntfy: Ntfy, group: Group, run_engine: Callable[[], None]
) -> None:
    ntfy.answers.extend([(401, {})] * 3)
    send(group, run_engine)
    assert ChannelAccount.objects.get(channel="ntfy").circuit_reason == "ntfy.token"
    assert [reason_text(code) for code in ("ntfy.token", "ntfy.503", "ntfy.418")] == [
        "ntfy no reconoce la cuenta del centro",
        "Fallo de ntfy; puede haberse enviado",
        "ntfy rechazó el mensaje",
    ]


def test_pages_for_people_and_machines_show_it(
    ntfy: Ntfy, group: Group, run_engine: Callable[[], None]
) -> None:
    send(group, run_engine)
    tally()
    tally()
    page = client_of(make_director(group.school)).get(reverse("notica:channels")).content.decode()
    assert "Ntfy · cuenta común" in page
    assert "3 en 15 minutos" in page
    assert (channel_word("ntfy"), Client().get("/salud").json()["channels"]["ntfy"]) == ("Ntfy", "ok")
    assert (
        'plumier_tries_total{channel="ntfy",outcome="accepted",owner=""} 3.0'
        in Client().get("/metricas").content.decode()
    )


def test_way_takes_the_channels_of_its_form_in_the_settings_order(settings: Any) -> None:
    ways = ("email", "telegram_tokapp", "sms", "notica")
    assert [way_channels(way) for way in ways] == [("email",), ("telegram", "tokapp"), ("sms",), ()]
    settings.CHANNELS = {"tokapp": settings.CHANNELS["tokapp"], **LINE}
    assert [way_channels(way) for way in ways] == [(), ("tokapp", "ntfy"), (), ()]


def test_channel_is_called_by_its_own_word_and_a_way_by_its_label() -> None:
    names = ("email", "telegram", "tokapp", "sms", "telegram_tokapp", "notica", "fax")
    called = ["Correo", "Telegram", "TokApp", "SMS", "Telegram/TokApp", "Notica", "Fax"]
    assert [channel_word(name) for name in names] == called
