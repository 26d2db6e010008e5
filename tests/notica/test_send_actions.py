"""From a send's page: cancelling what is left and sending again to those it did not reach."""

from typing import Any

import pytest
import redis
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from notica.models import Delivery, KeptDraft, Message
from notica.poller import tick
from plumier.clock import database_now
from plumier.models import School, User
from tests.factories.register import make_director, make_group, make_school, make_staff
from tests.notica.answering import ACCEPTED, CONFIGURED, answer
from tests.notica.results import every_outcome, family
from tests.notica.stories import outcomes, send_to

CANCEL, RESEND = "notica:cancel_send", "notica:resend_failed"


@pytest.fixture
def school(transactional_db: None, settings: Any, queue_store: redis.Redis) -> School:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


@pytest.fixture
def running(school: School, director: User) -> Message:
    """To two families by TokApp; nothing has gone out yet."""
    group = make_group(school)
    for number in (1, 2):
        family(group, number)
    return send_to(school, director, groups=[group])


def press(user: User | None, name: str, message: Message, **fields: str) -> HttpResponse:
    client = Client()
    if user is not None:
        client.force_login(user)
    response = client.post(reverse(name, args=[message.token]), fields, follow=True)
    assert isinstance(response, HttpResponse)
    return response


def test_cancelled_send_goes_out_to_nobody_and_says_so(running: Message, director: User) -> None:
    page = press(director, CANCEL, running).content.decode()
    assert "El envío está anulado: lo que no había salido ya no sale." in page
    tick()
    assert answer("tokapp", ACCEPTED) == 0
    running.refresh_from_db()
    assert (running.state, running.cancelled_by, running.finished_at is not None) == (
        "cancelled",
        director,
        True,
    )
    assert [row[1] for row in outcomes(running)] == ["cancelled", "cancelled"]


def test_cancelling_an_ended_send_is_refused_in_words(school: School, director: User) -> None:
    message = every_outcome(school, director)
    page = press(director, CANCEL, message).content.decode()
    assert "Este envío ya ha terminado: no queda nada que anular." in page
    message.refresh_from_db()
    assert message.state == "finished"


def test_send_again_makes_one_send_for_one_form_and_opens_its_page(school: School, director: User) -> None:
    message = every_outcome(school, director)
    answers = [press(director, RESEND, message, key="one form") for _ in range(2)]
    (again,) = Message.objects.filter(resends=message)
    assert {answer.redirect_chain[-1][0] for answer in answers} == {  # type: ignore[attr-defined]
        reverse("notica:message", args=[again.token])
    }
    assert (again.body, again.way, again.audience["again"]) == (message.body, message.way, message.pk)


def test_send_again_a_second_time_is_refused_in_words(school: School, director: User) -> None:
    message = every_outcome(school, director)
    press(director, RESEND, message, key="one form")
    page = press(director, RESEND, message, key="another").content.decode()
    assert "Este envío ya se reintentó." in page
    assert "Enviar otra vez a" not in page
    assert Message.objects.filter(resends=message).count() == 1


def test_send_again_of_a_running_send_is_refused_in_words(running: Message, director: User) -> None:
    page = press(director, RESEND, running, key="k").content.decode()
    assert "Este envío sigue en curso." in page
    assert not Message.objects.filter(resends=running).exists()


def test_send_again_where_all_were_reached_is_refused_in_words(running: Message, director: User) -> None:
    answer("tokapp", ACCEPTED)
    page = press(director, RESEND, running, key="k").content.decode()
    assert "No hay fallidos: no queda nadie a quien reintentar." in page


@pytest.mark.parametrize("name", [CANCEL, RESEND, "notica:undo_send", "notica:write_again"])
def test_others_find_nothing_to_press(running: Message, school: School, name: str) -> None:
    colleague = make_staff(school, "Ana Ruiz")
    elsewhere = make_director(make_school("30000002"))
    assert [press(user, name, running).status_code for user in (colleague, elsewhere)] == [404, 404]
    assert press(None, name, running).redirect_chain[0][0].startswith("/entrar/")  # type: ignore[attr-defined]
    assert Client().get(reverse(name, args=[running.token])).status_code == 405
    assert set(Delivery.objects.values_list("state", flat=True)) == {"ready"}


def held(school: School, director: User) -> Message:
    """Just sent, and still to be taken back."""
    group = make_group(school)
    family(group, 1)
    return send_to(school, director, groups=[group], undo=True)


def written(message: Message) -> KeptDraft:
    """What its sender wrote."""
    now = database_now()
    return KeptDraft.objects.create(
        school=message.school,
        by=message.sender,
        to="familia",
        way="telegram_tokapp",
        body="Hola",
        sent_as=message,
        created_at=now,
        updated_at=now,
    )


def test_undone_in_time_nothing_goes_out_and_the_draft_is_open_again(school: School, director: User) -> None:
    message = held(school, director)
    written(message)
    answers = [press(director, "notica:undo_send", message) for _ in range(2)]
    again = KeptDraft.objects.get(sent_as=None)
    for answered in answers:
        assert answered.redirect_chain[0][0] == reverse("profesores:write", args=[again.token])  # type: ignore[attr-defined]
    assert again.body == "Hola"
    tick()
    assert answer("tokapp", ACCEPTED) == 0
    assert [row[1] for row in outcomes(message)] == ["cancelled"]


def test_undone_without_a_kept_draft_says_that_nothing_went_out(school: School, director: User) -> None:
    page = press(director, "notica:undo_send", held(school, director)).content.decode()
    assert "Deshecho: no ha salido nada." in page
    assert "Volver a escribir" not in page


def test_undo_that_comes_too_late_cancels_what_is_left_and_says_so(running: Message, director: User) -> None:
    written(running)
    page = press(director, "notica:undo_send", running).content.decode()
    assert "Ya había empezado a salir: lo que quedaba está anulado." in page
    running.refresh_from_db()
    assert running.state == "cancelled"
    assert KeptDraft.objects.filter(sent_as=None).count() == 0
    assert "Volver a escribir" in page


def test_undo_of_an_ended_send_is_refused_in_words(school: School, director: User) -> None:
    page = press(director, "notica:undo_send", every_outcome(school, director)).content.decode()
    assert "Este envío ya ha terminado: no queda nada que anular." in page


def test_writing_again_opens_the_same_draft_and_refuses_what_is_not_kept(
    running: Message, director: User
) -> None:
    refused = press(director, "notica:write_again", running).content.decode()
    assert "El texto de este envío ya no se guarda: escríbalo de nuevo." in refused
    written(running)
    press(director, "notica:write_again", running)
    assert KeptDraft.objects.get(sent_as=None).body == "Hola"


def test_colleague_who_leads_cannot_open_what_another_wrote(running: Message, school: School) -> None:
    written(running)
    page = press(make_director(school), "notica:write_again", running).content.decode()
    assert "ya no se guarda" in page
    assert not KeptDraft.objects.filter(sent_as=None).exists()


def test_key_that_no_database_reads_is_no_error(running: Message, director: User) -> None:
    assert press(director, RESEND, running, key="a\0b").status_code == 200
