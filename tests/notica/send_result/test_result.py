"""The result of a send as a workbook: who may have it, what it says, and what it costs."""

import gc
import io
import re
import tracemalloc
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from notica.exports.jobs import work
from notica.exports.products import PRODUCTS
from notica.fanout import fan_out_now
from notica.files import path_of
from notica.models import DataRequest, Message
from notica.refusals import Refused
from notica.rendering import Renderer
from notica.send_result import reading
from notica.send_result.asking import ask_for_result
from notica.send_result.making import make_result
from plumier.clock import database_now, database_today
from plumier.models import Group, Person, RecordAccess, School, User
from tests.factories.crowds import make_families
from tests.factories.register import Parent, make_director, make_group, make_school, make_staff, make_student
from tests.notica.results import every_outcome, family
from tests.notica.stories import send_to


@pytest.fixture
def message(school: School, director: User) -> Message:
    return every_outcome(school, director)


def ask(message: Message, by: User) -> DataRequest:
    return ask_for_result(message, by=by, now=database_now())


def rows_of(file: Any) -> list[dict[str, Any]]:
    page = load_workbook(file).active
    assert page is not None
    titles, *rows = page.iter_rows(values_only=True)
    return [dict(zip(map(str, titles), row, strict=True)) for row in rows]


def made(message: Message, by: User) -> list[dict[str, Any]]:
    request = ask(message, by)
    work(request.pk)
    request.refresh_from_db()
    assert request.state == "ready"
    return rows_of(io.BytesIO(path_of(request.sha256).read_bytes()))


def test_each_recipient_has_a_row_with_plan_and_outcome(message: Message, director: User) -> None:
    rows = made(message, director)
    assert [(row["Destinatario"], row["Grupo"], row["Resultado"]) for row in rows] == [
        ("Gil Número1, Madre1", "2º ESO B", "Entregado al canal"),
        ("Gil Número2, Madre2", "2º ESO B", "Entregado al canal"),
        ("Gil Número3, Madre3", "2º ESO B", "Fallido"),
        ("Gil Número4, Madre4", "2º ESO B", "Sin confirmar"),
        ("Gil Número5, Madre5", "2º ESO B", "Caducado"),
        ("Gil Número6, Madre6", "2º ESO B", "Anulado"),
        ("Gil Número7, Rosa", "2º ESO B", "Sin canal"),
        ("Gil Número8, Madre8", "2º ESO B", "Datos protegidos"),
        ("Gil Número9, Teresa", "2º ESO B", "Excluido"),
    ]
    first, failed = rows[0], rows[2]
    assert (first["Alumnado"], first["Canal"], first["Dirección"], first["Paso"], first["Motivo"]) == (
        "Gil Número1, Ana",
        "TokApp",
        "***001",
        "1",
        None,
    )
    assert first["Hora"] is not None
    assert (
        first["Intentos"]
        == "Telegram (***001): Fallido, Ha bloqueado el bot; TokApp (***001): Entregado al canal"
    )
    assert (failed["Motivo"], failed["Canal"], failed["Hora"]) == ("El buzón no existe", None, None)
    assert re.search(r"600000|611000|madre\d@", str(rows)) is None


def test_what_somebody_typed_is_never_a_formula(school: School, director: User, group: Group) -> None:
    student, parent = family(group, 1)
    Person.objects.filter(pk=student.person_id).update(surname="=1+1", given_name="")
    assert parent.person is not None
    Person.objects.filter(pk=parent.person.pk).update(surname="", given_name='=HYPERLINK("x")')
    message = send_to(school, director, groups=[group])
    request = ask(message, director)
    work(request.pk)
    request.refresh_from_db()
    page = load_workbook(io.BytesIO(path_of(request.sha256).read_bytes())).active
    assert page is not None
    assert [(cell.value, cell.data_type) for cell in page[2][:1]] == [('=HYPERLINK("x")', "s")]


def test_whom_it_shows_is_noted(message: Message, director: User) -> None:
    made(message, director)
    noted = RecordAccess.objects.filter(page="send_result")
    assert set(noted.values_list("user_id", flat=True)) == {director.pk}
    # Nine mothers and their nine children.
    assert noted.values("person_id").distinct().count() == 18


def test_mail_says_where_it_is_and_names_nobody(message: Message, director: User) -> None:
    request = ask(message, director)
    work(request.pk)
    told = Message.objects.get(kind="send_result")
    text = Renderer().content(told, "email", "es", ()).text
    assert "Ya está el resultado del envío que pidió, con 9 destinatarios." in text
    assert f"/datos/{request.token}/" in text
    assert "Gil" not in text + str(told.params)
    assert told.attachments.get().name == f"envio-{message.school.code}-{database_today()}.xlsx"


def test_pressed_twice_it_is_asked_for_once(message: Message, director: User, client: Client) -> None:
    client.force_login(director)
    address = reverse("notica:ask_result", args=[message.token])
    answers = [client.post(address)["Location"] for _ in range(2)]
    request = DataRequest.objects.get()
    assert answers == [reverse("notica:export", args=[request.token])] * 2
    assert "El resultado se está preparando." in client.get(answers[0]).content.decode()


def test_only_who_may_see_the_send_may_have_it(message: Message, client: Client) -> None:
    tutor, elsewhere = make_staff(message.school), make_director(make_school("30000002"))
    for user in (tutor, elsewhere):
        client.force_login(user)
        assert client.post(reverse("notica:ask_result", args=[message.token])).status_code == 404
        with pytest.raises(Refused, match="no es suyo"):
            ask(message, user)
    assert not DataRequest.objects.exists()


def test_who_has_left_gets_nothing_of_what_she_asked_for(message: Message, director: User) -> None:
    request = ask(message, director)
    director.people.get().posts.all().delete()
    Message.objects.filter(pk=message.pk).update(sender=make_director(message.school))
    work(request.pk)
    request.refresh_from_db()
    assert (request.state, request.reason) == ("failed", "nobody")
    assert PRODUCTS["send_result"].still_hers(request, database_today()) is False


def test_send_without_recipients_is_refused_in_words(school: School, director: User, client: Client) -> None:
    group = make_group(school)
    family(group, 1)
    message = send_to(school, director, groups=[group], not_before=database_now() + timedelta(days=1))
    client.force_login(director)
    page = client.post(reverse("notica:ask_result", args=[message.token]), follow=True).content.decode()
    assert "Este envío todavía no tiene destinatarios." in page


def cost(path: Path, message: Message) -> int:
    with CaptureQueriesContext(connection) as captured:
        make_result(path, message, database_now(), lambda chunk: None)
    return len(captured)


def test_chunk_costs_the_same_for_one_and_for_thirty(school: School, director: User, tmp_path: Path) -> None:
    sends = []
    for number in (1, 30):
        group = make_group(school, f"G{number}")
        make_families(group, number)
        sends.append(send_to(school, director, groups=[group]))
    assert cost(tmp_path / "1.xlsx", sends[0]) == cost(tmp_path / "30.xlsx", sends[1])


def test_memory_does_not_grow_with_the_send(
    school: School, director: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "CHUNK", 50)
    peaks = []
    for number in (100, 400):
        group = make_group(school, f"G{number}")
        make_families(group, number)
        message = send_to(school, director, groups=[group], client_key=f"m{number}")
        if not message.recipients.exists():
            fan_out_now(message, database_now())
        make_result(tmp_path / "warm.xlsx", message, database_now(), lambda chunk: None)
        gc.collect()
        tracemalloc.start()
        assert make_result(tmp_path / f"{number}.xlsx", message, database_now(), lambda chunk: None) == number
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5


def test_nobody_is_in_it_from_whom_a_court_keeps_its_reader(school: School, director: User) -> None:
    group = make_group(school, "3º ESO C")
    child, other = (make_student(group, name, [Parent(f"Madre de {name}")]) for name in ("Eva", "Iván"))
    child.guardianships.create(
        school=school,
        guardian=director.people.get(),
        relation="father",
        order=2,
        barred_from="2026-01-01",
        barred_reference="Auto 12/2026",
    )
    message = send_to(school, director, to="alumno", groups=[group], way="email")
    fan_out_now(message, database_now())
    assert [row["Destinatario"] for row in made(message, director)] == [str(other.person)]
