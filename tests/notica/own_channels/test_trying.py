"""A test goes to her own address and to no other, a few times an hour."""

from collections.abc import Callable

import pytest

from notica.choices import Way
from notica.models import Delivery, InboxEntry, Message
from notica.own_channels.trying import MOST_AN_HOUR, MOST_SMS_A_DAY, send_own_trial, trials_of
from notica.refusals import Refused
from plumier.clock import database_now
from plumier.models import Contact, Person, SchoolPolicy, Student, User
from tests.factories.register import link, make_login
from tests.notica.own_channels.conftest import MAIL, PHONE
from tests.providers.sandbox import Sandbox


@pytest.fixture
def user(mother: Person) -> User:
    return make_login(mother)


def contact(value: str) -> Contact:
    return Contact.objects.select_related("person__school").get(value=value)


def attempt(user: User, value: str = MAIL, way: str = Way.EMAIL, key: str = "one") -> Message:
    return send_own_trial(contact(value), way, key, by=user, now=database_now())


@pytest.mark.django_db(transaction=True)
def test_test_reaches_her_chat_and_its_outcome_is_shown(
    user: User, sandbox: Sandbox, run_engine: Callable[[], None]
) -> None:
    link("telegram", PHONE, "501")
    sandbox.telegram("501", "start")
    attempt(user, PHONE, Way.TELEGRAM_TOKAPP)
    (before,) = trials_of(user, database_now())
    assert (before.end, before.moves) == ("***601", True)
    run_engine()
    (sent,) = sandbox.taken("telegram")
    assert (sent["address"], "Mensaje de prueba de IES Ribera" in sent["text"]) == ("501", True)
    (trial,) = trials_of(user, database_now())
    marks = {channel: mark.word for channel, mark, _reason in trial.results}
    assert (marks["Telegram"], trial.moves) == ("Entregado al canal", False)


def test_test_goes_to_that_address_alone_and_not_into_notica(user: User) -> None:
    attempt(user)
    assert list(Delivery.objects.values_list("channel", "address")) == [("email", MAIL)]
    assert InboxEntry.objects.count() == 0


def test_double_click_is_one_test(user: User) -> None:
    assert attempt(user) == attempt(user)
    assert Message.objects.count() == 1


@pytest.mark.parametrize(("value", "way"), [("+34612345699", Way.SMS), (PHONE, Way.EMAIL), (MAIL, Way.SMS)])
def test_other_parents_phone_and_ways_that_lead_nowhere_are_refused(user: User, value: str, way: str) -> None:
    with pytest.raises(Refused):
        attempt(user, value, way)
    assert Message.objects.count() == 0


def test_way_that_the_school_does_not_use_is_refused(user: User) -> None:
    SchoolPolicy.objects.update(channels=["sms"])
    with pytest.raises(Refused):
        attempt(user)
    assert attempt(user, PHONE, Way.SMS).way == Way.SMS


def test_hour_has_five_tests_and_a_day_two_sms(user: User) -> None:
    for number in range(MOST_SMS_A_DAY):
        attempt(user, PHONE, Way.SMS, f"sms{number}")
    with pytest.raises(Refused, match="2 pruebas por SMS"):
        attempt(user, PHONE, Way.SMS, "sms")
    for number in range(MOST_AN_HOUR - MOST_SMS_A_DAY):
        attempt(user, key=f"mail{number}")
    with pytest.raises(Refused, match="5 pruebas en una hora"):
        attempt(user, key="mail")
    assert Message.objects.count() == MOST_AN_HOUR


def test_protected_family_is_sent_no_test(user: User) -> None:
    Student.objects.update(protected=True)
    with pytest.raises(Refused, match="Datos protegidos"):
        attempt(user)


def test_trials_of_another_are_not_hers(user: User, mother: Person) -> None:
    attempt(user)
    father = make_login(Person.objects.get(given_name="Pedro"))
    assert (len(trials_of(user, database_now())), trials_of(father, database_now())) == (1, [])
