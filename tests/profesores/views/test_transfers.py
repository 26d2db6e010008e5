"""«Traslados»: what an office sees, does and is refused on the pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notica.files import path_of
from plumier.clock import database_now, database_today
from plumier.models import RecordAccess, SchoolPolicy, User
from plumier.roles import Role
from secretaria.models import Transfer, TransferFile
from tests.factories.register import make_school, make_staff
from tests.secretaria.transfers.schools import Schools

PDF = b"%PDF-1.7 historial"


@pytest.fixture
def of(db: None, settings: Any, tmp_path: Any) -> Schools:
    settings.DATA_DIR = tmp_path
    return Schools()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def one(row: Transfer) -> str:
    return reverse("profesores:transfer", args=[row.pk])


def listed(user: User, **query: Any) -> list[tuple[str, int]]:
    page = client_of(user).get(reverse("profesores:transfers"), query).context["page"]
    return [(line.row.given_name, line.over) for line in page.lines]


def test_list_parts_what_is_the_offices_turn_overdue_first(of: Schools) -> None:
    of.offer()
    late = of.offer(of.student("Luis Otro"), key="c" * 32)
    Transfer.objects.filter(pk=late.pk).update(due_on=database_today() - timedelta(days=3))
    of.act(of.offer(of.student("Eva Roca"), key="d" * 32), "annul", "Error", school=of.origin)
    assert listed(of.receiver) == [("Luis", 3), ("Ana", 0)]
    assert (listed(of.receiver, ver="curso"), listed(of.sender)) == ([], [])
    assert listed(of.sender, ver="curso") == [("Luis", 3), ("Ana", 0)]
    assert listed(of.sender, ver="terminados") == [("Eva", 0)]
    assert listed(of.receiver, buscar="vera") == [("Ana", 0)]
    assert listed(of.receiver, buscar="1234567") == [("Ana", 0)]
    assert (
        "vencido hace 3 días" in client_of(of.receiver).get(reverse("profesores:transfers")).content.decode()
    )


def test_list_costs_the_same_for_one_and_for_many(of: Schools) -> None:
    client, address = client_of(of.receiver), reverse("profesores:transfers")
    of.offer()

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get(address)
        return len(found)

    client.get(address)
    before = cost()
    for number in range(30):
        of.offer(of.student(f"Alumno {number}"), key=f"{number:032}")
    assert cost() == before


@pytest.mark.parametrize("tab", ["toca", "terminados"])
def test_list_goes_on_where_a_page_ends(of: Schools, monkeypatch: pytest.MonkeyPatch, tab: str) -> None:
    monkeypatch.setattr("profesores.transfers_page.PAGE", 2)
    for number in range(3):
        row = of.offer(of.student(f"Alumno{number}"), key=f"{number:032}")
        if tab == "terminados":
            of.act(row, "annul", "Error", school=of.origin)
    first = client_of(of.receiver).get(reverse("profesores:transfers"), {"ver": tab}).context["page"]
    rest = listed(of.receiver, ver=tab, despues=first.after)
    names = [line.row.given_name for line in first.lines] + [name for name, _over in rest]
    assert (sorted(names), len(rest)) == (["Alumno0", "Alumno1", "Alumno2"], 1)


def test_other_schools_find_no_page(of: Schools) -> None:
    row = of.offer()
    third = make_staff(make_school("30000003"), "Tina Tercero", Role.DIRECTOR)
    assert client_of(third).get(one(row)).status_code == 404
    assert client_of(third).post(one(row), {"hacer": "accept", "vistos": 1}).status_code == 404
    SchoolPolicy.objects.filter(school=of.destination).update(procedures=[])
    assert client_of(of.receiver).get(one(row)).status_code == 404


def test_office_proposes_one_of_its_students_with_a_file(of: Schools) -> None:
    client, address = client_of(of.sender), reverse("profesores:transfer_new") + "?buscar=vera"
    page = client.get(address)
    form = {
        "alumno": page.context["chosen"],
        "other": of.destination.pk,
        "note": "Se muda.",
        "key": page.context["form"]["key"].value(),
        "files": SimpleUploadedFile("historial.pdf", PDF),
    }
    assert client.post(address, form).status_code == 303
    form["files"] = SimpleUploadedFile("historial.pdf", PDF)
    assert client.post(address, form).status_code == 303
    row = Transfer.objects.get()
    assert (row.student, row.turn, row.steps.get().note) == (of.ana, of.destination, "Se muda.")
    assert path_of(TransferFile.objects.get().sha256).read_bytes() == PDF


def test_proposal_without_a_school_keeps_what_was_typed(of: Schools) -> None:
    address = reverse("profesores:transfer_new") + "?buscar=vera"
    page = client_of(of.sender).post(address, {"alumno": of.ana.pk, "note": "Se muda."})
    assert (page.status_code, Transfer.objects.count()) == (422, 0)
    for words in ("Elija el otro centro.", "Se muda."):
        assert words in page.content.decode()


def test_file_that_may_not_be_kept_stops_the_step(of: Schools) -> None:
    row = of.offer()
    file = SimpleUploadedFile("programa.exe", b"MZ\x00\x01\x02")
    page = client_of(of.receiver).post(one(row), {"hacer": "accept", "vistos": 1, "files": file})
    assert (page.status_code, Transfer.objects.get().state) == (422, "offered")
    assert "programa.exe" in page.content.decode()


def test_office_asks_and_the_origin_sees_whom_it_may_mean(of: Schools) -> None:
    form = {
        "other": of.origin.pk,
        "nre": "1234567",
        "given_name": "Ana",
        "surname": "Vera Gil",
        "stage": "eso",
    }
    assert client_of(of.receiver).post(reverse("profesores:transfer_ask"), form).status_code == 303
    row = Transfer.objects.get()
    page = client_of(of.sender).get(one(row))
    assert [pupil.student for pupil in page.context["found"]] == [of.ana]
    assert page.context["form"]["expediente"].value() == of.ana.expediente
    assert of.ana.expediente not in client_of(of.receiver).get(one(row)).content.decode()
    form = {"hacer": "accept", "vistos": 1, "expediente": of.ana.expediente}
    assert client_of(of.sender).post(one(row), form).status_code == 303
    assert Transfer.objects.get().state == "accepted"


def test_return_without_a_reason_is_refused_at_the_field(of: Schools) -> None:
    row = of.offer()
    page = client_of(of.receiver).post(one(row), {"hacer": "return", "vistos": 1, "note": " "})
    assert (page.status_code, page.context["form"].errors["note"]) == (
        422,
        ["Escriba el motivo: lo lee el otro centro."],
    )


def test_stale_form_says_what_has_happened_and_keeps_the_note(of: Schools) -> None:
    row = of.act(of.offer(), "accept")
    page = client_of(of.receiver).post(one(row), {"hacer": "return", "vistos": 1, "note": "No hay plazas."})
    assert (page.status_code, Transfer.objects.get().state) == (409, "accepted")
    assert "Acepta el traslado" in page.context["form"].problem
    assert page.context["form"]["note"].value() == "No hay plazas."


def test_file_is_read_by_both_sides_and_by_nobody_else(of: Schools) -> None:
    row = of.offer()
    file = SimpleUploadedFile("informe.pdf", PDF)
    client_of(of.receiver).post(one(row), {"hacer": "accept", "vistos": 1, "files": file})
    kept = TransferFile.objects.get()
    address = reverse("profesores:transfer_file", args=[row.pk, kept.pk])
    third = make_staff(make_school("30000003"), "Tina Tercero", Role.DIRECTOR)
    answers = [client_of(user).get(address) for user in (of.sender, of.receiver, third)]
    assert [one.status_code for one in answers] == [200, 200, 404]
    read = [b"".join(one.streaming_content) for one in answers[:2]]  # type: ignore[attr-defined]
    assert read == [PDF, PDF]
    other = of.offer(of.student("Luis Otro"), key="c" * 32)
    wrong = reverse("profesores:transfer_file", args=[other.pk, kept.pk])
    assert client_of(of.sender).get(wrong).status_code == 404


def test_who_opens_it_is_noted_in_the_students_school(of: Schools) -> None:
    row = of.offer()
    for user in (of.sender, of.receiver):
        client_of(user).get(one(row))
    notes = RecordAccess.objects.filter(page="transfer", person_id=of.ana.person_id).order_by("id")
    assert list(notes.values_list("user_id", "school_id", "right")) == [
        (of.sender.pk, of.origin.pk, "leader"),
        (of.receiver.pk, of.origin.pk, "leader"),
    ]
    assert database_now() >= notes[0].at
