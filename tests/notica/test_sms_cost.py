"""What the SMS of a send are charged as."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from notica.models import Message, ProgressDelta, Recipient
from notica.sms_cost import SmsCost, cost_of, cost_words, sms_words
from plumier.clock import database_now
from plumier.models import School, SchoolPolicy, User
from plumier.money import money
from tests.factories.register import make_director, make_group, make_school
from tests.notica.results import ACCOUNTS, family, finish
from tests.notica.stories import send_to


@pytest.fixture(autouse=True)
def _accounts(settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS


@pytest.fixture
def school(db: None) -> School:
    school = make_school()
    SchoolPolicy.objects.filter(school=school).update(sms_to_many=True)
    return school


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


def priced(price: str | None, currency: str = "EUR") -> SchoolPolicy:
    return SchoolPolicy(sms_price=None if price is None else Decimal(price), sms_currency=currency)


@pytest.mark.parametrize(
    ("text", "recipients", "policy", "cost"),
    [
        ("a" * 160, 120, priced("0.07"), SmsCost(1, 120, Decimal("8.40"), "EUR")),
        ("a" * 161, 120, priced("0.07"), SmsCost(2, 120, Decimal("16.80"), "EUR")),
        ("á" * 151, 100, priced("0.0755"), SmsCost(3, 100, Decimal("22.65"), "EUR")),
        ("Ngày mai nghỉ học.", 500, priced("850", "VND"), SmsCost(1, 500, Decimal(425_000), "VND")),
        ("hola", 3, priced(None), SmsCost(1, 3, None, "EUR")),
    ],
)
def test_cost_is_of_each_part_to_each_recipient(
    text: str, recipients: int, policy: SchoolPolicy, cost: SmsCost
) -> None:
    assert cost_of(text, recipients, policy) == cost


@pytest.mark.parametrize(
    ("cost", "words"),
    [
        (SmsCost(1, 120, Decimal("8.40")), "120 SMS · 8,40 €"),
        (SmsCost(3, 120, Decimal("25.20")), "360 SMS · 3 por destinatario · 25,20 €"),
        (SmsCost(1, 1), "1 SMS"),
        (SmsCost(2, 20_000), "40.000 SMS · 2 por destinatario"),
    ],
)
def test_cost_in_words(cost: SmsCost, words: str) -> None:
    assert cost_words(cost).replace("\u00a0", " ").replace("40 000", "40.000") == words


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("8.4", "EUR", "8,40 €"),
        ("0.005", "EUR", "0,01 €"),
        ("0.0045", "EUR", "0,0045 €"),
        ("0", "EUR", "0,00 €"),
        ("12", "USD", "12,00 US$"),
        ("850.4", "VND", "850 ₫"),
        ("12", "CHF", "12,00 CHF"),
    ],
)
def test_money_is_rounded_to_what_its_currency_has(amount: str, currency: str, words: str) -> None:
    assert money(Decimal(amount), currency) == words


def test_money_is_written_as_the_language_does() -> None:
    with translation.override("vi"):
        assert money(Decimal(425_000), "VND").replace("\u00a0", " ") == "425.000 ₫"


def sent(school: School, director: User, way: str = "sms", **fields: Any) -> Message:
    """A send to four families: one reached, one failed, one without a way, one left out."""
    group = make_group(school)
    for number in range(1, 5):
        family(group, number)
    message = send_to(school, director, groups=[group], way=way, **fields)
    outcomes = ("reached", "failed", "no_channel", "excluded")
    for recipient, outcome in zip(Recipient.objects.filter(message=message), outcomes, strict=True):
        Recipient.objects.filter(pk=recipient.pk).update(outcome=outcome, closed_at=database_now())
        ProgressDelta.objects.create(message_id=message.pk, outcome=recipient.outcome, count=-1)
        ProgressDelta.objects.create(message_id=message.pk, outcome=outcome, count=1)
    return finish(message)


def shown(message: Message, director: User) -> str:
    client = Client()
    client.force_login(director)
    response = client.get(reverse("notica:message", args=[message.token]))
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ")


def test_page_of_a_send_says_its_sms_and_their_cost(school: School, director: User) -> None:
    SchoolPolicy.objects.filter(school=school).update(sms_price="0.07")
    page = shown(sent(school, director, body="Mañana no hay clase."), director)
    assert "<dt>Coste en SMS</dt><dd>2 SMS · 0,14 €</dd>" in page


def test_page_of_a_send_says_its_sms_without_a_price(school: School, director: User) -> None:
    page = shown(sent(school, director, body="á" * 71), director)
    assert "<dt>Coste en SMS</dt><dd>4 SMS · 2 por destinatario</dd>" in page


def test_page_of_another_send_says_nothing_of_sms(school: School, director: User) -> None:
    SchoolPolicy.objects.filter(school=school).update(sms_price="0.07")
    assert "Coste en SMS" not in shown(sent(school, director, way="telegram_tokapp"), director)


def test_send_to_nobody_costs_nothing_worth_saying(school: School, director: User) -> None:
    message = sent(school, director)
    assert [
        sms_words(message, totals) for totals in ({}, {"excluded": 3, "no_channel": 1, "cancelled": 2})
    ] == [
        "",
        "",
    ]
    assert sms_words(message, {"": 2, "excluded": 3}) == "2\u00a0SMS"
