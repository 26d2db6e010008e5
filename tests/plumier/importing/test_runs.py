"""An import is looked at, applied as it was shown, and taken back as a whole (requirement A5)."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from plumier.clock import database_now
from plumier.importing import stored
from plumier.importing.actions import Ask
from plumier.importing.applying import MOST_TRIES, work
from plumier.importing.pulse import LEASE
from plumier.importing.runs import (
    FORGOTTEN_AFTER,
    KEPT,
    UNDO_WITHIN,
    ask_to_apply,
    ask_to_undo,
    start_run,
    waiting,
    wake_waiting,
)
from plumier.importing.stored import lay_aside
from plumier.models import (
    AcademicYear,
    Contact,
    Guardianship,
    ImportDifference,
    ImportRun,
    Person,
    Post,
    RegisterEdit,
    School,
    Student,
    User,
)
from plumier.refusals import Refused
from plumier.roles import Role
from tests.database import DatabaseClock
from tests.factories.register import make_director, make_school
from tests.factories.rosters import Cell, csv_file

HEADER: list[Cell] = [
    *("Expediente", "Alumno/a", "Grupo", "Estado matrícula", "Teléfono"),
    *("Padre", "DNI padre", "Teléfono padre", "Mensaje padre", "Madre", "DNI madre", "Teléfono madre", "Mensaje madre"),
]  # fmt: skip
PEDRO: list[Cell] = ["Gil Sáez, Pedro", "12345678Z", "600111111", "Sí"]
MARTA: list[Cell] = ["Ros Vera, Marta", "87654321X", "600222222", "Sí"]
EVA: list[Cell] = ["Sol Mar, Eva", "11111111H", "600333333", "Sí"]
LUZ: list[Cell] = ["Díaz, Luz", "22222222J", "600444444", "Sí"]
NOBODY: list[Cell] = ["", "", "", ""]
FIRST: list[list[Cell]] = [
    HEADER,
    ["1", "Gil Ros, Luis", "1º ESO A", "Matriculado", "600000001", *PEDRO, *MARTA],
    ["2", "Gil Ros, Ana", "1º ESO A", "Matriculado", "", *PEDRO, *MARTA],
    ["3", "Sol Paz, Iris", "1º ESO B", "Matriculado", "600000003", *NOBODY, *EVA],
]
# Parents change places, a phone changes and one goes, a group moves, somebody leaves, a guardian ends, one is new.
SECOND: list[list[Cell]] = [
    HEADER,
    ["1", "Gil Ros, Luis María", "1º ESO B", "Matriculado", "", *MARTA, *PEDRO],
    ["2", "Gil Ros, Ana", "1º ESO A", "Baja", "600000002", *NOBODY, *MARTA],
    ["3", "Sol Paz, Iris", "1º ESO B", "Matriculado", "600000009", *NOBODY, *EVA],
    ["4", "Nuevo Díaz, Hugo", "2º ESO A", "Matriculado", "600000004", *NOBODY, *LUZ],
]  # fmt: skip
UNTOUCHED = {
    "plumier_registeredit",
    "plumier_registerchange",
    "plumier_importrun",
    "plumier_importdifference",
}


@pytest.fixture(autouse=True)
def _data_dir(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def school(db: None) -> School:
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


def upload(school: School, by: User, rows: list[list[Cell]], year: str = "") -> ImportRun:
    run = start_run(
        school, "matrícula.csv", lay_aside([csv_file(rows)]), Ask(year=year), by=by, now=database_now()
    )
    work(run.pk)
    run.refresh_from_db()
    return run


def applied(school: School, by: User, rows: list[list[Cell]]) -> ImportRun:
    run = upload(school, by, rows)
    ask_to_apply(run, by=by, now=database_now())
    work(run.pk)
    run.refresh_from_db()
    assert run.state == "applied"
    return run


def undone(run: ImportRun, by: User) -> ImportRun:
    ask_to_undo(run, by=by, now=database_now())
    work(run.pk)
    run.refresh_from_db()
    return run


def register() -> dict[str, list[Any]]:
    """Every row of every table of the register."""
    tables = {model._meta.db_table for model in apps.get_app_config("plumier").get_models()} - UNTOUCHED
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f"SELECT to_jsonb(t) FROM {table} t ORDER BY t.id")
            found[table] = [row[0] for row in cursor.fetchall()]
    return found


def test_upload_is_read_and_writes_nothing(school: School, director: User) -> None:
    before = register()
    run = upload(school, director, FIRST)
    assert (run.state, run.report["students"]["new"], register()) == ("ready", 3, before)
    told = ImportDifference.objects.filter(run=run, whose="student").values_list("who", "change", "after")
    assert sorted(told)[0] == ("Gil Ros, Ana (2)", "new", "1º ESO A")


def test_asked_twice_is_asked_once_and_nobody_else_is_named(school: School, director: User) -> None:
    run = upload(school, director, FIRST)
    other = make_director(school)
    ask_to_apply(run, by=other, now=database_now())
    ask_to_apply(run, by=director, now=database_now())
    run.refresh_from_db()
    assert (run.state, run.by, run.applied_by) == ("to_apply", director, other)
    with pytest.raises(Refused, match="«Aplicando»"):
        ask_to_undo(run, by=director, now=database_now())


def test_what_is_applied_is_what_was_shown(school: School, director: User) -> None:
    run = applied(school, director, FIRST)
    assert (Student.objects.count(), run.applied_at is not None) == (3, True)
    causes = (
        RegisterEdit.objects.filter(table_name="plumier_student").values_list("cause", "actor_id").distinct()
    )
    assert list(causes) == [(f"import:{run.pk}", director.pk)]


def test_same_file_again_changes_nothing(school: School, director: User) -> None:
    applied(school, director, FIRST)
    run = upload(school, director, FIRST)
    assert (run.state, ImportDifference.objects.filter(run=run).count()) == ("ready", 0)


def test_messy_import_undone_leaves_the_register_as_it_was(school: School, director: User) -> None:
    applied(school, director, FIRST)
    before = register()
    run = applied(school, director, SECOND)
    assert register() != before
    run = undone(run, director)
    assert (run.state, run.notice) == ("undone", "")
    assert register() == before
    again = undone_then_applied(school, director)
    assert again.state == "applied"


def undone_then_applied(school: School, director: User) -> ImportRun:
    return applied(school, director, SECOND)


def test_first_import_undone_leaves_an_empty_register(school: School, director: User) -> None:
    before = register()
    assert undone(applied(school, director, FIRST), director).state == "undone"
    assert register() == before


def changed_by_hand(run: ImportRun) -> str:
    Contact.objects.filter(value="+34600000009").update(value="+34600000008")
    return "contacto +34600000008"


def given_a_post(run: ImportRun) -> str:
    person = Person.objects.get(given_name="Luz")
    Post.objects.create(school=run.school, person=person, role=Role.PAS, held_from="2026-09-01")
    return "cargo PAS · Díaz, Luz"


def made_a_guardian(run: ImportRun) -> str:
    person, student = Person.objects.get(given_name="Luz"), Student.objects.get(expediente="3")
    Guardianship.objects.create(
        school=run.school,
        student=student,
        guardian=person,
        relation="other",
        order=3,
        receives_messages=False,
    )
    return "tutela tutor legal · Díaz, Luz"


@pytest.mark.parametrize("touch", [changed_by_hand, given_a_post, made_a_guardian])
def test_import_that_others_have_built_on_is_not_undone_and_says_what(
    school: School, director: User, touch: Callable[[ImportRun], str]
) -> None:
    applied(school, director, FIRST)
    run = applied(school, director, SECOND)
    named = touch(run)
    before = register()
    run = undone(run, director)
    assert (run.state, register()) == ("applied", before)
    assert named in run.notice


def test_import_is_undone_within_a_day_and_not_later(
    school: School, director: User, database_clock: DatabaseClock
) -> None:
    run = applied(school, director, FIRST)
    database_clock.advance(UNDO_WITHIN + timedelta(seconds=1))
    with pytest.raises(Refused, match="24 horas"):
        ask_to_undo(run, by=director, now=database_now())


def test_register_that_changed_meanwhile_is_shown_again_and_not_written(
    school: School, director: User
) -> None:
    applied(school, director, FIRST)
    run = upload(school, director, SECOND)
    Contact.objects.filter(value="+34600000001").delete()
    before = register()
    ask_to_apply(run, by=director, now=database_now())
    work(run.pk)
    run.refresh_from_db()
    assert (run.state, register()) == ("ready", before)
    assert run.notice.startswith("El registro ha cambiado")
    ask_to_apply(run, by=director, now=database_now())
    work(run.pk)
    run.refresh_from_db()
    assert run.state == "applied"


def test_file_with_errors_is_shown_and_cannot_be_applied(school: School, director: User) -> None:
    run = upload(school, director, [*FIRST, FIRST[1]])
    assert (run.state, [error["row"] for error in run.report["errors"]]) == ("wrong", [5])
    with pytest.raises(Refused):
        ask_to_apply(run, by=director, now=database_now())


def test_file_that_is_no_roster_has_failed_in_words(school: School, director: User) -> None:
    run = start_run(school, "x.pdf", lay_aside([b"%PDF-1.7"]), Ask(), by=director, now=database_now())
    work(run.pk)
    run.refresh_from_db()
    assert (run.state, run.notice) == (
        "failed",
        "El archivo es un PDF: pida el listado en Excel (.xlsx) o CSV.",
    )


def test_year_that_is_not_there_is_refused_at_once(school: School, director: User) -> None:
    with pytest.raises(Refused):
        start_run(school, "x", lay_aside([b"x"]), Ask(year="2030/2031"), by=director, now=database_now())


def test_coming_year_is_filled_beside_the_current_one(school: School, director: User) -> None:
    year = AcademicYear.objects.create(school=school, name="2027/2028", is_current=False)
    run = upload(school, director, FIRST, year=year.name)
    ask_to_apply(run, by=director, now=database_now())
    work(run.pk)
    assert (year.enrolments.count(), year.groups.count()) == (3, 2)


def test_job_that_died_is_found_by_the_clock_and_given_up_after_three(
    school: School, director: User, database_clock: DatabaseClock
) -> None:
    run = start_run(school, "x.csv", lay_aside([csv_file(FIRST)]), Ask(), by=director, now=database_now())
    for tries in range(1, MOST_TRIES + 1):
        assert waiting() == [run.pk]
        ImportRun.objects.update(tries=tries, lease_until=database_now() + LEASE)
        assert waiting() == []
        work(run.pk)
        database_clock.advance(LEASE)
    work(run.pk)
    run.refresh_from_db()
    assert (run.state, Student.objects.count()) == ("failed", 0)


def test_upload_is_deleted_when_its_time_is_over_and_what_it_changed_stays_readable(
    school: School, director: User, database_clock: DatabaseClock
) -> None:
    run = applied(school, director, FIRST)
    file, told = stored.folder() / run.stored, ImportDifference.objects.filter(run=run).count()
    wake_waiting()
    assert file.exists()
    database_clock.advance(KEPT + timedelta(seconds=1))
    wake_waiting()
    run.refresh_from_db()
    assert (file.exists(), run.stored, run.state) == (False, "", "applied")
    assert run.report.keys() & {"errors", "warnings"} == set()
    assert told == ImportDifference.objects.filter(run=run).count() > 0


def test_import_that_nobody_applied_lapses_with_its_file(
    school: School, director: User, database_clock: DatabaseClock
) -> None:
    run = upload(school, director, FIRST)
    database_clock.advance(KEPT + timedelta(seconds=1))
    wake_waiting()
    run.refresh_from_db()
    assert (run.state, run.notice) == ("failed", "Nadie la aplicó en 30 días: suba el archivo de nuevo.")
    assert list(stored.folder().iterdir()) == list(ImportDifference.objects.filter(run=run)) == []


def test_import_is_forgotten_with_the_history(
    school: School, director: User, database_clock: DatabaseClock
) -> None:
    applied(school, director, FIRST)
    database_clock.advance(FORGOTTEN_AFTER + timedelta(seconds=1))
    wake_waiting()
    assert (ImportRun.objects.count(), ImportDifference.objects.count()) == (0, 0)


def test_upload_that_no_import_knows_is_swept_after_a_day(school: School, director: User) -> None:
    run = upload(school, director, FIRST)
    fresh, orphan = lay_aside([b"a"]), lay_aside([b"b"])
    long_ago = time.time() - 90_000
    for name in (run.stored, orphan.name):
        os.utime(stored.folder() / name, (long_ago, long_ago))
    wake_waiting()
    assert {file.name for file in stored.folder().iterdir()} == {run.stored, fresh.name}


def test_upload_that_breaks_off_leaves_no_file(school: School) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"abc"
        raise OSError

    with pytest.raises(OSError):
        lay_aside(chunks())
    assert list(stored.folder().iterdir()) == []


def test_upload_is_read_by_its_owner_alone(school: School) -> None:
    kept = lay_aside([b"abc", b"def"])
    file = stored.folder() / kept.name
    assert (file.read_bytes(), kept.size, file.stat().st_mode & 0o777) == (b"abcdef", 6, 0o600)


def test_import_by_command_stands_in_the_list_and_is_undone_by_command(
    school: School, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = register()
    file = tmp_path / "matrícula.csv"
    file.write_bytes(csv_file(FIRST))
    call_command("import_register", str(file), "--school", school.code, verbosity=0)
    run = ImportRun.objects.get()
    assert (run.state, run.file_name, run.report["students"]["new"]) == ("applied", "matrícula.csv", 3)
    call_command("undo_import", "--school", school.code)
    assert str(run.pk) in capsys.readouterr().out
    call_command("undo_import", str(run.pk), "--school", school.code)
    assert register() == before


@pytest.mark.parametrize("number", ["999999", "0"])
def test_import_that_is_not_there_is_not_undone(school: School, number: str) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("undo_import", number, "--school", school.code)
    assert refused.value.returncode == 2


def test_undo_is_refused_where_another_row_has_taken_the_place(school: School, director: User) -> None:
    applied(school, director, FIRST)
    run = applied(school, director, SECOND)
    gone = RegisterEdit.objects.get(cause=f"import:{run.pk}", kind="D", table_name="plumier_contact").before
    Contact.objects.create(
        **{name: gone[name] for name in ("school_id", "person_id", "slot", "kind")}, value="+34600009999"
    )
    before = register()
    run = undone(run, director)
    assert (run.state, register()) == ("applied", before)
    assert (
        run.notice == "No se puede deshacer entero: otro dato ocupa ya el lugar de uno anterior («contacto»)."
    )


def test_undo_is_refused_where_what_it_hung_on_is_gone(school: School, director: User) -> None:
    applied(school, director, FIRST)
    run = applied(
        school, director, [SECOND[0], ["3", "Sol Paz, Iris", "1º ESO A", *SECOND[3][3:]], *FIRST[1:3]]
    )
    school.groups.get(name="1º ESO B").delete()
    before = register()
    run = undone(run, director)
    assert (run.state, register()) == ("applied", before)
    assert run.notice == "No se puede deshacer entero: ya no está algo de lo que dependía («matrícula»)."


def test_import_beneath_one_that_was_undone_is_undone_too(school: School, director: User) -> None:
    empty = register()
    first, second = applied(school, director, FIRST), applied(school, director, SECOND)
    assert undone(first, director).state == "applied"
    assert undone(second, director).state == "undone"
    assert undone(first, director).state == "undone"
    assert register() == empty
