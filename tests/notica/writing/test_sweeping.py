"""Forgetting: old drafts and files that nobody has, and never a file that somebody has."""

import os
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from notica.choices import Audience, Way
from notica.drafts import Choice
from notica.files import keep, path_of
from notica.models import KeptDraft, KeptDraftFile, Message, MessageAttachment
from notica.writing import sweeping
from notica.writing.keeping import begin
from notica.writing.sweeping import sweep_all, sweep_folder, sweep_some
from plumier.clock import database_now
from plumier.models import User
from tests.factories.register import make_director, make_school

OLD = time.time() - 90_000


@pytest.fixture
def director(db: None, settings: Any, tmp_path: Path) -> User:
    settings.DATA_DIR = str(tmp_path / "data")
    return make_director(make_school())


def draft(by: User, days: int = 0) -> KeptDraft:
    kept = begin(by.people.get().school, Choice(Audience.FAMILY), Way.EMAIL, by=by, now=database_now())
    KeptDraft.objects.filter(pk=kept.pk).update(updated_at=database_now() - timedelta(days=days))
    return kept


def file(tmp_path: Path, content: str, *, old: bool = True) -> str:
    """A kept file's hash."""
    (tmp_path / "x").write_text(content)
    sha256 = keep(tmp_path / "x").sha256
    if old:
        os.utime(path_of(sha256), (OLD, OLD))
    return sha256


def facts(sha256: str) -> dict[str, Any]:
    return {"name": "a.pdf", "content_type": "application/pdf", "size": 1, "sha256": sha256}


def test_month_old_drafts_go_and_younger_ones_stay(director: User) -> None:
    young, _old = draft(director, 29), draft(director, 31)
    assert sweep_all() == (1, 0)
    assert KeptDraft.objects.get() == young


def test_only_files_that_nobody_has_go(director: User, tmp_path: Path) -> None:
    in_draft, in_message, of_gone, orphan = (file(tmp_path, name) for name in ("a", "b", "c", "d"))
    fresh = file(tmp_path, "e", old=False)
    KeptDraftFile.objects.create(draft=draft(director), **facts(in_draft))
    KeptDraftFile.objects.create(draft=draft(director, 31), **facts(of_gone))
    message = Message.objects.create(
        school=director.people.get().school, kind="message", to="familia", way="email", client_key="x",
        fingerprint="", not_before=database_now(), state="queued", created_at=database_now(),
    )  # fmt: skip
    MessageAttachment.objects.create(message=message, **facts(in_message))
    cut_off = tmp_path / "data" / "attachments" / "tmpcutoff"
    cut_off.write_text("x")
    os.utime(cut_off, (OLD, OLD))
    assert sweep_all() == (1, 3)
    left = [path_of(sha256).exists() for sha256 in (in_draft, in_message, fresh, of_gone, orphan)]
    assert (left, cut_off.exists()) == ([True, True, True, False, False], False)
    assert sweep_all() == (0, 0)


def test_file_that_is_laid_there_anew_meanwhile_stays(
    director: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = file(tmp_path, "a")

    def known(names: list[str]) -> set[str]:
        file(tmp_path, "a", old=False)
        return set()

    monkeypatch.setattr(sweeping, "_known", known)
    assert (sweep_folder(int(sha256[:2], 16)), path_of(sha256).read_text()) == (0, "a")
    assert len(list(path_of(sha256).parent.iterdir())) == 1


def test_clock_comes_round_to_every_folder(
    director: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    monkeypatch.setattr(sweeping, "sweep_folder", looked.append)
    monkeypatch.setattr(time, "time", lambda: 60.0 * len(looked))
    for _ in range(256):
        sweep_some()
    assert sorted(looked) == list(range(256))


def test_command_says_how_many(director: User, tmp_path: Path) -> None:
    draft(director, 31)
    file(tmp_path, "a")
    out = StringIO()
    call_command("sweep_files", stdout=out)
    assert out.getvalue() == "Borradores olvidados: 1. Ficheros borrados: 1.\n"
