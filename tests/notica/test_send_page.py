"""A send's page while it lives: what it asks for again, who is found on it, and why it rests."""

import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from channels_app.models import ChannelAccount
from notica.models import Delivery, Message, Recipient
from notica.phases import Phase
from notica.send_page import told_step
from plumier.clock import database_now
from plumier.models import Contact, Guardianship, School, SchoolPolicy, User
from tests.factories.register import make_director, make_group, make_person, make_school, make_staff
from tests.notica.results import ACCOUNTS, deliver, end, every_outcome, family, finish
from tests.notica.stories import send_to

ROW = re.compile(r'<th role="rowheader"[^>]*>\s*([^<]+?)\s*<')
SWAPPED = re.compile(r'id="([a-z-]+)"[^>]*hx-swap-oob="true"')


@pytest.fixture(autouse=True)
def _accounts(settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS


@pytest.fixture
def school(db: None) -> School:
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


def opened(user: User, message: Message, known: str = "", **query: object) -> str:
    """The page; with what is known already, the part of it that asks again."""
    client = Client()
    client.force_login(user)
    headers = {"HX-Request": "true", "HX-Target": "live", "X-Known": known} if known else {}
    response = client.get(reverse("notica:message", args=[message.token]), query, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def running(school: School, director: User, number: int = 4) -> tuple[Message, list[Any]]:
    group = make_group(school, f"Grupo {number}")
    parents = [family(group, 100 * number + one)[1] for one in range(1, number + 1)]
    return send_to(school, director, groups=[group]), parents


def reach(message: Message, parent: Any) -> None:
    deliver(message, parent, "tokapp", "accepted")
    end(message, parent, "reached")


def test_part_that_asks_again_has_the_totals_and_the_rows_and_no_page_around(
    school: School, director: User
) -> None:
    message, parents = running(school, director)
    reach(message, parents[0])
    part = opened(director, message, "sending-25")
    assert "<html" not in part
    assert "<strong>1 de 4</strong> destinatarios" in part
    assert SWAPPED.findall(part) == ["people-list", "cancel-left"]
    assert re.search(r'id="cancel-left"[^>]*>\s*Anular para 3 destinatarios', part)
    assert len(ROW.findall(part)) == 4
    assert 'hx-headers=\'{"X-Known": "sending-25"}\'' in part


def test_quarters_are_read_out_once(school: School, director: User) -> None:
    message, parents = running(school, director)
    for parent in parents[:2]:
        reach(message, parent)
    assert 'id="said"' in opened(director, message, "sending-25")
    assert "Van 2 de 4 destinatarios." in opened(director, message, "sending-25")
    assert "Van 2 de 4" not in opened(director, message, "sending-50")


def test_end_brings_everything_that_changes_with_it_and_asks_no_more(school: School, director: User) -> None:
    message, parents = running(school, director)
    for parent in parents:
        reach(message, parent)
    finish(message)
    part = opened(director, message, "sending-75")
    assert SWAPPED.findall(part) == [
        "people-list",
        "send-mark",
        "send-facts",
        "send-actions",
        "people-pager",
    ]
    assert "El envío ha terminado." in part
    assert "hx-get" not in part


def test_dialog_that_is_led_here_gets_the_whole_page(school: School, director: User) -> None:
    message, _parents = running(school, director)
    client = Client()
    client.force_login(director)
    headers = {"HX-Request": "true", "HX-Target": "dialog"}
    page = client.get(reverse("notica:message", args=[message.token]), headers=headers).content.decode()
    assert "<html" in page


def test_held_send_counts_down_and_offers_to_undo_and_nothing_else(school: School, director: User) -> None:
    group = make_group(school)
    family(group, 1)
    message = send_to(school, director, groups=[group], undo=True)
    page = opened(director, message)
    assert re.search(r"Se envía en (10|9|8) segundos\.", page)
    assert re.findall(r'action="[^"]*/envios/[^/]+/([a-z-]+)/"', page) == ["deshacer"]
    assert 'hx-trigger="every 1s"' in page
    seconds = re.search(r'http-equiv="refresh" content="(\d+)"', page)
    assert seconds is not None
    assert int(seconds[1]) in (9, 10, 11)


def test_scheduled_send_says_when_it_leaves_and_can_be_cancelled_whole(
    school: School, director: User
) -> None:
    group = make_group(school)
    family(group, 1)
    tomorrow = database_now() + timedelta(days=1)
    message = send_to(school, director, groups=[group], not_before=tomorrow)
    page = opened(director, message)
    assert re.search(r"<strong>Sale mañana a las \d+:\d\d\.</strong>", page)
    assert "Anular todo el envío" in page
    assert "La página se actualiza sola cuando salga." in page
    assert 'hx-trigger="every 900s"' in page
    client = Client()
    client.force_login(director)
    (row,) = client.get(reverse("notica:messages")).context["page"].rows
    assert row.mark.word.startswith("Sale mañana a las ")


@pytest.mark.parametrize("begun", [False, True])
def test_send_in_quiet_hours_says_when_it_goes_on(school: School, director: User, begun: bool) -> None:
    message, parents = running(school, director)
    if begun:
        reach(message, parents[0])
    local = database_now().astimezone(ZoneInfo(school.time_zone))
    start, end = (local + timedelta(hours=hours) for hours in (-1, 2))
    SchoolPolicy.objects.update(quiet_from=start.time(), quiet_until=end.time().replace(second=0))
    page = " ".join(opened(director, message).split())
    words = f"<strong>Sale {'hoy' if end.date() == local.date() else 'mañana'} a las {end.hour}:{end:%M}.</strong>"
    assert f"{words} Ahora son horas de silencio en el centro." in page
    assert ("<strong>1 de 4</strong>" in page, "cada 60 segundos" in page) == (begun, False)
    assert 'hx-trigger="every 900s"' in page


def nobody_reached(school: School, director: User) -> tuple[Message, list[Any]]:
    """Ended; the mothers of two have no phone any more, and one never had Telegram."""
    message, parents = running(school, director, 3)
    for parent in parents:
        deliver(message, parent, "tokapp", "failed", "tokapp.unknown_phone")
        end(message, parent, "failed", "tokapp.unknown_phone")
    finish(message)
    return message, parents


def test_sending_again_is_offered_where_somebody_has_a_way_now(school: School, director: User) -> None:
    message, parents = nobody_reached(school, director)
    Contact.objects.filter(person=parents[0].person, slot__startswith="phone").delete()
    page = opened(director, message)
    assert ("Enviar otra vez a 3 que no lo recibieron" in page, "No se puede enviar otra vez" in page) == (
        True,
        False,
    )


def test_where_nobody_has_a_way_now_what_to_mend_is_said_instead(school: School, director: User) -> None:
    message, _parents = nobody_reached(school, director)
    Contact.objects.filter(slot__startswith="phone").delete()
    page = " ".join(opened(director, message).split())
    assert "3 personas no lo recibieron y ahora ninguna tiene por dónde recibirlo." in page
    assert "Sin teléfono: 3 · Escriba el teléfono en su ficha." in page
    assert f'action="{reverse("notica:resend_failed", args=[message.token])}"' not in page


def test_account_at_rest_is_told_while_something_waits_for_it(school: School, director: User) -> None:
    message, parents = running(school, director, 1)
    until = database_now() + timedelta(minutes=5)
    ChannelAccount.objects.filter(channel="tokapp").update(paused_until=until)
    ChannelAccount.objects.filter(channel="email").update(paused_until=until)
    assert re.findall(
        r"<span>(.* está en pausa): se reanuda solo a las \d+:\d\d\.</span>", opened(director, message)
    ) == ["TokApp está en pausa"]
    reach(message, parents[0])
    assert "en pausa" not in opened(director, message)


def test_account_that_is_cut_off_is_told_with_its_next_try(school: School, director: User) -> None:
    message, _parents = running(school, director, 1)
    accounts = ChannelAccount.objects.filter(channel="tokapp")
    accounts.update(circuit_open_until=database_now() + timedelta(minutes=5), circuit_reason="tokapp.token")
    assert "TokApp no funciona ahora: se prueba de nuevo a las " in opened(director, message)
    accounts.update(circuit_open_until=database_now() - timedelta(minutes=5))
    assert "TokApp no funciona ahora: lo que espera sale solo cuando vuelva." in opened(director, message)


def test_sms_that_came_back_says_when_it_is_tried_again(school: School, director: User) -> None:
    message, _parents = running(school, director, 1)
    again = database_now() + timedelta(hours=30)
    Delivery.objects.filter(message_id=message.pk).update(tries=1, returned=1, not_before=again)
    assert re.search(r"Se reintenta el \d+/\d+/\d+ a las \d+:\d\d", opened(director, message))


def test_people_are_found_by_words_of_their_name_or_of_the_childs(school: School, director: User) -> None:
    message = every_outcome(school, director)
    for words, names in (
        ("rósa", ["Gil Número7, Rosa"]),
        ("numero3 madre", ["Gil Número3, Madre3"]),
        ("Iván", ["Gil Número2, Madre2"]),
        ("Gil, Teresa", ["Gil Número9, Teresa"]),
        ("100%", []),
    ):
        assert (words, ROW.findall(opened(director, message, buscar=words))) == (words, names)
    page = opened(director, message, buscar="nadie")
    assert "Nadie de este envío se llama así." in page
    assert ROW.findall(opened(director, message, buscar="gil", resultado="failed")) == ["Gil Número3, Madre3"]


def test_family_is_found_by_the_childs_name(school: School, director: User) -> None:
    group = make_group(school)
    student, _parent = family(group, 1)
    father = make_person(school, "Juan Ros", {"phone_1": "+34600000099"})
    Guardianship.objects.create(
        school=school, student=student, guardian=father, relation="father", order=2, receives_messages=True
    )
    message = send_to(school, director, students=[student], way="sms")
    assert ROW.findall(opened(director, message, buscar="ana")) == ["Familia de Gil Número1, Ana"]


def test_somebody_of_another_school_is_not_found(school: School, director: User) -> None:
    message = every_outcome(school, director)
    other = make_school("30000002")
    group = make_group(other)
    family(group, 7)
    there = send_to(other, make_director(other), groups=[group])
    assert len(ROW.findall(opened(director, message, buscar="rosa"))) == 1
    client = Client()
    client.force_login(director)
    address = reverse("notica:message", args=[there.token])
    assert client.get(address, {"buscar": "rosa"}).status_code == 404
    headers = {"HX-Request": "true", "HX-Target": "live"}
    assert client.get(address, headers=headers).status_code == 404


@pytest.mark.parametrize(
    ("done", "recipients", "phase", "step"),
    [
        (0, 0, Phase.SENDING, "sending"),
        (0, 10, Phase.SENDING, "sending-0"),
        (49, 100, Phase.SENDING, "sending-25"),
        (10, 10, Phase.SENDING, "sending-100"),
        (10, 10, Phase.ENDED, "ended"),
    ],
)
def test_steps_that_are_read_out_are_quarters(done: int, recipients: int, phase: Phase, step: str) -> None:
    assert told_step(done, recipients, phase) == step


def cost(user: User, message: Message, known: str, **query: str) -> int:
    opened(user, message, known, **query)
    with CaptureQueriesContext(connection) as captured:
        opened(user, message, known, **query)
    return len(captured)


@pytest.mark.parametrize(("known", "words"), [("", ""), ("sending-0", ""), ("", "gil")])
def test_running_send_costs_the_same_for_one_and_for_thirty(
    school: School, director: User, known: str, words: str
) -> None:
    costs = []
    for number in (1, 30):
        message, parents = running(school, director, number)
        reach(message, parents[0])
        assert Recipient.objects.filter(message=message).count() == number
        costs.append(cost(director, message, known, **({"buscar": words} if words else {})))
    assert costs[0] == costs[1]


def test_text_with_places_says_that_they_are_filled_and_no_id_stands_twice(
    school: School, director: User
) -> None:
    colleague = make_staff(school, "Leo Paz").people.get()
    for body, expected in (("Hola, {nombre}.", 1), ("Hola.", 0)):
        message = send_to(
            school, director, to="personal", staff=[colleague.pk], way="email", subject="Aviso", body=body
        )
        text = opened(director, message)
        assert text.count("Lo que va entre llaves se cambia") == expected
        assert text.count('id="said"') == 1
