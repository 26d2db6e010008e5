"""The pages of sends: who may open them, what they show, and what they cost."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notica.models import Delivery, Message, Recipient
from plumier.clock import database_now
from plumier.models import Guardianship, Person, School, User
from tests.factories.register import (
    Parent,
    make_director,
    make_group,
    make_person,
    make_school,
    make_staff,
    make_student,
)
from tests.notica.results import ACCOUNTS, deliver, end, every_outcome, family, finish
from tests.notica.stories import send_to

CARD = re.compile(r'<a class="card"\s+id="card-[a-z_]+"\s+href="([^"]+)"')
CHOSEN = re.compile(r'<span class="word[^"]*">.*?</svg>\s*([^<]+?)\s*</span>\s*<strong>(\d+)</strong>', re.S)
ADDRESS = re.compile(r"\*\*\*[@.\w]*")
ROW = re.compile(r'<th role="rowheader"[^>]*>\s*([^<]+?)\s*<')


@pytest.fixture(autouse=True)
def _accounts(settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS


@pytest.fixture
def school(db: None) -> School:
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


@pytest.fixture
def message(school: School, director: User) -> Message:
    return every_outcome(school, director)


def as_user(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def page_of(message: Message, **query: object) -> str:
    address = reverse("notica:message", args=[message.token])
    return address + ("?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else "")


def shown(user: User, message: Message, **query: object) -> str:
    response = as_user(user).get(page_of(message, **query))
    assert response.status_code == 200
    return response.content.decode()


def mother_of(message: Message) -> User:
    """A guardian who has a log-in."""
    user = User.objects.create_user("madre", password="secret")
    guardian = Guardianship.objects.filter(school=message.school).order_by("pk")[0].guardian
    Person.objects.filter(pk=guardian.pk).update(user=user)
    return user


def student_of(message: Message) -> User:
    """A pupil who has a log-in."""
    user = User.objects.create_user("alumno", password="secret")
    student = message.school.students.order_by("pk")[0]
    Person.objects.filter(pk=student.person_id).update(user=user)
    return user


WHO: dict[str, Callable[[Message], User | None]] = {
    "nobody": lambda _message: None,
    "sender": lambda message: message.sender,
    "director of this school": lambda message: make_director(message.school),
    "tutor": lambda message: make_staff(message.school),
    "director elsewhere": lambda _message: make_director(make_school("30000002")),
    "mother": mother_of,
    "student": student_of,
    "superuser": lambda _message: User.objects.create_superuser("root"),
}
MATRIX = [
    ("nobody", 302, 302, 302),
    ("sender", 302, 200, 200),
    ("director of this school", 302, 200, 200),
    ("tutor", 302, 200, 404),
    ("director elsewhere", 302, 200, 404),
    ("mother", 302, 404, 404),
    ("student", 302, 404, 404),
    ("superuser", 302, 200, 200),
]


@pytest.mark.parametrize(("who", "start", "sends", "send"), MATRIX)
def test_each_role_opens_its_pages_and_no_other(
    message: Message, who: str, start: int, sends: int, send: int
) -> None:
    client = as_user(WHO[who](message))
    addresses = [reverse("start"), reverse("notica:messages"), page_of(message)]
    assert [client.get(address).status_code for address in addresses] == [start, sends, send]


def test_visitor_is_led_to_the_log_in_and_back(message: Message) -> None:
    response = as_user(None).get(page_of(message))
    assert response["Location"] == f"{reverse('account_login')}?next={page_of(message)}"


def test_tutor_sees_only_the_sends_that_are_hers(school: School, message: Message) -> None:
    tutor = make_staff(school)
    group = make_group(school, "1º A", tutor.people.get())
    family(group, 60)
    own = send_to(school, tutor, groups=[group], subject="Excursión")
    listed = as_user(tutor).get(reverse("notica:messages")).context["page"].rows
    assert [row.message.pk for row in listed] == [own.pk]
    assert "Excursión" in shown(tutor, own)


def test_sender_who_left_the_school_no_longer_sees_its_families(message: Message) -> None:
    assert message.sender is not None
    message.sender.people.get().staff.delete()
    assert as_user(message.sender).get(page_of(message)).status_code == 404


def test_pages_behind_the_log_in_are_kept_by_no_cache(director: User, message: Message) -> None:
    client = as_user(director)
    for address in (reverse("start"), reverse("notica:messages"), page_of(message)):
        assert "no-store" in client.get(address)["Cache-Control"]


def test_cards_count_every_outcome_and_lead_to_it(director: User, message: Message) -> None:
    page = shown(director, message)
    assert CHOSEN.findall(page) == [
        ("Todos", "9"),
        ("Entregado al canal", "2"),
        ("Sin confirmar", "1"),
        ("Fallido", "1"),
        ("Sin canal", "1"),
        ("Excluido", "2"),
        ("Anulado", "1"),
        ("Caducado", "1"),
    ]
    outcomes = ["reached", "unconfirmed", "failed", "no_channel", "excluded", "cancelled", "expired"]
    links = [page_of(message), *(page_of(message, resultado=outcome) for outcome in outcomes)]
    assert CARD.findall(page) == [f"{link}#people" for link in links]


def test_filter_shows_those_and_only_those(director: User, message: Message) -> None:
    assert ROW.findall(shown(director, message, resultado="failed")) == ["Gil Número3, Madre3"]
    assert len(ROW.findall(shown(director, message))) == 9


def test_filter_that_nobody_meets_offers_the_way_back(director: User, message: Message) -> None:
    page = shown(director, message, resultado="open")
    assert ROW.findall(page) == []
    assert "Nadie tiene ese resultado." in page
    assert f'href="{page_of(message)}?#people"' in page


def test_addresses_are_masked_everywhere(director: User, message: Message) -> None:
    page = shown(director, message)
    numbers = {f"***{number:03d}" for number in range(1, 7)}
    assert set(ADDRESS.findall(page)) == {*numbers, "***@familia.example"}
    for secret in ("600000001", "611000001", "madre1@", "968000007"):
        assert secret not in page


def test_row_tells_the_plan_what_was_tried_and_what_was_left_out(director: User, message: Message) -> None:
    row = as_user(director).get(page_of(message)).context["page"].rows[0]
    assert (row.name, row.about, row.mark.word, row.reason) == (
        "Gil Número1, Madre1",
        ["Gil Número1, Ana"],
        "Entregado al canal",
        "",
    )
    assert [(step.words, step.note) for step in row.steps] == [
        ("Telegram y TokApp en Teléfono · madre (***001)", ""),
        ("TokApp en Teléfono 2 · madre (***001)", "no hizo falta"),
        ("Correo, si lo anterior falla (***@familia.example)", "no hizo falta"),
    ]
    tried = [(one.channel, one.mark.word, one.tries, one.reason) for one in row.steps[0].deliveries]
    assert tried == [
        ("Telegram", "Fallido", 1, "Ha bloqueado el bot"),
        ("TokApp", "Entregado al canal", 1, ""),
    ]
    assert row.omitted == ["Telegram en Teléfono 2: Nunca ha conectado Telegram"]


def test_family_of_two_parents_says_whose_each_address_is(school: School, director: User) -> None:
    group = make_group(school)
    student, _parent = family(group, 1)
    father = make_person(school, "Juan Gil", {"phone_1": "landline:+34968000001"})
    Guardianship.objects.create(
        school=school, student=student, guardian=father, relation="father", order=2, receives_messages=True
    )
    message = send_to(school, director, students=[student], way="sms")
    row = as_user(director).get(page_of(message)).context["page"].rows[0]
    assert row.name == "Familia de Gil Número1, Ana"
    assert row.omitted == ["Gil, Juan · Teléfono: Solo teléfono fijo", "Gil, Juan · Teléfono 2: Sin teléfono"]


def test_protected_family_is_told_in_its_own_words(director: User, message: Message) -> None:
    rows = as_user(director).get(page_of(message, resultado="excluded")).context["page"].rows
    assert [(row.mark.word, row.reason, row.omitted) for row in rows] == [
        ("Datos protegidos", "", []),
        ("Excluido", "Sin marcar «Mensaje padre» o «Mensaje madre»", []),
    ]


def test_handed_over_is_never_called_received(director: User, message: Message) -> None:
    rows = as_user(director).get(page_of(message)).context["page"].rows
    words = {one.mark.word for row in rows for step in row.steps for one in step.deliveries}
    assert words == {"Fallido", "Entregado al canal", "Leído", "Sin confirmar", "Caducado", "Anulado"}


def test_pages_go_on_by_key_until_everybody_was_shown(school: School, director: User) -> None:
    group = make_group(school)
    for number in range(1, 53):
        family(group, number)
    message = send_to(school, director, groups=[group], way="email")
    first = shown(director, message)
    after = int(re.findall(r'href="[^"]*\?despues=(\d+)"', first)[0])
    second = shown(director, message, despues=after)
    assert (len(ROW.findall(first)), len(ROW.findall(second))) == (50, 2)
    assert not set(ROW.findall(first)) & set(ROW.findall(second))
    assert 'rel="next"' not in second


@pytest.mark.parametrize("key", ["", "abc", "-1", "9" * 30, "²"])
def test_key_that_is_none_begins_at_the_beginning(director: User, message: Message, key: str) -> None:
    assert len(ROW.findall(shown(director, message, despues=key))) == 9


def queries(user: User, address: str) -> int:
    client = as_user(user)
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def families_message(school: School, director: User, name: str, numbers: range) -> Message:
    group = make_group(school, name)
    parents = [family(group, number)[1] for number in numbers]
    message = send_to(school, director, groups=[group])
    for parent in parents:
        deliver(message, parent, "tokapp", "accepted")
        end(message, parent, "reached")
    return finish(message)


def test_send_costs_the_same_for_one_recipient_and_for_thirty(school: School, director: User) -> None:
    one = families_message(school, director, "A", range(1, 2))
    thirty = families_message(school, director, "B", range(2, 32))
    assert queries(director, page_of(thirty)) == queries(director, page_of(one))


def test_list_costs_the_same_for_one_send_and_for_thirty(school: School, director: User) -> None:
    families_message(school, director, "A", range(1, 2))
    address = reverse("notica:messages")
    one = queries(director, address)
    for number in range(2, 31):
        families_message(school, director, f"B{number}", range(number, number + 1))
    assert len(as_user(director).get(address).context["page"].rows) == 30
    assert queries(director, address) == one


def test_list_narrows_by_state_and_by_words_without_accents(school: School, director: User) -> None:
    group = make_group(school)
    family(group, 1)
    running = send_to(school, director, groups=[group], subject="Excursión a Cartagena")
    ended = every_outcome(school, director)
    client = as_user(director)

    def found(**query: str) -> list[int]:
        rows = client.get(reverse("notica:messages"), query).context["page"].rows
        return [row.message.pk for row in rows]

    assert found() == [ended.pk, running.pk]
    assert found(estado="en-curso") == [running.pk]
    assert found(estado="terminados") == [ended.pk]
    assert found(buscar="EXCURSION") == [running.pk]
    assert found(buscar="100%") == []


def test_list_goes_on_by_key(school: School, director: User) -> None:
    group = make_group(school)
    family(group, 1)
    made = [send_to(school, director, groups=[group]).pk for _ in range(51)]
    client = as_user(director)
    first = client.get(reverse("notica:messages")).context["page"]
    second = client.get(reverse("notica:messages"), {"despues": first.after}).context["page"]
    assert [row.message.pk for row in [*first.rows, *second.rows]] == made[::-1]
    assert second.after == 0


def test_empty_list_and_list_without_matches_are_told_apart(director: User) -> None:
    client = as_user(director)
    assert "Todavía no hay ningún envío" in client.get(reverse("notica:messages")).content.decode()
    nothing = client.get(reverse("notica:messages"), {"buscar": "nada"}).content.decode()
    assert "Ningún envío cumple lo que busca" in nothing
    assert "Quitar los filtros" in nothing


def test_acuse_is_no_send_of_its_own_in_the_list(school: School, director: User, message: Message) -> None:
    copy = Message.objects.get(pk=message.pk)
    copy.pk, copy.token, copy.client_key, copy.kind = None, "acuse", "acuse", "acuse"
    copy.save(force_insert=True)
    rows = as_user(director).get(reverse("notica:messages")).context["page"].rows
    assert [row.message.pk for row in rows] == [message.pk]


def running_send(school: School, director: User) -> Message:
    group = make_group(school)
    parents = [family(group, number)[1] for number in (1, 2)]
    message = send_to(school, director, groups=[group])
    deliver(message, parents[0], "tokapp", "accepted")
    end(message, parents[0], "reached")
    return message


def test_unfinished_send_shows_progress_and_reloads_itself(school: School, director: User) -> None:
    response = as_user(director).get(page_of(running_send(school, director)))
    page = response.content.decode()
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page
    assert 'hx-trigger="every 3s"' in page
    assert re.search(r'<progress[^>]*value="1"\s+max="2"', page)
    assert "<strong>1 de 2</strong> destinatarios" in page


def test_reader_can_stop_the_reloading(school: School, director: User) -> None:
    response = as_user(director).get(page_of(running_send(school, director), quieta=1))
    page = response.content.decode()
    assert [word for word in ("http-equiv", "hx-get") if word in page] == []
    assert "La página no se actualiza sola." in page


def test_finished_send_neither_reloads_nor_shows_progress(director: User, message: Message) -> None:
    page = shown(director, message)
    assert [word for word in ("http-equiv", "hx-get", "<progress") if word in page] == []


def test_send_for_later_says_when_in_the_schools_zone(db: None) -> None:
    school = make_school("79000001", time_zone="Asia/Ho_Chi_Minh")
    director = make_director(school)
    group = make_group(school)
    family(group, 1)
    now = database_now()
    later = now + timedelta(days=2)
    message = send_to(school, director, groups=[group], not_before=later.replace(hour=23, minute=30))
    page = shown(director, message)
    assert "a las 6:30." in page


def test_delivery_that_waits_for_the_morning_says_its_hour(school: School, director: User) -> None:
    message = running_send(school, director)
    later = (database_now() + timedelta(days=2)).replace(hour=5, minute=0)
    Delivery.objects.filter(message_id=message.pk, state="ready").update(not_before=later)
    row = as_user(director).get(page_of(message)).context["page"].rows[1]
    word = row.steps[0].deliveries[0].mark.word
    assert re.fullmatch(r"Aplazado al \d+/\d+/\d+ a las [67]:00", word)


@pytest.mark.parametrize("language", ["es", "vi", "en"])
def test_pages_come_in_every_language(director: User, message: Message, language: str) -> None:
    client = as_user(director)
    address = reverse("notica:messages")
    assert client.post(reverse("language"), {"language": language, "next": address})["Location"] == address
    for page in (address, page_of(message), page_of(message, resultado="failed")):
        html = client.get(page).content.decode()
        assert f'<html lang="{language}">' in html
        assert ("Ir al contenido" in html) == (language == "es")


def test_text_is_shown_as_written_and_never_as_markup(school: School, director: User) -> None:
    group = make_group(school)
    family(group, 1)
    plain, marked = (
        shown(director, send_to(school, director, groups=[group], body=body))
        for body in ("alert(1)", "<script>alert(1)</script>")
    )
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in marked
    assert marked.count("<script") == plain.count("<script")


def test_full_page_stays_light(school: School, director: User) -> None:
    group = make_group(school)
    for number in range(1, 53):
        family(group, number)
    message = send_to(school, director, groups=[group], email_after=True)
    assert Recipient.objects.filter(message=message).count() == 52
    assert len(shown(director, message).encode()) < 105_000


def test_send_does_not_show_whom_a_court_keeps_from_its_reader(school: School, director: User) -> None:
    group = make_group(school)
    child, _other = (make_student(group, name, [Parent(f"Madre{name}")]) for name in ("Quiteria", "Zoilo"))
    child.guardianships.create(
        school=school,
        guardian=director.people.get(),
        relation="father",
        order=2,
        barred_from="2026-01-01",
        barred_reference="Auto 12/2026",
    )
    message = send_to(school, director, groups=[group])
    page = shown(director, message)
    names = ("MadreZoilo", "Zoilo", "MadreQuiteria", "Quiteria")
    assert [name in page for name in names] == [True, True, False, False]
    assert [name in shown(make_director(school), message) for name in names] == [True, True, True, True]
