"""The tour as a whole: the roster in, three messages out by real workers, and a true account."""

from collections import Counter
from typing import Any

import pytest
from django.core.management import call_command

from demo.hanoi import school as hanoi
from demo.sandbox import SandboxControl
from demo.seeding import CODE
from demo.tour import losses
from notica.models import Delivery, InboxEntry, Message, Recipient
from plumier.clock import database_now
from plumier.models import Student
from tests.attendance.classes import NINE
from tests.database import DatabaseClock
from tests.providers.sandbox import Sandbox


@pytest.fixture
def tour_settings(sandbox: Sandbox, settings: Any, queue_store: object) -> Sandbox:
    settings.SANDBOX_URL = sandbox.url
    settings.SANDBOX_LOG = sandbox.log_path
    return sandbox


def test_tour_ends_with_nothing_lost(
    transactional_db: None,
    tour_settings: Sandbox,
    database_clock: DatabaseClock,
    capsys: pytest.CaptureFixture[str],
) -> None:
    database_clock.set(NINE)
    with pytest.raises(SystemExit) as end:
        call_command("demo", once=True)
    assert (end.value.code, capsys.readouterr().out.splitlines()[-1]) == (0, "No se ha perdido nada.")
    assert Student.objects.filter(school__code=CODE).count() == 969
    assert Student.objects.filter(school__code=hanoi.CODE).count() == 1312
    messages = Message.objects.filter(kind="message", school__code=CODE).order_by("id")
    assert [(message.way, message.state) for message in messages] == [
        ("telegram_tokapp", "finished"),
        ("email", "finished"),
        ("sms", "finished"),
    ]
    assert Recipient.objects.filter(outcome="").count() == 0
    assert {entry["error"] for entry in tour_settings.log() if entry["channel"] == "telegram"} >= {"blocked"}
    with_file = messages[1]
    assert InboxEntry.objects.filter(message=with_file).count() == 0
    of_second = Message.objects.filter(school__code=hanoi.CODE)
    assert Message.objects.filter(kind="acuse", school__code=CODE).count() == 3
    assert Counter(
        of_second.filter(kind__in=("message", "general", "journal")).values_list("kind", "state")
    ) == {
        ("general", "finished"): 1,
        ("journal", "finished"): 2,
        ("message", "queued"): 1,
    }
    of_attendance = Message.objects.filter(kind__startswith="absence")
    assert Counter(of_attendance.values_list("kind", "state")) == {
        ("absence", "finished"): 3,
        ("absence_excuse", "finished"): 1,
    }


def test_losses_tells_what_no_provider_took(transactional_db: None, tour_settings: Sandbox) -> None:
    now = database_now()
    row = {"message_id": 7, "recipient_id": 7, "person_id": 7, "school_id": 7, "account_id": 7, "step": 1}
    sent = {"lane": 1, "state": "accepted", "not_before": now, "expires_at": now}
    Delivery.objects.create(channel="email", address="A@x.example", endpoint="A@x.example", **row, **sent)
    assert losses([7], SandboxControl()) == ["1 dados por entregados que ningún canal recibió."]


def test_losses_takes_what_a_provider_says_was_received_for_taken(
    transactional_db: None, tour_settings: Sandbox
) -> None:
    control, now = SandboxControl(), database_now()
    row = {"message_id": 7, "recipient_id": 7, "person_id": 7, "school_id": 7, "account_id": 7, "step": 1}
    sent = {"lane": 1, "state": "delivered", "not_before": now, "expires_at": now}
    Delivery.objects.create(channel="sms", address="+34600000009", endpoint="+34600000009", **row, **sent)
    assert losses([7], control) == ["1 dados por entregados que ningún canal recibió."]
