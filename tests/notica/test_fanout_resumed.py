"""A fan-out that was killed, cancelled or left holes: taken up where it stopped, nobody lost, nobody twice."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import F, Sum

from notica import fanout, preparing
from notica.database import alone_at
from notica.models import Delivery, InboxEntry, Message, ProgressDelta, Recipient, RecipientAbout
from notica.preparing import Prepared
from plumier.models import Group, School, SchoolPolicy
from tests.factories.crowds import make_families
from tests.factories.register import Parent, make_director, make_group, make_school, make_student, mobile
from tests.notica.rows import elsewhere
from tests.notica.stories import send_to

ACCOUNTS = {
    "EMAIL_URL": "smtp://127.0.0.1:9",
    "EMAIL_FROM": "avisos@plumier.example",
    "TWILIO_ACCOUNT_SID": "AC1",
    "TWILIO_AUTH_TOKEN": "secret",
    "TWILIO_FROM": "+34600000000",
}
CHUNK = 3
KILLED = """
import os, signal, sys
import django
django.setup()
from django.conf import settings
from notica import fanout
settings.CHANNEL_ENVIRONMENT = {accounts}
fanout.CHUNK = {chunk}
write, left = fanout.write_chunk, {after}
def dies(*arguments):
    global left
    if left == 0 and not {written}:
        os.kill(os.getpid(), signal.SIGKILL)
    made = write(*arguments)
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    return made
fanout.write_chunk = dies
fanout.fan_out({message})
"""


@pytest.fixture
def school(transactional_db: None) -> School:
    school = make_school()
    SchoolPolicy.objects.update(sms_to_many=True)
    return school


@pytest.fixture
def group(school: School) -> Group:
    """Ten families, three of them with two children, and two children whom nobody answers for."""
    group = make_group(school)
    mothers = [
        Parent(f"Madre {number}", contacts={"email": f"m{number}@familia.example", "phone_1": mobile()})
        for number in range(3)
    ]
    for mother in mothers:
        make_student(group, "Mayor", [mother])
    make_student(group, "Sola Uno")
    make_families(group, 7, "phone_1")
    for mother in mothers:
        make_student(group, "Menor", [mother])
    make_student(group, "Sola Dos")
    return group


@pytest.fixture
def send(
    school: School, group: Group, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Message]:
    """Send to the group, to be fanned out by a job in chunks of three."""
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    monkeypatch.setattr("notica.actions.AT_ONCE", 0)
    monkeypatch.setattr("notica.fanout.CHUNK", CHUNK)
    director = make_director(school)
    return lambda to="familia", way="email": send_to(school, director, to=to, way=way, groups=[group])


def written(message: Message) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of a message without their own ids."""
    deliveries = Delivery.objects.filter(message_id=message.pk)
    about = RecipientAbout.objects.filter(message_id=message.pk)
    deltas = ProgressDelta.objects.filter(message_id=message.pk)
    return {
        "recipients": sorted(
            Recipient.objects.filter(message=message).values_list("person", "family_of", "outcome", "plan"),
            key=repr,
        ),
        "deliveries": sorted(deliveries.values_list("person_id", "channel", "step", "address")),
        "about": sorted(about.values_list("recipient__person", "recipient__family_of", "student"), key=repr),
        "inbox": sorted(InboxEntry.objects.filter(message=message).values_list("person_id")),
        "progress": sorted(deltas.values_list("outcome").annotate(Sum("count"))),
    }


def planned(message: Message, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Fan out; the keys of those who were planned: people, and families as negative numbers."""
    keys: list[int] = []

    def told(chunk: list[Prepared]) -> list[Prepared]:
        keys.extend(fanout._key(prepared) for prepared in chunk)
        return chunk

    with monkeypatch.context() as patch:
        patch.setattr(fanout, "prepare", lambda *arguments: map(told, preparing.prepare(*arguments)))
        fanout.fan_out(message.pk)
    return keys


def keys_of(message: Message) -> list[int]:
    rows = Recipient.objects.filter(message=message).order_by("pk").values_list("person", "family_of")
    return [person or -family for person, family in rows]


def kill_after(message: Message, chunks: int, *, in_the_middle: bool, environment: dict[str, str]) -> None:
    """Fan out in a process of its own that is killed after so many chunks: between two, or within the next."""
    program = KILLED.format(
        accounts=ACCOUNTS, chunk=CHUNK, after=chunks, written=in_the_middle, message=message.pk
    )
    ended = subprocess.run([sys.executable, "-c", program], env=environment, check=False)
    assert ended.returncode == -signal.SIGKILL
    ends_at = time.monotonic() + 10  # its session lives until the server notices
    while not is_free(message):
        assert time.monotonic() < ends_at


def is_free(message: Message) -> bool:
    with alone_at(fanout.LOCK_CLASS, message.pk) as alone:
        return alone


WAYS = [("familia", "email"), ("familia", "sms"), ("alumno", "email")]


@pytest.mark.parametrize(
    ("to", "way", "chunks", "in_the_middle"),
    [
        ("familia", "email", 1, False),
        ("familia", "email", 4, True),
        ("familia", "sms", 2, False),
        ("alumno", "email", 3, True),
    ],
)
def test_killed_run_is_taken_up_after_its_last_chunk(
    send: Callable[..., Message],
    process_environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    to: str,
    way: str,
    chunks: int,
    in_the_middle: bool,
) -> None:
    whole, message = send(to, way), send(to, way)
    assert planned(whole, monkeypatch) == keys_of(whole)
    kill_after(message, chunks, in_the_middle=in_the_middle, environment=process_environment)
    begun = keys_of(message)
    assert 0 < len(begun) < len(keys_of(whole))
    assert planned(message, monkeypatch) == keys_of(whole)[len(begun) :]
    assert keys_of(message) == keys_of(whole)
    assert written(message) == written(whole)
    message.refresh_from_db()
    assert (message.expected, message.fanned_out_at is not None) == (len(keys_of(whole)), True)


@pytest.mark.parametrize(("to", "way"), WAYS)
def test_message_with_a_hole_is_found_and_filled(send: Callable[..., Message], to: str, way: str) -> None:
    whole, message = send(to, way), send(to, way)
    for one in (whole, message):
        fanout.fan_out(one.pk)
    assert fanout.incomplete() == []
    lost = Recipient.objects.filter(message=message).order_by("pk")[2]
    Delivery.objects.filter(recipient_id=lost.pk).delete()
    ProgressDelta.objects.create(message_id=message.pk, outcome=lost.outcome, count=-1)
    lost.delete()
    assert fanout.incomplete() == [message.pk]
    fanout.fan_out(message.pk)
    assert fanout.incomplete() == [message.pk]
    fanout.reopen(fanout.incomplete())
    assert fanout.incomplete() == []
    fanout.fan_out(message.pk)
    assert fanout.incomplete() == []
    assert written(message) == written(whole)


def test_only_what_is_being_sent_is_opened_again(send: Callable[..., Message]) -> None:
    message = send()
    fanout.fan_out(message.pk)
    Recipient.objects.filter(message=message).earliest("pk").delete()
    Message.objects.update(state="finished", finished_at=F("created_at"))
    assert fanout.incomplete() == []
    fanout.reopen([message.pk])
    message.refresh_from_db()
    assert message.fanned_out_at is not None


def test_number_of_recipients_is_kept_however_they_were_written(
    send: Callable[..., Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    by_job = send()
    assert by_job.expected is None
    monkeypatch.setattr("notica.actions.AT_ONCE", 100)
    at_once = send()
    fanout.fan_out(by_job.pk)
    kept = Message.objects.filter(pk__in=[by_job.pk, at_once.pk]).values_list("expected", flat=True)
    assert list(kept) == [12, 12]


def test_message_cancelled_between_two_chunks_gets_no_more(
    send: Callable[..., Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    message, write = send(), fanout.write_chunk

    def cancelled_after(context: Any, chunk: list[Prepared], now: Any) -> int:
        made = write(context, chunk, now)
        transaction.on_commit(lambda: cancel(message))
        return made

    monkeypatch.setattr(fanout, "write_chunk", cancelled_after)
    fanout.fan_out(message.pk)
    message.refresh_from_db()
    assert (len(keys_of(message)), message.state, message.fanned_out_at) == (CHUNK, "cancelled", None)


def test_who_cancels_waits_for_the_chunk_that_is_being_written(send: Callable[..., Message]) -> None:
    message = send()
    fanout.begin(message.pk)
    with transaction.atomic():
        assert fanout._is_wanted(message.pk)
        with pytest.raises(OperationalError):
            elsewhere(lambda: cancel(message, "100ms"))
    elsewhere(lambda: cancel(message))
    assert not fanout._is_wanted(message.pk)


def cancel(message: Message, patience: str = "20s") -> None:
    """As its sender does, while a fan-out is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [patience])
    Message.objects.filter(pk=message.pk, state="sending").update(
        state="cancelled", cancelled_at=F("created_at"), cancelled_by=F("sender")
    )
