"""The pages on which contacts are handed in."""

import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from plumier.clock import database_now, database_today
from plumier.models import (
    Contact,
    ContactProposal,
    Guardianship,
    ProposalEvent,
    ProposalStep,
    RecordAccess,
    User,
)
from plumier.proposals.comparing import is_outdated
from plumier.proposals.events import note_steps
from plumier.proposals.handed_in import differences
from plumier.proposals.register import known_guardians
from plumier.roles import Role
from tests.factories.proposals import Story, make_story
from tests.factories.register import Parent, make_group, make_staff, make_student, make_tutor
from tests.factories.rosters import csv_file, xlsx

pytestmark = pytest.mark.django_db
GRID = "/contactos/"


@pytest.fixture
def story() -> Story:
    return make_story()


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _fields(story: Story, guardian: Any, **typed: str) -> dict[str, str]:
    key = f"g{story.student.pk}-{guardian.pk}"
    given = {"name": str(guardian), "phone_1": Contact.objects.get(person=guardian).value, **typed}
    return {f"{key}-{name}": value for name, value in given.items()}


def _shown(client: Client, page: str = GRID) -> str:
    return str(client.get(page).context["shown"])


def _post(client: Client, story: Story, **fields: str) -> Any:
    given = {"shown": _shown(client), **fields}
    return client.post(GRID, {"grupo": story.group.pk, "source": "grid", **given})


def _addresses(one: ContactProposal) -> list[tuple[str, str, str]]:
    return [(address.slot, address.old_value, address.value) for address in one.contacts.all()]


def test_grid_shows_the_group_and_leaves_a_note_of_it(story: Story) -> None:
    other = make_student(make_group(story.school, "10A2"), "Ajena Trần", [Parent("Otra Trần")])
    text = _client(story.tutor).get(GRID).content.decode()
    assert ("Nguyễn, Minh" in text, "+84901234567" in text, str(other.person) in text) == (True, True, False)
    assert RecordAccess.objects.filter(page="contacts").count() == 3


def test_changed_rows_are_handed_in_and_the_wrong_one_keeps_what_was_typed(story: Story) -> None:
    client = _client(story.tutor)
    page = _post(
        client,
        story,
        **_fields(story, story.father, phone_1="0912345678"),
        **_fields(story, story.mother, phone_1="<b>no</b>"),
    )
    text = page.content.decode()
    assert "1 cambio entregado, 1 no se entiende (fila 2)." in text
    assert 'value="&lt;b&gt;no&lt;/b&gt;"' in text
    assert "No se entiende como teléfono." in text
    assert ContactProposal.objects.get().guardian == story.father


def test_handed_in_shows_in_the_grid(story: Story) -> None:
    client = _client(story.tutor)
    page = _post(client, story, **_fields(story, story.father, phone_1="0912345678"))
    assert page.status_code == 302
    text = client.get(page["Location"]).content.decode()
    assert "1 cambio entregado." in text
    assert 'value="+84912345678"' in text
    assert "En la ficha: +84901234567" in text


def test_stale_page_hands_in_only_what_was_changed_on_it(story: Story) -> None:
    client = _client(story.tutor)
    shown = _shown(client)
    Contact.objects.filter(person=story.mother).update(value="+84907000000")
    page = _post(
        client,
        story,
        shown=shown,
        **_fields(story, story.father, phone_1="0912345678"),
        **_fields(story, story.mother, phone_1="+84907654321"),
    )
    assert page.status_code == 302
    one = ContactProposal.objects.get()
    assert (one.guardian, _addresses(one)) == (story.father, [("phone_1", "+84901234567", "+84912345678")])
    assert is_outdated(one, known_guardians([story.student.pk], database_today())[story.student.pk]) is False


def test_cell_that_changed_meanwhile_is_told_and_flagged(story: Story) -> None:
    client = _client(story.tutor)
    shown = _shown(client)
    Contact.objects.filter(person=story.father).update(value="+84909000000")
    page = _post(client, story, shown=shown, **_fields(story, story.father, phone_1="0912345678"))
    said = [str(one) for one in client.get(page["Location"]).context["messages"]]
    assert said == [
        "1 cambio entregado.",
        "En la fila 1 la ficha cambió mientras usted escribía: quien lo revise verá los dos datos.",
    ]
    one = ContactProposal.objects.get()
    known = known_guardians([story.student.pk], database_today())[story.student.pk]
    assert _addresses(one) == [("phone_1", "+84901234567", "+84912345678")]
    assert is_outdated(one, known) is True
    assert [(found.old, found.new, found.now) for found in differences(one, known)] == [
        ("+84901234567", "+84912345678", "+84909000000")
    ]
    steps = ProposalEvent.objects.filter(proposal_id=one.pk).order_by("pk").values_list("step", flat=True)
    assert list(steps) == ["proposed", "outdated"]


def test_what_the_register_has_by_then_is_no_change(story: Story) -> None:
    client = _client(story.tutor)
    shown = _shown(client)
    Contact.objects.filter(person=story.father).update(value="+84912345678")
    _post(client, story, shown=shown, **_fields(story, story.father, phone_1="0912345678"))
    assert ContactProposal.objects.count() == 0


def test_own_change_stays_when_another_cell_is_changed_and_ends_when_it_is_put_back(story: Story) -> None:
    client = _client(story.tutor)
    _post(client, story, **_fields(story, story.father, phone_1="0912345678"))
    fields = _fields(story, story.father, phone_1="+84912345678", email="nam@example.org")
    _post(client, story, **fields)
    one = ContactProposal.objects.get(state="proposed")
    assert _addresses(one) == [("phone_1", "+84901234567", "+84912345678"), ("email", "", "nam@example.org")]
    _post(client, story, **{**fields, f"g{story.student.pk}-{story.father.pk}-phone_1": "+84901234567"})
    assert _addresses(ContactProposal.objects.get(state="proposed")) == [("email", "", "nam@example.org")]
    _post(client, story, **_fields(story, story.father, email=""))
    assert ContactProposal.objects.filter(state="proposed").count() == 0


def test_wrong_row_of_a_stale_page_is_still_compared_with_what_was_shown(story: Story) -> None:
    client = _client(story.tutor)
    shown = _shown(client)
    Contact.objects.filter(person=story.father).update(value="+84909000000")
    fields = _fields(story, story.father, email="no es")
    page = _post(client, story, shown=shown, **fields)
    text = page.content.decode()
    assert ('value="no es"' in text, 'value="+84909000000"' in text) == (True, True)
    key = f"g{story.student.pk}-{story.father.pk}"
    fields |= {f"{key}-email": "si@example.org", f"{key}-phone_1": "+84909000000"}
    _post(client, story, shown=page.context["shown"], **fields)
    assert _addresses(ContactProposal.objects.get()) == [("email", "", "si@example.org")]


@pytest.mark.parametrize("shown", ["", "x", "eyJ9:1:x"])
def test_page_that_does_not_say_what_it_showed_hands_nothing_in(story: Story, shown: str) -> None:
    page = _post(
        _client(story.tutor),
        story,
        shown=shown,
        **_fields(story, story.father, phone_1="0912345678"),
        **_fields(story, story.mother),
    )
    text = page.content.decode()
    assert ("La página era antigua" in text, 'value="0912345678"' in text) == (True, True)
    assert list(page.context["rows"])[1].problems == {}
    assert ContactProposal.objects.count() == 0


def test_what_was_typed_of_somebody_who_is_gone_is_shown(story: Story) -> None:
    client = _client(story.tutor)
    shown = _shown(client)
    Guardianship.objects.filter(guardian=story.father).delete()
    fields = _fields(story, story.father, phone_1="0912345678") | _fields(story, story.mother)
    text = _post(client, story, shown=shown, **fields).content.decode()
    assert "Nguyễn, Nam ya no está en la tabla. Había escrito: 0912345678." in text
    text = _post(client, story, shown=shown, **_fields(story, story.father)).content
    assert ContactProposal.objects.count() == 0


def test_note_alone_of_somebody_new_is_not_lost(story: Story) -> None:
    fields = {"n0-name": "", "n0-note": "vendrá el lunes", "n0-student": str(story.student.pk)}
    text = _post(_client(story.tutor), story, **fields).content.decode()
    assert ("Falta el nombre." in text, 'value="vendrá el lunes"' in text) == (True, True)


def test_new_guardian_without_a_pupil_is_told(story: Story) -> None:
    page = _post(_client(story.tutor), story, **{"n0-name": "Vũ, Hà", "n0-phone_1": "0912345678"})
    text = page.content.decode()
    assert ("Elija el alumno." in text, 'value="Vũ, Hà"' in text) == (True, True)


def test_pupil_of_another_group_is_not_taken(story: Story) -> None:
    other = make_student(make_group(story.school, "10A2"), "Ajena Trần")
    fields = {
        "n0-student": str(other.pk),
        "n0-name": "Vũ, Hà",
        "n0-relation": "mother",
        "n0-phone_1": "0912345678",
    }
    assert "Elija el alumno." in _post(_client(story.tutor), story, **fields).content.decode()
    assert ContactProposal.objects.count() == 0


def test_group_of_another_tutor_is_not_there(story: Story) -> None:
    other = make_group(story.school, "10A2")
    make_tutor(other, "Otra Tutora")
    client = _client(story.tutor)
    assert client.get(f"{GRID}?grupo={other.pk}").status_code == 404
    assert client.post(GRID, {"grupo": other.pk}).status_code == 404
    assert client.get(f"{GRID}listado/?grupo={other.pk}").status_code == 404


@pytest.mark.parametrize(
    ("role", "to"), [(Role.CGCN, "/contactos/revision/"), (Role.TRAINING, "/contactos/nuevo/"), (None, "")]
)
def test_who_has_no_group_is_led_to_her_page(story: Story, role: Role | None, to: str) -> None:
    answer = _client(make_staff(story.school, role=role)).get(GRID)
    assert (answer.status_code, answer.headers.get("Location", "")) == (302 if to else 404, to)


def test_warnings_of_the_reviewer_are_not_told_to_the_tutor(story: Story) -> None:
    make_student(
        make_group(story.school, "10A2"), "Ajena Trần", [Parent("Bo", contacts={"phone_1": "+84908111222"})]
    )
    client = _client(story.tutor)
    _post(client, story, **_fields(story, story.father, phone_1="0908111222"))
    text = client.get(GRID).content.decode() + client.get("/contactos/entregados/").content.decode()
    assert "otra familia" not in text


def test_sheet_is_downloaded_filled_in_and_looked_at_before_it_is_handed_in(story: Story) -> None:
    client = _client(story.tutor)
    file = client.get(f"{GRID}listado/?grupo={story.group.pk}")
    book = openpyxl.load_workbook(io.BytesIO(file.content))
    rows: list[list[Any]] = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    assert rows[1][2:5] == ["padre", "Nguyễn, Nam", "+84901234567"]
    rows[1][4], rows[1][7] = "0912 345 678", "2026-09-05"
    rows.append([story.student.expediente, "", "tutor", "Vũ, Hà", "0912345679", "", "", "sí"])
    rows.append(["999", "Nadie", "padre", "X", "0912345670", "", "", ""])
    page = client.post(
        f"{GRID}fichero/",
        {"grupo": story.group.pk, "fichero": SimpleUploadedFile("lista.xlsx", xlsx(rows))},
    )
    text = page.content.decode()
    assert ContactProposal.objects.count() == 0
    assert "Fila 5: «999» no es de este grupo." in text
    assert 'value="0912 345 678"' in text
    key = f"g{story.student.pk}-{story.father.pk}"
    assert f'name="{key}-registered_on" value="2026-09-05"' in text
    assert 'value="Vũ, Hà"' in text
    fields = {
        **_fields(story, story.father, phone_1="0912 345 678", registered="on", registered_on="2026-09-05"),
        "source": "file",
        "shown": page.context["shown"],
    }
    client.post(GRID, {"grupo": story.group.pk, **fields})
    one = ContactProposal.objects.get()
    assert (one.batch.source, str(one.registered_on), one.registered_how) == ("file", "2026-09-05", "file")


def test_empty_cells_of_a_file_leave_what_is_there(story: Story) -> None:
    content = csv_file(
        [
            ["Mã học sinh", "Quan hệ", "Họ tên", "SĐT", "E-mail"],
            [story.student.expediente, "mẹ", "", "", "h@example.org"],
        ]
    )
    page = _client(story.tutor).post(
        f"{GRID}fichero/", {"grupo": story.group.pk, "fichero": SimpleUploadedFile("l.csv", content)}
    )
    text = page.content.decode()
    assert ('value="+84907654321"' in text, 'value="h@example.org"' in text) == (True, True)


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"a;b\n1;2", b"PK\x03\x04zip"])
def test_file_that_is_none_is_refused_in_words(story: Story, content: bytes) -> None:
    client = _client(story.tutor)
    answer = client.post(
        f"{GRID}fichero/", {"grupo": story.group.pk, "fichero": SimpleUploadedFile("l.csv", content)}
    )
    assert answer.status_code == 302
    assert len(list(client.get(answer["Location"]).context["messages"])) == 1


def test_new_pupil_is_handed_in_by_the_training_office(story: Story) -> None:
    student = make_student(story.group, "Mai Trần")
    client = _client(story.training)
    assert "Trần, Mai" in client.get("/contactos/nuevo/").content.decode()
    page = f"/contactos/nuevo/{student.pk}/"
    answer = client.post(page, {"n0-name": "Trần, Lan", "n0-relation": "mother", "n0-phone_1": "nada"})
    assert "No se entiende como teléfono." in answer.content.decode()
    client.post(page, {"n0-name": "Trần, Lan", "n0-relation": "mother", "n0-phone_1": "0912345678"})
    assert ContactProposal.objects.get().state == "to_confirm"
    assert client.get(f"/contactos/nuevo/{story.student.pk}/").status_code == 404


def test_own_change_is_followed_and_taken_back(story: Story) -> None:
    one = story.proposal(story.father, phone_1="0912345678")
    client = _client(story.tutor)
    assert "Nguyễn, Nam" in client.get("/contactos/entregados/").content.decode()
    assert "Entregado" in client.get(f"/contactos/cambios/{one.pk}/").content.decode()
    client.post(f"/contactos/cambios/{one.pk}/retirar/")
    one.refresh_from_db()
    assert one.state == "withdrawn"


def test_why_a_leader_decided_is_not_told_to_the_tutor(story: Story) -> None:
    one = story.proposal(story.father, phone_1="0912345678")
    note_steps([one.pk], ProposalStep.APPLIED, by=story.office, now=database_now(), reason="Auto 12/2026")
    page = f"/contactos/cambios/{one.pk}/"
    found = [
        "Auto 12/2026" in _client(user).get(page).content.decode() for user in (story.tutor, story.office)
    ]
    assert found == [False, True]


def test_change_of_somebody_else_is_not_there(story: Story) -> None:
    one = story.proposal(story.father, phone_1="0912345678")
    client = _client(story.training)
    assert client.get(f"/contactos/cambios/{one.pk}/").status_code == 404
    assert client.post(f"/contactos/cambios/{one.pk}/retirar/").status_code == 404
    assert _client(story.office).post(f"/contactos/cambios/{one.pk}/retirar/").status_code == 404


def test_formula_in_a_name_is_text_in_the_sheet(story: Story) -> None:
    story.father.given_name = '=HYPERLINK("http://x")'
    story.father.save()
    file = _client(story.tutor).get(f"{GRID}listado/?grupo={story.group.pk}")
    cell = openpyxl.load_workbook(io.BytesIO(file.content)).worksheets[0]["D2"]
    assert cell.data_type == "s"
