"""Outcomes on disk: whole, without names, recorded once, never lost silently."""

import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from stat import S_ISDIR
from typing import Any

import pytest
from django.db import OperationalError

from channels_app.base import Fault, Outcome, OutcomeClass
from channels_app.models import Suppression
from notica import claiming, spool
from notica.models import Delivery
from notica.outbox import Sent
from notica.overdue import reap, resolve_uncertain
from tests.database import DatabaseClock
from tests.notica.rows import at_once, claimed, make_account, said
from tests.notica.telling import ACCEPTED, NOT_SENT, REFUSED, SILENT, attempts, states, taken


@pytest.fixture
def account(db: None) -> int:
    return make_account()


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "spool"


def sent_to(account: int, *outcomes: Outcome) -> list[Sent]:
    """A send for each, begun, and what came of it."""
    return [said(claimed(taken(account)), outcome) for outcome in outcomes]


def files(folder: Path) -> list[str]:
    return sorted(path.suffix for path in folder.iterdir())


def test_all_that_is_kept_comes_back(account: int, folder: Path) -> None:
    broken = Outcome(
        OutcomeClass.NOT_PROCESSED, "tokapp.token", Fault.ACCOUNT, retry_after=7.5, detail="«no»\n\0 ñ"
    )
    sent = sent_to(account, ACCEPTED, REFUSED, SILENT, NOT_SENT, broken)
    spool.keep(sent)
    (path,) = folder.iterdir()
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [spool._from_json(json.loads(line)) for line in lines] == sent
    assert (spool.replay(), files(folder)) == (5, [])
    assert states() == ["accepted", "failed", "uncertain", "ready", "ready"]
    assert len(attempts()) == 5


def test_file_has_its_name_when_it_is_whole_and_synced(
    account: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, list[str], int]] = []
    sync = os.fsync

    def watch(number: int) -> None:
        sync(number)
        size = sum(path.stat().st_size for path in folder.iterdir())
        seen.append(("folder" if S_ISDIR(os.fstat(number).st_mode) else "file", files(folder), size))

    monkeypatch.setattr(os, "fsync", watch)
    spool.keep(sent_to(account, ACCEPTED, SILENT))
    size = next(folder.iterdir()).stat().st_size
    assert seen == [("file", [".draft"], size), ("folder", [".outcomes"], size)]


def test_files_hold_neither_addresses_nor_names(account: int, folder: Path) -> None:
    sent = sent_to(account, ACCEPTED, REFUSED)
    spool.keep(sent)
    text = next(folder.iterdir()).read_text(encoding="utf-8")
    assert not [row.address for row in Delivery.objects.all() if row.address.removeprefix("+34") in text]
    assert folder.stat().st_mode & 0o077 == 0


def test_two_replays_at_once_record_once(transactional_db: None, folder: Path) -> None:
    account = make_account()
    for _ in range(6):
        spool.keep(sent_to(account, ACCEPTED, ACCEPTED))
    assert sum(at_once(*[spool.replay] * 4)) == 12
    assert (files(folder), states(), len(attempts())) == ([], ["accepted"] * 12, 12)


def test_replaying_twice_changes_nothing(account: int) -> None:
    sent = sent_to(account, ACCEPTED)
    for _ in range(2):
        spool.keep(sent)
    assert (spool.replay(), states(), attempts()) == (2, ["accepted"], [(1, "accepted", "")])


@pytest.mark.parametrize("meanwhile", [[reap], [reap, resolve_uncertain]])
def test_answer_from_disk_counts_after_the_lease_ran_out(
    account: int, database_clock: DatabaseClock, meanwhile: list[Callable[[], object]]
) -> None:
    spool.keep(sent_to(account, ACCEPTED))
    database_clock.advance(timedelta(seconds=claiming.LEASE + 1))
    for step in meanwhile:
        step()
    assert (spool.replay(), states()) == (1, ["accepted"])
    assert Delivery.objects.values_list("provider_id", flat=True).get() == "p-1"


def test_delivery_that_is_gone_stops_nothing(account: int, folder: Path) -> None:
    gone, kept = sent_to(account, ACCEPTED, ACCEPTED)
    spool.keep([gone, kept])
    Delivery.objects.filter(pk=gone.delivery_id).delete()
    assert (spool.replay(), files(folder), states()) == (2, [], ["accepted"])


def test_dead_address_is_remembered_from_disk_too(account: int) -> None:
    spool.keep(sent_to(account, REFUSED))
    spool.replay()
    assert Suppression.objects.values_list("reason", flat=True).get() == "tokapp.unknown_phone"


@pytest.mark.parametrize("torn", ['{"delivery_id": 1, "try', "[]\n", '{"delivery_id": 1}\n', "\udce4"])
def test_file_that_cannot_be_read_is_put_aside_and_stops_no_other(
    account: int, folder: Path, torn: str, caplog: pytest.LogCaptureFixture
) -> None:
    spool.keep(sent_to(account, ACCEPTED))
    kept = torn.encode("utf-8", "surrogateescape")
    (folder / "000.outcomes").write_bytes(kept)
    assert (spool.replay(), states(), files(folder)) == (1, ["accepted"], [".broken"])
    assert (folder / "000.broken").read_bytes() == kept
    assert "the outcomes in 000.outcomes cannot be recorded and are put aside" in caplog.text
    assert spool.replay() == 0


def test_file_stays_while_the_database_is_away(
    account: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.keep(sent_to(account, ACCEPTED))

    def away(sent: object) -> list[int]:
        raise OperationalError("the server closed the connection")

    with monkeypatch.context() as patch:
        patch.setattr(spool, "record", away)
        with pytest.raises(OperationalError):
            spool.replay()
    assert files(folder) == [".outcomes"]
    assert (spool.replay(), states()) == (1, ["accepted"])


def test_nothing_to_replay_is_nothing(db: None, folder: Path) -> None:
    assert (spool.replay(), folder.exists()) == (0, False)
