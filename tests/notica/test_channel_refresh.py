"""The gateways are asked about every school's phones, by rows that no lost hint can lose (requirement B8)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from channels_app.models import Activation, ChannelAccount, Suppression
from notica import channel_refresh
from notica.channel_refresh import AT_ONCE, LEASE, ask_for_round, refresh, refresh_person, wake_refreshing
from notica.models import ChannelRound
from plumier.clock import database_now
from plumier.models import School
from tests.factories.register import link, make_person, make_school
from tests.notica.results import ACCOUNTS
from tests.providers.sandbox import Sandbox


@pytest.fixture
def school(db: None, settings: Any) -> School:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    return make_school()


def due(school: School) -> None:
    ChannelRound.objects.update_or_create(school=school, defaults={"due_at": database_now()})


def states() -> dict[str, str]:
    rows = Activation.objects.filter(account__channel="tokapp")
    return dict(rows.order_by("address").values_list("address", "state"))


def test_round_asks_about_each_mobile_once(school: School, sandbox: Sandbox) -> None:
    for number in range(3):
        make_person(school, f"Ana {number}", {"phone_1": f"+3460000000{number}"})
    make_person(school, "Eva", {"phone_1": "landline:+34968123456"})
    sandbox.tokapp(["+34600000001"])
    due(school)
    assert (refresh(school.pk), refresh(school.pk)) == (3, 0)
    assert states() == {
        "+34600000000": "inactive",
        "+34600000001": "linked",
        "+34600000002": "inactive",
    }
    Activation.objects.update(checked_at=database_now() - timedelta(hours=25))
    due(school)
    assert refresh(school.pk) == 3


def test_next_round_is_a_day_later_at_the_same_moment(school: School, sandbox: Sandbox) -> None:
    due(school)
    before = ChannelRound.objects.get().due_at
    refresh(school.pk)
    row = ChannelRound.objects.get()
    assert (row.due_at - before, row.failures, row.lease_until) == (timedelta(days=1), 0, None)


def test_account_that_rests_is_asked_later_and_its_failures_are_counted(
    school: School, sandbox: Sandbox
) -> None:
    make_person(school, "Ana", {"phone_1": "+34600000001"})
    due(school)
    refresh(school.pk)
    Activation.objects.all().delete()
    ChannelAccount.objects.update(circuit_open_until=database_now())
    waits = []
    for _ in range(2):
        due(school)
        assert refresh(school.pk) == 0
        row = ChannelRound.objects.get()
        waits.append((round((row.due_at - database_now()) / timedelta(minutes=1)), row.failures))
    assert waits == [(30, 1), (60, 2)]


def test_gateway_that_does_not_answer_is_asked_again_soon(school: School, settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = {**ACCOUNTS, "TOKAPP_API_URL": "http://127.0.0.1:9"}
    make_person(school, "Ana", {"phone_1": "+34600000001"})
    due(school)
    assert (refresh(school.pk), ChannelRound.objects.get().failures) == (0, 1)


def test_round_in_hand_is_not_begun_twice_unless_its_lease_ran_out(school: School, sandbox: Sandbox) -> None:
    make_person(school, "Ana", {"phone_1": "+34600000001"})
    due(school)
    ChannelRound.objects.update(lease_until=database_now() + LEASE)
    assert refresh(school.pk) == 0
    ChannelRound.objects.update(lease_until=database_now() - timedelta(seconds=1))
    assert refresh(school.pk) == 1


def test_who_blocked_the_account_stays_blocked_though_the_app_is_there(
    school: School, sandbox: Sandbox
) -> None:
    make_person(school, "Ana", {"phone_1": "+34600000001"})
    link("tokapp", "+34600000001", "+34600000001", "blocked")
    Activation.objects.update(checked_at=database_now() - timedelta(days=2))
    sandbox.tokapp(["+34600000001"])
    due(school)
    refresh(school.pk)
    assert states() == {"+34600000001": "blocked"}
    sandbox.tokapp([])
    due(school)
    refresh(school.pk)
    assert states() == {"+34600000001": "inactive"}


@pytest.mark.parametrize(
    ("reason", "left"), [("tokapp.unknown_phone", 0), ("tokapp.invalid_phone", 0), ("tokapp.blocked", 1)]
)
def test_who_has_the_app_since_she_was_written_to_is_written_to_again(
    school: School, sandbox: Sandbox, reason: str, left: int
) -> None:
    make_person(school, "Ana", {"phone_1": "+34600000001"})
    account, _ = ChannelAccount.objects.get_or_create(channel="tokapp", owner="")
    Suppression.objects.create(
        account=account, address="+34600000001", reason=reason, since=database_now() - timedelta(days=1)
    )
    sandbox.tokapp([])
    due(school)
    refresh(school.pk)
    assert Suppression.objects.count() == 1
    sandbox.tokapp(["+34600000001"])
    Activation.objects.update(checked_at=database_now() - timedelta(days=2))
    due(school)
    refresh(school.pk)
    assert Suppression.objects.count() == left


def test_one_person_is_asked_about_whatever_is_known(school: School, sandbox: Sandbox) -> None:
    person = make_person(school, "Ana", {"phone_1": "+34600000001", "phone_2": "+34600000002"})
    make_person(school, "Eva", {"phone_1": "+34600000003"})
    sandbox.tokapp([])
    assert (refresh_person(person.pk), refresh_person(person.pk), refresh_person(0)) == (2, 2, 0)


@pytest.mark.django_db(transaction=True)
def test_clock_begins_with_every_school_and_wakes_so_many_at_a_time(queue_store: Any) -> None:
    for number in range(AT_ONCE + 1):
        make_school(f"3000{number:04}")
    wake_refreshing()
    assert (ChannelRound.objects.count(), queue_store.llen("rq:queue:slow")) == (AT_ONCE + 1, AT_ONCE)


@pytest.mark.django_db(transaction=True)
def test_asking_for_a_round_wakes_it_at_once(queue_store: Any) -> None:
    school = make_school()
    ask_for_round(school, now=database_now())
    assert queue_store.llen("rq:queue:slow") == 1
    connection.close()


def test_button_asks_however_new_what_is_known_is(school: School, sandbox: Sandbox) -> None:
    make_person(school, "Ana", {"phone_1": "+34600000001"})
    sandbox.tokapp([])
    due(school)
    assert refresh(school.pk) == 1
    ask_for_round(school, now=database_now())
    assert refresh(school.pk) == 1


def test_question_that_is_never_answered_keeps_no_other_from_being_asked(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        make_person(school, f"Ana {number}", {"phone_1": f"+3460000000{number}"})
    asked: list[list[str]] = []

    def probe(_account: Any, phones: list[str], **_more: Any) -> int:
        asked.append(phones)
        return 0 if "+34600000000" in phones else len(phones)

    monkeypatch.setattr(channel_refresh, "PHONES_AT_ONCE", 2)
    monkeypatch.setattr(channel_refresh, "probe", probe)
    due(school)
    assert (refresh(school.pk), len(asked), ChannelRound.objects.get().failures) == (2, 2, 1)
