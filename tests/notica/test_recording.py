"""Outcomes on their way to the database, which may be away for a moment or for longer."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError

from channels_app.models import ChannelAccount
from notica import poller, recording
from notica.delivery import drain
from notica.models import Attempt, Delivery, Message
from notica.outbox import Sent, record
from notica.progress import totals
from plumier.models import School
from tests.database import DatabaseClock
from tests.factories.crowds import make_families
from tests.factories.register import make_director, make_group, make_school
from tests.notica.rows import claimed, make_account, said
from tests.notica.stories import send_to
from tests.notica.telling import ACCEPTED, states, taken
from tests.providers.sandbox import Sandbox

NUMBER = 30


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "spool"


@pytest.fixture
def school(transactional_db: None, sandbox: Sandbox) -> School:
    return make_school()


@pytest.fixture
def message(school: School) -> Message:
    group = make_group(school)
    make_families(group, NUMBER)
    return send_to(school, make_director(school), groups=[group])


def away(times: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let the database be away for so many writings; how many were tried."""
    tried: list[int] = []

    def write(batch: Sequence[Sent]) -> list[int]:
        tried.append(len(batch))
        if len(tried) <= times:
            raise OperationalError("the server closed the connection")
        return record(batch)

    monkeypatch.setattr(recording, "record", write)
    return tried


def test_database_away_for_a_moment_loses_nothing(
    message: Message, sandbox: Sandbox, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = away(2, monkeypatch)
    drain("tokapp", linger=False)
    assert len(tried) >= 3
    assert (totals(message.pk), len(sandbox.taken()), folder.exists()) == ({"reached": NUMBER}, NUMBER, False)
    assert Attempt.objects.count() == NUMBER


def test_database_away_for_longer_leaves_the_outcomes_on_disk(
    message: Message, sandbox: Sandbox, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(recording, "PATIENCE_SECONDS", 0.2)
        away(10**6, patch)
        drain("tokapp", linger=False)
    assert (totals(message.pk), set(Delivery.objects.values_list("state", flat=True))) == (
        {"": NUMBER},
        {"sending"},
    )
    text = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    assert text.count("\n") == NUMBER
    assert not [row.address for row in Delivery.objects.all() if row.address[3:] in text]
    assert "Madre" not in text
    drain("tokapp", linger=False)
    assert (totals(message.pk), list(folder.iterdir())) == ({"reached": NUMBER}, [])
    assert len(sandbox.taken()) == NUMBER
    assert set(Delivery.objects.values_list("state", "uncertain_count")) == {("accepted", 0)}


def test_round_of_the_clock_records_what_waits_on_disk(
    message: Message, sandbox: Sandbox, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(recording, "PATIENCE_SECONDS", 0.0)
        away(10**6, patch)
        drain("tokapp", linger=False)
    poller.tick()
    assert (totals(message.pk), list(folder.iterdir())) == ({"reached": NUMBER}, [])


def test_trouble_with_the_disk_is_no_reason_to_send_nothing(
    message: Message, sandbox: Sandbox, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "no-file.outcomes").mkdir(parents=True)
    drain("tokapp", linger=False)
    assert (totals(message.pk), len(sandbox.taken())) == ({"reached": NUMBER}, NUMBER)
    assert "the outcomes on disk cannot be recorded" in caplog.text


def test_outcomes_wait_ten_seconds_before_they_go_to_disk(
    transactional_db: None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(now=0.0)
    clock.monotonic = lambda: clock.now
    clock.sleep = lambda seconds: setattr(clock, "now", clock.now + seconds)
    monkeypatch.setattr(recording, "time", clock)
    tried = away(10**6, monkeypatch)
    sent = [said(claimed(taken(make_account())), ACCEPTED)]
    assert recording.write_patiently(sent) is None
    waits = recording.PATIENCE_SECONDS - recording.LONGEST_WAIT_SECONDS
    assert waits <= clock.now <= recording.PATIENCE_SECONDS
    assert (len(list(folder.iterdir())), states()) == (1, ["sending"])
    assert len(tried) > 10


def test_commit_that_was_in_doubt_and_done_is_settled_by_the_clock(
    message: Message, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer to the commit was lost: the second writing finds nothing to change."""
    doubtful = []

    def write(batch: Sequence[Sent]) -> list[int]:
        recipients = record(batch)
        if not doubtful:
            doubtful.append(len(batch))
            raise OperationalError("the server closed the connection")
        return recipients

    with monkeypatch.context() as patch:
        patch.setattr(recording, "record", write)
        drain("tokapp", linger=False)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"accepted"}
    assert totals(message.pk).get("") == doubtful[0]
    poller.tick()
    assert (totals(message.pk), Attempt.objects.count()) == ({"reached": NUMBER}, NUMBER)


def test_batch_that_cannot_be_written_does_not_end_the_line(
    message: Message, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A mistake of ours: nothing is said of these sends; their leases run out and mark them."""

    def write(batch: Sequence[Sent]) -> list[int]:
        raise ValueError("a mistake")

    monkeypatch.setattr(recording, "record", write)
    drain("tokapp", linger=False)
    account = ChannelAccount.objects.get(channel="tokapp").pk
    assert f"a batch of outcomes of the account {account} is not recorded" in caplog.text
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sending"}


def test_refused_account_is_cut_off_and_tried_with_one_send(
    message: Message, sandbox: Sandbox, database_clock: DatabaseClock
) -> None:
    sandbox.refuse("tokapp", "token")
    drain("tokapp", linger=False)
    first = len(sandbox.log())
    account = ChannelAccount.objects.get(channel="tokapp")
    assert (account.circuit_open_until is not None, account.circuit_reason != "") == (True, True)
    assert set(Delivery.objects.values_list("state", "spent")) == {("ready", 0)}
    database_clock.advance(timedelta(seconds=61))
    drain("tokapp", linger=False)
    assert len(sandbox.log()) == first + 1
    sandbox.reset()
    database_clock.advance(timedelta(seconds=61))
    drain("tokapp", linger=False)
    account.refresh_from_db()
    assert (account.circuit_open_until, account.circuit_reason) == (None, "")
    database_clock.advance(timedelta(seconds=61))
    drain("tokapp", linger=False)
    assert (totals(message.pk), len(sandbox.taken())) == ({"reached": NUMBER}, NUMBER)
