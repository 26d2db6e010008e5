"""The pages of Avisos: whose they are, what they show, and what is done from them."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mirador.views import inbox
from notica.files import keep
from notica.models import InboxEntry, Message, MessageAttachment
from plumier.models import User
from tests.database import DatabaseClock
from tests.factories.register import (
    Parent,
    link,
    make_login,
    make_school,
    make_staff,
    make_student,
    mobile,
)
from tests.mirador.households import MOTHER_PHONE, Household, client_of
from tests.notica.correspondence import Family
from tests.notica.results import ACCOUNTS

LIST = "/mirador/avisos/"
NOTE = "Aún no recibe los avisos por Telegram."


@pytest.fixture(autouse=True)
def _accounts(settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS


@pytest.fixture
def home(db: None) -> Household:
    return Household()


def page_of(entry: InboxEntry, name: str = "entry") -> str:
    return reverse(f"mirador:{name}", args=[entry.pk])


def text_of(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def rows(response: Any) -> list[str]:
    """The titles of the list."""
    return re.findall(r'<span class="about">([^<]+)</span>', text_of(response))


def is_read(entry: InboxEntry) -> bool:
    entry.refresh_from_db()
    return entry.read_at is not None


def everything(client: Client, entry: InboxEntry) -> list[HttpResponse]:
    """All that can be done with an entry."""
    file = MessageAttachment.objects.filter(message=entry.message_id).first()
    found: list[Any] = [
        client.get(page_of(entry)),
        client.post(page_of(entry, "entry_mark"), {"do": "archivar"}),
    ]
    if file is not None:
        found.append(client.get(reverse("mirador:entry_file", args=[entry.pk, file.pk])))
    return found


def attach(message: Message, tmp_path: Path, name: str = "circular.html") -> MessageAttachment:
    path = tmp_path / name
    path.write_bytes(b"<script>alert(1)</script>")
    kept = keep(path)
    return MessageAttachment.objects.create(
        message=message, name=name, content_type="text/html", size=kept.size, sha256=kept.sha256
    )


def test_list_shows_hers_and_does_not_read_it(home: Household) -> None:
    entry = home.entry(home.tell(home.carmen))
    text = text_of(client_of(home.mother).get(LIST))
    for words in ("Dolores Directora", "Sin leer", "Hoy", "Excursión", page_of(entry), "Hugo", "1º ESO C"):
        assert words in text
    assert not is_read(entry)


def test_opening_reads_it_and_what_is_fetched_ahead_does_not(home: Household) -> None:
    entry, client = home.entry(home.tell()), client_of(home.mother)
    client.head(page_of(entry))
    for ahead in ({"sec-purpose": "prefetch;prerender"}, {"purpose": "prefetch"}):
        client.get(page_of(entry), headers=ahead)
    assert not is_read(entry)
    text = text_of(client.get(page_of(entry)))
    for words in ("Mañana no hay clase.", "Carmen Sánchez Vera", "se borra en 90 días", "***345"):
        assert words in text
    assert is_read(entry)
    assert not is_read(home.entry(entry.message, home.father_person))


def test_entry_that_is_not_hers_does_not_exist(home: Household, tmp_path: Path) -> None:
    message = home.tell(home.carmen)
    attach(message, tmp_path)
    entry = home.entry(message)
    stranger = make_student(home.groups[0], "Ana Gil", [Parent("Eva Gil")]).guardianships.get().guardian
    others = [home.father, make_login(stranger), make_login(home.carmen.person)]
    others += [home.director, make_staff(home.school), make_staff(make_school("30000002"))]
    for user in others:
        assert [one.status_code for one in everything(client_of(user), entry)] == [404] * 3
    entry.refresh_from_db()
    assert (entry.read_at, entry.archived_at) == (None, None)


@pytest.mark.parametrize(("hour", "status"), [(16, 200), (18, 404)])
def test_bar_begins_with_the_day_of_the_child_s_school(
    database_clock: DatabaseClock, hour: int, status: int
) -> None:
    """In Hà Nội it is midnight at 17:00 UTC, when the installation's own day has seven hours left."""
    home = Household(make_school(name="THPT Khoa học Giáo dục", time_zone="Asia/Ho_Chi_Minh"))
    day = database_clock.now()
    database_clock.freeze(day.replace(hour=hour, minute=0))
    entry = home.entry(home.tell(home.carmen))
    home.bar(home.mother_person, home.carmen, since=1)
    client = client_of(home.mother)
    assert client.get(page_of(entry)).status_code == status
    assert rows(client.get(LIST)) == (["Excursión"] if status == 200 else [])


@pytest.mark.parametrize(
    ("since", "until", "status"), [(-9, -1, 200), (-9, 9, 404), (0, None, 404), (1, 9, 200)]
)
def test_barred_parent_reads_nothing_of_the_child(
    home: Household, tmp_path: Path, since: int, until: int | None, status: int
) -> None:
    message = home.tell(home.carmen)
    file = attach(message, tmp_path)
    entry = home.entry(message)
    home.bar(home.mother_person, home.carmen, since, until)
    client = client_of(home.mother)
    assert rows(client.get(LIST)) == (["Excursión"] if status == 200 else [])
    assert client.get(LIST, {"alumno": home.carmen.pk}).status_code == status
    assert client.get(page_of(entry)).status_code == status
    response = client.get(reverse("mirador:entry_file", args=[entry.pk, file.pk]))
    response.close()
    assert response.status_code == status


def test_parent_barred_from_every_child_is_told_that_there_is_nobody(home: Household) -> None:
    home.tell()
    for student in (home.carmen, home.hugo):
        home.bar(home.mother_person, student, -1)
    text = text_of(client_of(home.mother).get(LIST))
    assert "Aquí no hay ningún alumno a su cargo" in text
    assert ("Excursión" in text, "Carmen" in text, NOTE in text) == (False, False, False)


def test_list_is_narrowed_to_one_child_and_to_nobody_elses(home: Household) -> None:
    home.tell(home.carmen, subject="De Carmen")
    home.tell(home.hugo, subject="De Hugo")
    client = client_of(home.mother)
    assert rows(client.get(LIST, {"alumno": home.hugo.pk})) == ["De Hugo"]
    other = make_student(home.groups[0], "Ana Gil", [Parent("Eva Gil")])
    found = [client.get(LIST, {"alumno": typed}).status_code for typed in (other.pk, "x", "9" * 30)]
    assert found == [404] * 3


def test_student_reads_hers_and_not_her_parents(home: Household) -> None:
    home.tell(home.carmen)
    home.tell(home.carmen, to="alumno", subject="Para Carmen")
    carmen = make_login(home.carmen.person)
    assert rows(client_of(carmen).get(LIST)) == ["Para Carmen"]
    assert rows(client_of(home.mother).get(LIST)) == ["Excursión"]


def test_archived_is_taken_back_from_the_note_and_only_while_it_is_there(home: Household) -> None:
    entry, client = home.entry(home.tell()), client_of(home.mother)
    address = f"?alumno={home.carmen.pk}"
    done = client.post(f"{page_of(entry, 'entry_mark')}{address}", {"do": "archivar"})
    assert (done.status_code, done["Location"]) == (303, f"{LIST}{address}&archivado={entry.pk}")
    shown = client.get(done["Location"])
    assert (rows(shown), "Deshacer" in text_of(shown)) == ([], True)
    back = client.post(f"{page_of(entry, 'entry_mark')}{address}", {"do": "sacar"})
    assert back["Location"] == f"{LIST}{address}"
    assert rows(client.get(back["Location"])) == ["Excursión"]
    assert "Deshacer" not in text_of(client.get(done["Location"]))


def test_note_of_what_was_archived_is_hers_alone(home: Household) -> None:
    entry = home.entry(home.tell())
    client_of(home.mother).post(page_of(entry, "entry_mark"), {"do": "archivar"})
    for typed in (entry.pk, "x", ""):
        assert "Deshacer" not in text_of(client_of(home.father).get(LIST, {"archivado": typed}))


def test_unread_again(home: Household) -> None:
    entry, client = home.entry(home.tell()), client_of(home.mother)
    client.get(page_of(entry))
    assert is_read(entry)
    client.post(page_of(entry, "entry_mark"), {"do": "no-leido"})
    assert not is_read(entry)
    assert client.post(page_of(entry, "entry_mark"), {"do": "borrar"}).status_code == 404
    assert client.get(page_of(entry, "entry_mark")).status_code == 405


def test_file_is_saved_and_never_opened_in_the_pages_name(home: Household, tmp_path: Path) -> None:
    message = home.tell()
    file = attach(message, tmp_path)
    entry = home.entry(message)
    client = client_of(home.mother)
    assert "circular.html" in text_of(client.get(page_of(entry)))
    response: Any = client.get(reverse("mirador:entry_file", args=[entry.pk, file.pk]))
    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"
    found = [response[name] for name in ("Content-Type", "X-Content-Type-Options", "Content-Disposition")]
    assert found == ["application/octet-stream", "nosniff", 'attachment; filename="circular.html"']
    elsewhere = attach(home.tell(home.hugo, subject="Otro"), tmp_path, "otro.html")
    assert client.get(reverse("mirador:entry_file", args=[entry.pk, elsewhere.pk])).status_code == 404


def test_text_cannot_carry_markup(home: Household) -> None:
    entry = home.entry(home.tell(subject="<b>Aviso</b>", body="<script>x</script> https://ies.example"))
    text = text_of(client_of(home.mother).get(page_of(entry)))
    assert "&lt;b&gt;Aviso&lt;/b&gt;" in text
    assert "<script>x" not in text
    assert 'href="https://ies.example"' in text


def test_answer_is_read_and_leads_to_its_thread(db: None) -> None:
    family = Family()
    began = family.write()
    entry = InboxEntry.objects.get(message=family.answer(began))
    client = client_of(family.mother_login)
    assert client.head(page_of(entry))["Location"] == reverse("mirador:thread", args=[began.token])
    assert not is_read(entry)
    assert client.get(page_of(entry))["Location"] == reverse("mirador:thread", args=[began.token])
    assert is_read(entry)


def test_count_stands_beside_avisos_and_is_the_familys(home: Household) -> None:
    home.tell()
    badge = re.compile(r'<span class="badge" aria-hidden="true">(\d+)</span>')
    client = client_of(home.mother)
    assert badge.findall(text_of(client.get(LIST))) == ["1", "1"]
    client.get(page_of(home.entry(Message.objects.get())))
    assert badge.findall(text_of(client.get(LIST))) == []
    assert badge.findall(text_of(client_of(home.father).get(LIST))) == ["1", "1"]


def test_bar_says_the_school_and_asks_nothing_that_the_page_has_asked(home: Household) -> None:
    with CaptureQueriesContext(connection) as asked:
        text = text_of(client_of(home.mother).get(LIST))
    assert "<span>IES Ribera</span>" in text
    assert len([one for one in asked if 'FROM "plumier_student"' in one["sql"].partition("WHERE")[0]]) == 1


def test_page_costs_the_same_for_one_and_for_thirty(home: Household) -> None:
    client = client_of(home.mother)
    home.tell()
    client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        assert len(rows(client.get(LIST))) == 1
    for _ in range(29):
        home.tell()
    with CaptureQueriesContext(connection) as many:
        assert len(rows(client.get(LIST))) == 30
    assert len(one) == len(many)


def told_of_telegram(user: User, client: Client | None = None) -> bool:
    return NOTE in text_of((client or client_of(user)).get(LIST))


def test_note_about_telegram_is_for_who_could_link_and_never_did(home: Household) -> None:
    assert (told_of_telegram(home.mother), told_of_telegram(home.father)) == (False, True)


@pytest.mark.parametrize(
    "case", ["blocked", "landline", "protected", "left", "unticked", "no chats", "no bot"]
)
def test_note_about_telegram_is_not_for_who_would_get_nothing_by_it(
    home: Household, case: str, settings: Any
) -> None:
    assert told_of_telegram(home.father)
    if case == "blocked":
        link("telegram", "+34600000678", "502", state="blocked")
    elif case == "landline":
        home.father_person.contacts.update(kind="landline")
    elif case == "protected":
        home.school.students.update(protected=True)
    elif case == "left":
        for student in (home.carmen, home.hugo):
            student.enrolments.update(status="withdrawn")
    elif case == "unticked":
        home.father_person.guardianships.update(receives_messages=False)
    elif case == "no chats":
        home.school.policy.channels = ["email"]
        home.school.policy.save()
    else:
        settings.CHANNEL_ENVIRONMENT = {name: ACCOUNTS[name] for name in ACCOUNTS if "TELEGRAM" not in name}
    assert not told_of_telegram(home.father)


def test_note_about_telegram_is_put_away_for_a_month_and_for_her_alone(home: Household) -> None:
    client = client_of(home.father)
    done = client.post(reverse("mirador:telegram_later"))
    assert (done.status_code, done["Location"]) == (303, LIST)
    cookie = done.cookies[inbox.LATER]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (30 * 24 * 3600, True, "Lax")
    assert not told_of_telegram(home.father, client)
    other = make_student(home.groups[0], "Ana Gil", [Parent("Eva Gil", contacts={"phone_1": mobile()})])
    client.force_login(make_login(other.guardianships.get().guardian))
    assert told_of_telegram(home.father, client)
    assert MOTHER_PHONE not in cookie.value


def test_empty_states_say_what_it_is_and_what_was_looked_for(home: Household) -> None:
    client = client_of(home.mother)
    assert "Todavía no hay ningún aviso" in text_of(client.get(LIST))
    assert "No hay ningún aviso sobre Hugo" in text_of(client.get(LIST, {"alumno": home.hugo.pk}))
    assert "Ningún mensaje cumple lo que busca" in text_of(client.get(LIST, {"buscar": "nada"}))
    assert "Lo ha leído todo" in text_of(client.get(LIST, {"ver": "no-leidos"}))
    assert "No ha archivado ningún mensaje" in text_of(client.get(LIST, {"ver": "archivados"}))
