"""The command, and the same from the administration."""

import io
import json
import stat
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from plumier.models import AccountCode, AccountLetter, Group, Person, School, SchoolKind, Staff, User
from tests.factories.register import Parent, make_director, make_group, make_person, make_school, make_student

COUNTS = {"made": 3, "joined": 0, "without_password": 0, "kept": 0, "refused": 0, "codes": 3}


@pytest.fixture
def group(db: None) -> Group:
    group = make_group(make_school())
    for number in range(1):
        make_student(group, f"Luis Gil{number}", [Parent("Marta Ros"), Parent("Pedro Gil", "father")])
    return group


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("create_accounts", "--school", "30000001", *arguments, stdout=out)
    return out.getvalue()


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_sheets_are_printed_for_their_owner_alone(group: Group, tmp_path: Path) -> None:
    file = tmp_path / "acceso.pdf"
    assert json.loads(run("--group", group.name, "--print", str(file), "--json")) == COUNTS
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = text_of(file.read_bytes())
    assert [user.username in text for user in User.objects.all()] == [True] * 3


def test_sheets_that_cannot_be_written_leave_no_codes(group: Group, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No se puede escribir") as refused:
        run("--print", str(tmp_path / "none" / "acceso.pdf"))
    assert (refused.value.returncode, AccountCode.objects.count(), User.objects.count()) == (2, 0, 0)


def test_letters_are_asked_for_and_told_in_words(group: Group) -> None:
    assert run("--who", "families", "--send").splitlines() == ["Cuentas nuevas: 2", "Con código o enlace: 2"]
    assert AccountLetter.objects.count() == 2


@pytest.mark.parametrize("arguments", [("--group", "9º Z", "--send"), ("--school", "999", "--send")])
def test_what_is_not_there_is_refused(group: Group, arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    assert refused.value.returncode == 2


def leader(school: School) -> Client:
    client = Client()
    client.force_login(make_director(school))
    return client


def act(client: Client, model: str, action: str, *rows: Any, confirmed: bool = True) -> Any:
    form = {
        "action": action,
        "_selected_action": [row.pk for row in rows],
        **({"confirmed": 1} if confirmed else {}),
    }
    return client.post(reverse(f"admin:plumier_{model}_changelist"), form)


def test_administration_says_for_how_many_and_then_prints(group: Group) -> None:
    client = leader(group.school)
    asked = act(client, "group", "print_sheets", group, confirmed=False)
    assert "Imprimir las hojas de 3 personas" in asked.content.decode()
    assert AccountCode.objects.count() == 0
    printed = act(client, "group", "print_sheets", group)
    assert (printed["Content-Type"], "no-store" in printed["Cache-Control"]) == ("application/pdf", True)
    assert "Ros" in text_of(printed.content)


def test_administration_writes_to_those_who_have_no_password(group: Group) -> None:
    act(leader(group.school), "group", "send_links", group)
    assert AccountLetter.objects.count() == 3


def test_group_of_another_school_gives_nothing(group: Group) -> None:
    act(leader(make_school("30000002")), "group", "print_sheets", group)
    assert AccountCode.objects.count() == 0


@pytest.mark.parametrize(("kind", "letters"), [(SchoolKind.CHARTER, 1), (SchoolKind.PUBLIC, 0)])
def test_teacher_added_in_the_administration_is_welcomed(db: None, kind: str, letters: int) -> None:
    school = make_school(kind=kind)
    person = make_person(school, "Ana Ruiz", {"email": "ana@colegio.example"}, document="12345678Z")
    client = leader(school)
    form = {"school": school.pk, "person": person.pk, "active": "on"}
    assert client.post(reverse("admin:plumier_staff_add"), form).status_code == 302
    assert (Staff.objects.filter(person=person).count(), AccountLetter.objects.count()) == (1, letters)
    again = Staff.objects.get(person=person)
    client.post(reverse("admin:plumier_staff_change", args=[again.pk]), form)
    assert AccountLetter.objects.count() == letters
    assert (Person.objects.get(pk=person.pk).user is not None) is bool(letters)
