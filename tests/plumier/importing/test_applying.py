"""The jobs of imports break off, are killed, are overtaken, and tell how far they are."""

from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from plumier.clock import database_now
from plumier.importing import applying
from plumier.importing.applying import MOST_TRIES, work
from plumier.importing.pulse import LEASE, Pulse
from plumier.importing.runs import ask_to_apply, ask_to_undo, waiting
from plumier.models import ImportRun, Phase, School, Student, User
from tests.factories.register import make_director, make_school
from tests.plumier.importing.test_runs import FIRST, applied, upload


@pytest.fixture(autouse=True)
def _data_dir(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def school(db: None) -> School:
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


def break_off(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def broken(*_args: Any, **_options: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(applying, name, broken)


def test_apply_that_breaks_off_is_asked_for_again_and_given_up_after_three(
    school: School, director: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = upload(school, director, FIRST)
    ask_to_apply(run, by=director, now=database_now())
    break_off(monkeypatch, "import_file")
    for _ in range(MOST_TRIES):
        assert waiting() == [run.pk]
        work(run.pk)
    work(run.pk)
    run.refresh_from_db()
    assert (run.state, Student.objects.count(), waiting()) == ("failed", 0, [])
    assert run.notice == "Se interrumpió varias veces: no se ha cambiado nada. Pida ayuda."


def test_undo_that_is_given_up_leaves_an_import_that_is_applied(
    school: School, director: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = applied(school, director, FIRST)
    ask_to_undo(run, by=director, now=database_now())
    break_off(monkeypatch, "undo")
    for _ in range(MOST_TRIES + 1):
        work(run.pk)
    run.refresh_from_db()
    assert (run.state, Student.objects.count()) == ("applied", 3)
    monkeypatch.undo()
    ask_to_undo(run, by=director, now=database_now())
    work(run.pk)
    run.refresh_from_db()
    assert (run.state, Student.objects.count(), run.undone_by) == ("undone", 0, director)


def test_job_that_was_overtaken_writes_nothing(
    school: School, director: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = upload(school, director, FIRST)
    ask_to_apply(run, by=director, now=database_now())
    original = applying.import_file

    def overtaken(**options: Any) -> Any:
        ImportRun.objects.filter(pk=run.pk).update(tries=2)
        return original(**options)

    monkeypatch.setattr(applying, "import_file", overtaken)
    work(run.pk)
    run.refresh_from_db()
    assert (run.state, Student.objects.count()) == ("to_apply", 0)


def test_progress_and_lease_are_seen_from_outside_before_anything_is_committed(
    transactional_db: None,
) -> None:
    school = make_school()
    run = ImportRun.objects.create(
        school=school, file_name="x", size=1, sha256="", state="to_apply", tries=1, asked_at=database_now()
    )
    pulse, stranger = Pulse(run), Pulse(ImportRun(pk=run.pk, tries=2))
    pulse.at(Phase.WRITING, 30, 70)
    stranger.at(Phase.READING, 1, 2)
    pulse.beat()
    stranger.beat()
    with psycopg.connect(**connection.get_connection_params()) as outside:
        row = outside.execute(
            "SELECT phase, done, total, lease_until > plumier_now() + %s FROM plumier_importrun", [LEASE / 2]
        ).fetchone()
    assert row == ("writing", 30, 70, True)


def test_pulse_tells_from_a_session_of_its_own(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plumier.importing.pulse._EVERY", 0.001)
    school = make_school()
    run = ImportRun.objects.create(
        school=school, file_name="x", size=1, sha256="", state="to_read", tries=1, asked_at=database_now()
    )
    with Pulse(run) as pulse:
        pulse.at(Phase.COMPARING, 5)
        pulse.heard.wait(10)
    run.refresh_from_db()
    assert (run.phase, run.done) == ("comparing", 5)
