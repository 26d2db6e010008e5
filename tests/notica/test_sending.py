"""The `send_message` command: what it prints and how it ends."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from notica.models import Message
from plumier.clock import database_now
from plumier.models import School, User
from tests.factories.register import Parent, link, make_director, make_group, make_school, make_student
from tests.providers.sandbox import Sandbox

PHONE = "+34600000001"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def school(transactional_db: None, queue_store: object) -> School:
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


@pytest.fixture
def run(school: School, director: User, capsys: pytest.CaptureFixture[str]) -> Run:
    def send(*arguments: str) -> tuple[int, str, str]:
        common = ["--school", school.code, "--by", director.username]
        with pytest.raises(SystemExit) as end:
            call_command("send_message", *common, *arguments)
        printed = capsys.readouterr()
        return int(end.value.code or 0), printed.out, printed.err

    return send


def families(school: School) -> None:
    group = make_group(school)
    contacts = {"phone_1": PHONE, "email": "madre@familia.example"}
    make_student(group, "Luis Gil", [Parent("Marta Gil", "mother", contacts)])
    make_student(group, "Eva Paz", [Parent("Pedro Paz", "father", {"phone_1": "landline:+34968123456"})])


def chat(*more: str) -> list[str]:
    return ["--to", "familia", "--channel", "telegram_tokapp", "--text", "Hola", *more]


def by_name(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["recipient"]: row for row in report["recipients"]}


def test_dry_run_tells_the_plan_and_sends_nothing(school: School, run: Run, sandbox: Sandbox) -> None:
    families(school)
    link("telegram", PHONE, "101")
    code, out, _ = run("--group", "1 eso a", *chat("--fallback", "email", "--dry-run", "--json"))
    report = json.loads(out)
    rows = by_name(report)
    assert (code, report["message_id"], report["state"]) == (0, None, "plan")
    assert rows["Gil, Marta"]["plan"] == [
        {"step": 1, "channel": "telegram", "address": "***001", "reason": "mother_phone_1"},
        {"step": 1, "channel": "tokapp", "address": "***001", "reason": "mother_phone_1"},
        {"step": 2, "channel": "email", "address": "***@familia.example", "reason": "email_after"},
    ]
    assert (rows["Paz, Pedro"]["outcome"], rows["Paz, Pedro"]["excluded"]) == ("no_channel", "landline")
    assert (Message.objects.count(), sandbox.log()) == (0, [])


def test_without_waiting_it_is_queued(school: School, run: Run, sandbox: Sandbox) -> None:
    families(school)
    code, out, _ = run("--everyone", *chat("--json"))
    report = json.loads(out)
    assert (code, report["state"], report["totals"]["recipients"]) == (0, "sending", 2)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--group", "9º Z"], "No hay ningún grupo «9º Z» en este centro. Los que hay: 1º ESO A."),
        (["--expediente", "40x7"], "No hay ningún alumno con expediente 40x7 en este centro."),
        (
            ["--everyone", "--at", "mañana"],
            "«mañana» no es una fecha y hora. Un ejemplo: 2026-11-23T08:30.",
        ),
    ],
)
def test_refusal_is_one_sentence_and_exit_2(
    school: School, run: Run, arguments: list[str], sentence: str
) -> None:
    families(school)
    code, out, err = run(*arguments, *chat())
    assert (code, out, err.strip(), Message.objects.count()) == (2, "", sentence, 0)


def test_sms_to_two_families_is_refused(school: School, run: Run, sandbox: Sandbox) -> None:
    families(school)
    code, _, err = run("--everyone", "--to", "familia", "--channel", "sms", "--text", "Hola")
    assert (code, err.strip(), sandbox.log()) == (2, "SMS: elija un solo alumno.", [])


def test_missing_file_is_refused(school: School, run: Run, tmp_path: Path) -> None:
    families(school)
    mail = ["--everyone", "--to", "familia", "--channel", "email", "--text", "Hola"]
    code, _, err = run(*mail, "--attach", str(tmp_path / "no.pdf"))
    assert (code, Message.objects.count()) == (2, 0)
    assert err.strip() == f"No se puede leer el fichero {tmp_path / 'no.pdf'}: No such file or directory."


def test_a_message_for_another_day_is_not_said_to_have_arrived(
    school: School, run: Run, sandbox: Sandbox
) -> None:
    families(school)
    later = (database_now() + timedelta(days=1)).isoformat()
    code, out, _ = run("--everyone", *chat("--at", later, "--wait", "--json"))
    report = json.loads(out)
    assert (code, report["state"], report["totals"]["recipients"]) == (3, "queued", 0)


def test_an_hour_long_past_is_refused(school: School, run: Run) -> None:
    families(school)
    code, _, err = run("--everyone", *chat("--at", "2020-01-01T08:30"))
    sentence = "El 1 de enero de 2020 a las 08:30 ya ha pasado. Indique una hora futura."
    assert (code, err.strip(), Message.objects.count()) == (2, sentence, 0)


def test_dry_run_keeps_no_file(
    school: School, run: Run, sandbox: Sandbox, settings: Any, tmp_path: Path
) -> None:
    families(school)
    settings.DATA_DIR = tmp_path / "data"
    (tmp_path / "circular.pdf").write_bytes(b"%PDF-1.7")
    mail = ["--everyone", "--to", "familia", "--channel", "email", "--text", "Hola", "--dry-run"]
    code, _, _ = run(*mail, "--attach", str(tmp_path / "circular.pdf"))
    assert (code, (tmp_path / "data").exists()) == (0, False)
