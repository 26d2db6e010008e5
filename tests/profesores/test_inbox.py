"""The pages of Notica: whose they are, what they show, and what is done from them."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notica.files import keep
from notica.letter_limits import HOURLY
from notica.models import InboxEntry, KeptDraft, Message
from plumier.clock import database_now
from plumier.models import Guardianship, School, SchoolPolicy, Staff, User
from plumier.models.policies import Senders
from tests.factories.register import make_director, make_login, make_person, make_school, make_staff
from tests.notica.correspondence import Family
from tests.notica.notices import make_entry
from tests.notica.results import ACCOUNTS

LIST = "/profesores/notica/"
KEY = re.compile(r'name="key" value="([^"]+)"')


@pytest.fixture
def family(db: None, settings: Any) -> Family:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    return Family()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(entry: InboxEntry, name: str = "inbox_entry") -> str:
    return reverse(f"profesores:{name}", args=[entry.pk])


def text_of(response: HttpResponse) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def said(client: Client) -> list[str]:
    return [str(one) for one in client.get(LIST).context["messages"]]


def test_list_says_from_whom_and_does_not_read_it(family: Family) -> None:
    entry = family.entry(family.write())
    text = text_of(client_of(family.tutor).get(LIST))
    for words in ("Familia de Lucía Marín · 1º ESO A", "Sin leer", "Hoy", page_of(entry)):
        assert words in text
    entry.refresh_from_db()
    assert entry.read_at is None


def test_opening_reads_it_once(family: Family) -> None:
    entry, client = family.entry(family.write()), client_of(family.tutor)
    client.head(page_of(entry))
    client.get(page_of(entry), headers={"sec-purpose": "prefetch"})
    entry.refresh_from_db()
    assert entry.read_at is None
    text = text_of(client.get(page_of(entry)))
    assert "Marta Marín (madre)" in text
    assert "No podré asistir a la reunión del jueves." in text
    assert "se borra en 90 días" in text
    entry.refresh_from_db()
    first = entry.read_at
    client.get(page_of(entry))
    entry.refresh_from_db()
    assert (first is not None, entry.read_at) == (True, first)


def test_entry_that_is_not_hers_does_not_exist(family: Family) -> None:
    entry = family.entry(family.write())
    elsewhere = make_director(make_school("30000002"))
    for user in (family.teacher, make_director(family.school), elsewhere, family.mother_login):
        client = client_of(user)
        answers = [client.get(page_of(entry))]
        answers += [
            client.post(page_of(entry, name), {"do": "archivar", "text": "Hola"})
            for name in ("inbox_answer", "inbox_mark", "inbox_write")
        ]
        assert [one.status_code for one in answers] == [404] * 4
    entry.refresh_from_db()
    assert (entry.read_at, entry.archived_at, Message.objects.count(), KeptDraft.objects.count()) == (
        None,
        None,
        1,
        0,
    )


def test_each_school_shows_its_own_list(family: Family) -> None:
    other = make_school("30000002")
    there = make_person(other, "Tere Tutora", user=family.tutor)
    Staff.objects.create(school=other, person=there)
    family.write()
    entry = make_entry(there, subject="Traslado")
    client = client_of(family.tutor)
    here = text_of(client.get(f"{LIST}?centro={family.school.code}"))
    assert ("Reunión" in here, "Traslado" in here) == (True, False)
    beside = text_of(client.get(page_of(entry)))
    assert ("Reunión" in beside, "Traslado" in beside) == (False, True)


def test_answer_goes_out_and_stands_in_the_thread_with_what_came_of_it(family: Family) -> None:
    entry, client = family.entry(family.write()), client_of(family.tutor)
    key = KEY.findall(client.get(page_of(entry)).content.decode())[0]
    for _ in range(2):
        answered = client.post(page_of(entry, "inbox_answer"), {"text": "Le llamo a las cinco.", "key": key})
        assert (answered.status_code, answered["Location"]) == (303, page_of(entry))
    reply = Message.objects.get(kind="reply")
    assert (reply.body, reply.sender) == ("Le llamo a las cinco.", family.tutor)
    text = text_of(client.get(page_of(entry)))
    assert "Le llamo a las cinco." in text
    assert "En curso" in text
    InboxEntry.objects.filter(message=reply).update(read_at=database_now())
    assert "Leído en Mirador" in text_of(client.get(page_of(entry)))


def test_refused_answer_is_said_at_the_field_and_kept(family: Family) -> None:
    entry, client = family.entry(family.write()), client_of(family.tutor)
    long = "a" * 12_001
    text = text_of(client.post(page_of(entry, "inbox_answer"), {"text": f"{long}\0", "key": "mine\0"}))
    assert "El texto tiene 1 carácter de más" in text
    assert (long in text, 'aria-invalid="true"' in text, KEY.findall(text)) == (True, True, ["mine"])
    assert "La respuesta está vacía" in text_of(client.post(page_of(entry, "inbox_answer"), {"text": " "}))


def test_key_used_for_another_text_gets_a_new_one(family: Family) -> None:
    entry, client = family.entry(family.write()), client_of(family.tutor)
    client.post(page_of(entry, "inbox_answer"), {"text": "Sí.", "key": "mine"})
    text = text_of(client.post(page_of(entry, "inbox_answer"), {"text": "No.", "key": "mine"}))
    assert "ya se hizo con otro contenido" in text
    assert KEY.findall(text) != ["mine"]


def test_who_is_barred_cannot_be_answered_and_the_page_says_so(family: Family) -> None:
    entry, client = family.entry(family.write()), client_of(family.tutor)
    Guardianship.objects.filter(guardian=family.person(family.mother)).update(
        barred_from="2026-01-01", barred_reference="Auto 1"
    )
    text = text_of(client.get(page_of(entry)))
    assert ("Una resolución impide ahora" in text, "Responder" in text) == (True, False)
    refused = text_of(client.post(page_of(entry, "inbox_answer"), {"text": "Hola"}))
    assert ("Una resolución impide ahora" in refused, Message.objects.count()) == (True, 1)


def test_colleagues_who_have_it_too_are_named_and_their_answers_are_not_shown(family: Family) -> None:
    message = family.write(family.tutor, family.teacher)
    family.answer(message, by=family.teacher, text="De matemáticas va bien.")
    text = text_of(client_of(family.tutor).get(page_of(family.entry(message))))
    assert ("También a Paco Profesor" in text, "De matemáticas" in text) == (True, False)


@pytest.mark.parametrize(
    ("do", "words", "read", "archived"),
    [
        ("no-leido", "vuelve a estar sin leer", False, False),
        ("archivar", "está en «Archivados»", True, True),
        ("sacar", "vuelve a estar con los demás", True, False),
    ],
)
def test_marks(family: Family, do: str, words: str, read: bool, archived: bool) -> None:
    entry, client = family.entry(family.write()), client_of(family.tutor)
    client.get(page_of(entry))
    done = client.post(page_of(entry, "inbox_mark"), {"do": do})
    assert (done.status_code, done["Location"]) == (303, f"{LIST}?centro={family.school.code}")
    entry.refresh_from_db()
    assert (entry.read_at is not None, entry.archived_at is not None) == (read, archived)
    assert words in said(client)[0]


def test_unknown_mark_is_none(family: Family) -> None:
    entry = family.entry(family.write())
    assert client_of(family.tutor).post(page_of(entry, "inbox_mark"), {"do": "borrar"}).status_code == 404


@pytest.mark.parametrize(
    ("channels", "way"),
    [(["email", "sms"], "email"), (["sms"], "sms"), (["telegram_tokapp"], "telegram_tokapp")],
)
def test_writing_to_the_family_begins_a_draft(family: Family, channels: list[str], way: str) -> None:
    SchoolPolicy.objects.update(channels=channels)
    entry = family.entry(family.write())
    begun = client_of(family.tutor).post(page_of(entry, "inbox_write"))
    draft = KeptDraft.objects.get()
    assert (begun.status_code, begun["Location"]) == (303, reverse("profesores:write", args=[draft.token]))
    assert (draft.to, draft.students, draft.way, draft.by) == (
        "familia",
        [family.student.pk],
        way,
        family.tutor,
    )


def test_who_may_not_write_to_families_is_not_offered_it(family: Family) -> None:
    SchoolPolicy.objects.update(senders=Senders.TUTORS)
    entry = family.entry(family.write(family.teacher), family.teacher)
    client = client_of(family.teacher)
    assert "Escribir a la familia" not in text_of(client.get(page_of(entry)))
    assert client.post(page_of(entry, "inbox_write")).status_code == 404


def test_file_is_handed_to_who_has_the_message_and_never_shown(family: Family, tmp_path: Path) -> None:
    source = tmp_path / "justificante.html"
    source.write_bytes(b"<script>alert(1)</script>")
    message = family.write(files=(keep(source),))
    entry, file = family.entry(message), message.attachments.get()
    address = reverse("profesores:inbox_file", args=[entry.pk, file.pk])
    client = client_of(family.tutor)
    assert address in text_of(client.get(page_of(entry)))
    got = client.get(address)
    assert b"".join(got.streaming_content) == source.read_bytes()  # type: ignore[attr-defined]
    assert (got["Content-Type"], got["Content-Disposition"], got["X-Content-Type-Options"]) == (
        "application/octet-stream",
        'attachment; filename="justificante.html"',
        "nosniff",
    )
    assert "private" in got["Cache-Control"]
    other = family.entry(family.write(text="Otra."))
    wrong = reverse("profesores:inbox_file", args=[other.pk, file.pk])
    assert client.get(wrong).status_code == 404
    assert client_of(family.teacher).get(address).status_code == 404


def test_workbook_that_was_asked_for_is_fetched_from_its_own_page(family: Family, tmp_path: Path) -> None:
    """That page looks whose it is today, and for how long it is there."""
    source = tmp_path / "alumnos.xlsx"
    source.write_bytes(b"x")
    data = {"students": 1, "omitted": 0, "token": "t", "attached": True, "until": "2026-12-01", "failed": ""}
    entry = make_entry(family.person(family.tutor), kind="student_data", params=data)
    kept = keep(source)
    file = entry.message.attachments.create(
        name=kept.name, content_type=kept.content_type, size=kept.size, sha256=kept.sha256
    )
    address, client = reverse("profesores:inbox_file", args=[entry.pk, file.pk]), client_of(family.tutor)
    assert (address in text_of(client.get(page_of(entry))), client.get(address).status_code) == (False, 404)


def test_acuse_leads_to_its_send(family: Family) -> None:
    tutor = family.person(family.tutor)
    send = make_entry(tutor, subject="Salida al museo", sender=family.tutor, sender_person=tutor).message
    acuse = make_entry(tutor, kind="acuse", subject="", params={"message": send.pk})
    text = text_of(client_of(family.tutor).get(page_of(acuse)))
    assert f'href="/envios/{send.token}/"' in text
    assert "Ver el envío, persona a persona" in text


def test_notice_reads_as_its_mail_without_head_and_foot(family: Family) -> None:
    tutor = family.person(family.tutor)
    returned = {"count": 2, "group": "1º ESO A", "reason": "Falta el prefijo"}
    data = {
        "students": 30,
        "omitted": 0,
        "token": "t0ken",
        "attached": True,
        "until": "2026-12-01",
        "failed": "",
    }
    entries = {
        "contacts_returned": make_entry(tutor, kind="contacts_returned", subject="", params=returned),
        "student_data": make_entry(tutor, kind="student_data", subject="", params=data),
    }
    client = client_of(family.tutor)
    text = text_of(client.get(page_of(entries["contacts_returned"])))
    assert "Le han devuelto 2 cambios de contactos de 1º ESO A." in text
    assert "Falta el prefijo" in text
    assert "nadie lee las respuestas" not in text
    assert re.search(r'href="[^"]*/datos/t0ken/"', text_of(client.get(page_of(entries["student_data"]))))


def test_colleagues_words_are_shown_as_text(family: Family) -> None:
    other = make_staff(family.school, "Ana Colega")
    entry = make_entry(
        family.person(family.tutor),
        kind="message",
        body="<b>Claustro</b> el martes",
        sender=other,
        sender_person=other.people.get(),
    )
    text = text_of(client_of(family.tutor).get(page_of(entry)))
    assert "&lt;b&gt;Claustro&lt;/b&gt; el martes" in text
    assert ("Ana Colega" in text, 'name="text"' in text) == (True, False)


def test_empty_notica_and_no_match_say_what_to_do(family: Family) -> None:
    client = client_of(family.tutor)
    assert "No tiene ningún mensaje" in text_of(client.get(LIST))
    text = text_of(client.get(f"{LIST}?buscar=nada"))
    assert ("Ningún mensaje cumple lo que busca" in text, "Quitar los filtros" in text) == (True, True)


def test_htmx_gets_the_panes_alone(family: Family) -> None:
    entry = family.entry(family.write())
    response = client_of(family.tutor).get(page_of(entry), headers={"HX-Request": "true"})
    text = text_of(response)
    assert (text.startswith('<div id="inbox"'), "<html" in text, "Responder" in text) == (True, False, True)


@pytest.mark.parametrize("query", ["?despues=x", "?despues=999999999999999999", "?ver=nada"])
def test_odd_addresses_are_no_errors(family: Family, query: str) -> None:
    family.write()
    assert client_of(family.tutor).get(LIST + query).status_code == 200


def test_page_costs_the_same_for_one_and_for_thirty(family: Family) -> None:
    client = client_of(family.tutor)
    entry = family.entry(family.write(family.tutor, family.teacher))
    family.answer(entry.message)
    client.get(page_of(entry))
    with CaptureQueriesContext(connection) as one:
        client.get(page_of(entry))
    for number in range(30):
        family.answer(entry.message)
        if number < HOURLY.most - 1:
            family.write(by=family.mother_login, text=f"Mensaje {number}")
    with CaptureQueriesContext(connection) as many:
        client.get(page_of(entry))
    assert len(one) == len(many)


def test_student_is_answered_by_name(family: Family) -> None:
    entry = family.entry(family.write(by=make_login(family.student.person)))
    text = text_of(client_of(family.tutor).get(page_of(entry)))
    assert ("Familia de" in text, "La recibe solo Lucía Marín" in text) == (False, True)
    assert School.objects.count() == 1
