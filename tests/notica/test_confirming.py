"""A code at a new address: sent by the engine, kept nowhere, told to the office or given back by its link."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from notica.confirming import MOST_A_DAY, check_code, confirm_by_token, send_code
from notica.contact_codes import MOST_TRIES, code_of, find, is_code, reason_to_stop, token_of
from notica.models import ContactCode, Delivery, InboxEntry, Message, Recipient
from notica.refusals import NotAllowed, Refused
from plumier.clock import database_now
from plumier.models import ContactProposal, Guardianship, ProposalEvent, SchoolPolicy
from plumier.proposals.refusals import NotYours
from plumier.proposals.reviewing import confirm_by_staff, return_
from plumier.roles import Role
from tests.database import DatabaseClock
from tests.factories.proposals import Story, make_story
from tests.factories.register import make_staff
from tests.notica.results import ACCOUNTS
from tests.providers.sandbox import Sandbox

PHONE = "+84912345678"


@pytest.fixture
def story(db: None, settings: Any) -> Story:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    settings.LINK_ROOT = "https://avisos.example"
    cache.clear()
    return make_story()


def _send(story: Story, one: ContactProposal, slot: str = "phone_1") -> ContactCode:
    return send_code(one, slot, by=story.office, now=database_now())


@pytest.mark.parametrize(
    ("typed", "slot", "channel", "address"),
    [({}, "phone_1", "sms", PHONE), ({"email": "lan@example.org"}, "email", "email", "lan@example.org")],
)
def test_code_goes_through_the_engine_to_that_address_alone(
    story: Story, typed: dict[str, str], slot: str, channel: str, address: str
) -> None:
    one = story.new_pupil(**typed)
    row = _send(story, one, slot)
    delivery = Delivery.objects.get()
    assert (delivery.channel, delivery.address, delivery.message_id) == (channel, address, row.message_id)
    recipient = Recipient.objects.get()
    assert (recipient.person_id, recipient.family_of) == (None, one.student)
    assert InboxEntry.objects.count() == 0
    assert ProposalEvent.objects.values_list("step", "how").latest("id") == (
        "code_sent",
        "sms" if channel == "sms" else "email",
    )


def test_code_is_kept_nowhere(story: Story) -> None:
    row = _send(story, story.new_pupil())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            " AND table_type = 'BASE TABLE'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE to_jsonb(t)::text ~ %s', [rf"\y{code_of(row)}\y"]
            )
            assert (table, cursor.fetchone()[0]) == (table, 0)


def test_code_depends_on_the_secret_key(story: Story, settings: Any) -> None:
    row = _send(story, story.new_pupil())
    code, token = code_of(row), token_of(row)
    assert re.fullmatch(r"\d{6}", code) is not None
    settings.SECRET_KEY = "another"
    assert (code_of(row) == code, token_of(row) == token) == (False, False)


@pytest.mark.parametrize("written", ["{0}", " {0} ", "{1} {2}", "{1}-{2}"])
def test_code_is_taken_however_it_is_spaced(story: Story, written: str) -> None:
    row = _send(story, story.new_pupil())
    code = code_of(row)
    assert is_code(row, written.format(code, code[:3], code[3:])) is True


@pytest.mark.django_db(transaction=True)
def test_parents_phone_shows_code_and_link(
    story: Story, sandbox: Sandbox, run_engine: Callable[[], None]
) -> None:
    row = _send(story, story.new_pupil())
    run_engine()
    taken = sandbox.taken("sms")
    assert [entry["address"] for entry in taken] == [PHONE]
    text = taken[0]["text"]
    assert code_of(row) in text
    assert f"https://avisos.example/c/{token_of(row)}/" in text
    assert len(text) <= 151
    assert "Trần" not in text  # nobody's name to a number that is not known yet
    assert "Mai" not in text


@pytest.mark.django_db(transaction=True)
def test_code_has_its_link_without_a_public_address(
    story: Story, sandbox: Sandbox, run_engine: Callable[[], None], settings: Any
) -> None:
    settings.PUBLIC_URL, settings.LINK_ROOT = "", "http://127.0.0.1:8000"
    row = _send(story, story.new_pupil())
    run_engine()
    assert f"http://127.0.0.1:8000/c/{token_of(row)}/" in sandbox.taken("sms")[0]["text"]


@pytest.mark.django_db(transaction=True)
def test_returned_change_stops_a_code_on_its_way(
    story: Story, sandbox: Sandbox, run_engine: Callable[[], None]
) -> None:
    one = story.new_pupil()
    _send(story, one)
    return_([one.pk], story.school, "No es", by=story.office, now=database_now())
    run_engine()
    assert sandbox.taken("sms") == []
    recipient = Recipient.objects.get()
    assert Delivery.objects.get().reason == "code_over"
    assert recipient.outcome != "reached"


def test_right_code_confirms_and_counts_once(story: Story) -> None:
    one = story.new_pupil()
    row = _send(story, one)
    one = check_code(one, code_of(row), by=story.office, now=database_now())
    assert (one.state, one.confirmed_how, one.registered_how) == ("confirmed", "code", "code")
    with pytest.raises(Refused, match="No hay ningún código"):
        check_code(one, code_of(row), by=story.office, now=database_now())


def _wrong(row: ContactCode) -> str:
    return f"{(int(code_of(row)) + 1) % 10**6:06}"


def test_five_wrong_codes_end_it(story: Story) -> None:
    one = story.new_pupil()
    row = _send(story, one)
    said = []
    for _ in range(MOST_TRIES):
        with pytest.raises(Refused) as refusal:
            check_code(one, _wrong(row), by=story.office, now=database_now())
        said.append(str(refusal.value))
    assert said[0] == "El código no es ese. Quedan 4 intentos."
    assert said[-2:] == [
        "El código no es ese. Queda 1 intento.",
        "El código no es ese, y ya no quedan intentos: envíe otro.",
    ]
    with pytest.raises(Refused):
        check_code(one, code_of(row), by=story.office, now=database_now())
    assert find(token_of(row), database_now()) is None
    assert ProposalEvent.objects.filter(step="code_wrong").count() == MOST_TRIES
    assert (
        check_code(one, code_of(_send(story, one)), by=story.office, now=database_now()).state == "confirmed"
    )


def test_code_expires(story: Story, database_clock: DatabaseClock) -> None:
    one = story.new_pupil()
    row = _send(story, one)
    database_clock.advance(timedelta(hours=48, minutes=1))
    with pytest.raises(Refused):
        check_code(one, code_of(row), by=story.office, now=database_now())
    assert confirm_by_token(token_of(row), now=database_now()) is False
    assert reason_to_stop(Message.objects.get()) == "code_over"


def test_second_code_takes_the_place_of_the_first(story: Story) -> None:
    one = story.new_pupil()
    first, second = _send(story, one), _send(story, one)
    assert (find(token_of(first), database_now()), find(token_of(second), database_now())) == (None, second)


def test_too_many_codes_on_a_day_are_refused(story: Story) -> None:
    one = story.new_pupil()
    for _ in range(MOST_A_DAY):
        _send(story, one)
    with pytest.raises(Refused, match="llame a la familia"):
        _send(story, one)


@pytest.mark.parametrize("slot", ["phone_2", "email", "nothing"])
def test_code_goes_to_no_other_address(story: Story, slot: str) -> None:
    with pytest.raises(Refused, match="Elija un móvil"):
        _send(story, story.new_pupil(phone_2="02438261234"), slot)


def test_no_code_goes_to_a_barred_parents_phone(story: Story) -> None:
    one = story.new_pupil(phone_1="0901234567")
    Guardianship.objects.create(
        school=story.school,
        student=one.student,
        guardian=story.father,
        relation="father",
        order=9,
        barred_from=date(2026, 1, 1),
        barred_reference="Auto",
    )
    with pytest.raises(Refused, match="excluida"):
        _send(story, one)
    assert Message.objects.count() == 0


def test_school_without_sms_sends_none(story: Story) -> None:
    SchoolPolicy.objects.update(channels=["email"])
    one = story.new_pupil()
    with pytest.raises(Refused, match="no usa SMS"):
        _send(story, one)
    assert ContactCode.objects.count() == 0


@pytest.mark.parametrize("who", ["tutor", "training", "other"])
def test_only_a_reviewer_sends_and_checks(story: Story, who: str) -> None:
    one = story.new_pupil()
    row = _send(story, one)
    user = {"tutor": story.tutor, "training": story.training, "other": make_story("HN02").office}[who]
    for act in (
        lambda: send_code(one, "phone_1", by=user, now=database_now()),
        lambda: check_code(one, code_of(row), by=user, now=database_now()),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_reviewer_does_not_send_for_her_own(story: Story) -> None:
    story.training = story.office
    one = story.new_pupil()
    make_staff(story.school, "Hà CGCN", Role.CGCN)
    with pytest.raises(NotYours):
        _send(story, one)


def test_confirmed_otherwise_takes_no_code(story: Story) -> None:
    one = story.new_pupil()
    confirm_by_staff(one, "call", by=story.office, now=database_now())
    with pytest.raises(Refused, match="Ya no espera"):
        _send(story, one)


def test_link_confirms_when_it_is_pressed_and_not_when_it_is_opened(story: Story, client: Client) -> None:
    one = story.new_pupil()
    page = f"/c/{token_of(_send(story, one))}/"
    opened = client.get(page)
    one.refresh_from_db()
    assert (opened.status_code, one.state) == (200, "to_confirm")
    assert "no-store" in opened["Cache-Control"]
    for told in ("912345678", "Trần", "Mai"):
        assert told not in opened.content.decode()
    done = client.post(page)
    one.refresh_from_db()
    assert (done.status_code, one.state, one.confirmed_how) == (200, "confirmed", "link")
    assert (client.get(page).status_code, client.post(page).status_code) == (404, 404)


def test_wrong_link_is_as_one_that_is_over(story: Story, client: Client) -> None:
    row = _send(story, story.new_pupil())
    right = token_of(row)
    wrong = [right[:-1] + ("0" if right[-1] != "0" else "1"), "x", "ñ" * 40, right + "0"]
    ContactCode.objects.update(voided_at=database_now())
    pages = [client.get(f"/c/{token}/") for token in (*wrong, right)]
    assert {page.status_code for page in pages} == {404}
    mains = {re.search(r"<main.*</main>", page.content.decode(), re.DOTALL).group() for page in pages}  # type: ignore[union-attr]
    assert len(mains) == 1


def test_links_are_not_tried_out(story: Story, client: Client) -> None:
    answers = [client.get(f"/c/{number}/").status_code for number in range(32)]
    assert (answers[0], answers[-1]) == (404, 429)
