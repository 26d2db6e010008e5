"""What the list of sends is narrowed to."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from notica.models import Message
from notica.sends_filter import SendsFilter
from notica.sends_list import Filters
from plumier.models import School, User
from tests.factories.register import make_director, make_group, make_school, make_staff
from tests.notica.results import ACCOUNTS, family
from tests.notica.stories import send_to

MADRID = ZoneInfo("Europe/Madrid")


@pytest.fixture(autouse=True)
def _accounts(settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS


@pytest.fixture
def school(db: None) -> School:
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


def sends(school: School, director: User) -> dict[str, Message]:
    """One by chat of the third of April, one by mail of the fourth, and one that a tutor sent."""
    tutor = make_staff(school)
    group = make_group(school, "1º A", tutor.people.get())
    family(group, 1)
    made = {
        "chat": send_to(school, director, groups=[group]),
        "mail": send_to(school, director, groups=[group], way="email"),
        "tutor": send_to(school, tutor, groups=[group]),
    }
    days = {
        "chat": (3, 21),
        "mail": (3, 22),
        "tutor": (5, 10),
    }  # in UTC; at 22:00 the next day begins in Madrid
    for name, (day, hour) in days.items():
        moment = datetime(2026, 4, day, hour, 30, tzinfo=UTC)
        Message.objects.filter(pk=made[name].pk).update(created_at=moment)
    return made


def listed(user: User, made: dict[str, Message], **query: str) -> list[str]:
    client = Client()
    client.force_login(user)
    rows = client.get(reverse("notica:messages"), query).context["page"].rows
    names = {message.pk: name for name, message in made.items()}
    return [names[row.message.pk] for row in rows]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["tutor", "mail", "chat"]),
        ({"desde": "2026-04-04"}, ["tutor", "mail"]),
        ({"hasta": "2026-04-04"}, ["mail", "chat"]),
        ({"desde": "2026-04-03", "hasta": "2026-04-03"}, ["chat"]),
        ({"via": "email"}, ["mail"]),
        ({"clase": "message"}, ["tutor", "mail", "chat"]),
        ({"clase": "absence"}, []),
        ({"quien": "mios"}, ["mail", "chat"]),
        ({"quien": "mios", "via": "telegram_tokapp"}, ["chat"]),
        ({"via": "palomas", "desde": "ayer"}, ["tutor", "mail", "chat"]),
    ],
)
def test_list_is_narrowed_to_what_is_asked_for(
    school: School, director: User, query: dict[str, str], names: list[str]
) -> None:
    assert listed(director, sends(school, director), **query) == names


def test_who_leads_nothing_is_not_asked_whose(school: School, director: User) -> None:
    made = sends(school, director)
    tutor = made["tutor"].sender
    assert tutor is not None
    assert listed(tutor, made) == ["tutor"]
    client = Client()
    client.force_login(tutor)
    page = client.get(reverse("notica:messages")).content.decode()
    assert 'name="quien"' not in page
    assert 'name="via"' in page


def test_wrong_day_says_so_at_its_field_and_keeps_what_was_typed(director: User) -> None:
    client = Client()
    client.force_login(director)
    query = {"desde": "2026-04-05", "hasta": "2026-04-03"}
    page = client.get(reverse("notica:messages"), query).content.decode()
    assert "Es anterior al primer día: ponga uno posterior o déjelo vacío." in page
    assert 'value="2026-04-03"' in page


def test_days_are_those_of_the_zone_and_whole() -> None:
    form = SendsFilter({"desde": "2026-10-25", "hasta": "2026-10-25", "buscar": "x" * 200}, leads=True)
    found = form.filters(MADRID)
    assert found == Filters(
        words="x" * 100,
        since=datetime(2026, 10, 24, 22, tzinfo=UTC),
        until=datetime(2026, 10, 25, 23, tzinfo=UTC),
    )
    # The clocks go back that night.
    assert found.until is not None
    assert found.since is not None
    assert found.until.astimezone(UTC) - found.since.astimezone(UTC) == timedelta(hours=25)
