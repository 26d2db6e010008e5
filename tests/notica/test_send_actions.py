"""From a send's page: cancelling what is left and sending again to those it did not reach."""

from typing import Any

import pytest
import redis
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from notica.models import Delivery, Message
from notica.poller import tick
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


@pytest.mark.parametrize("name", [CANCEL, RESEND])
def test_others_find_nothing_to_press(running: Message, school: School, name: str) -> None:
    colleague = make_staff(school, "Ana Ruiz")
    elsewhere = make_director(make_school("30000002"))
    assert [press(user, name, running).status_code for user in (colleague, elsewhere)] == [404, 404]
    assert press(None, name, running).redirect_chain[0][0].startswith("/entrar/")  # type: ignore[attr-defined]
    assert Client().get(reverse(name, args=[running.token])).status_code == 405
    assert set(Delivery.objects.values_list("state", flat=True)) == {"ready"}
