"""What a chat says and what comes of it: the same update twice, late, in the wrong order, or by two at once."""

import json
import logging
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import translation

from channels_app.models import Activation, Strike, Suppression
from channels_app.reasons import reason_text
from notica.channel_state import states_of_person
from notica.linking import handling, words
from notica.linking.bots import bot_of
from notica.linking.effects import Letters
from notica.linking.handling import MOST_ANSWERS
from notica.models import BotChat, BotUpdate, LeftPhone
from plumier.clock import database_now
from plumier.models import Person, School
from tests.factories.register import Parent, make_group, make_school, make_student
from tests.notica.linking.conftest import OTHER_PHONE, PHONE
from tests.notica.linking.said import TOKENS, links, member, pressed, shared, shared_bot, tell, text, update


def test_handle_links_the_phone_on_record(mother: Person) -> None:
    said = tell(shared(501, PHONE))
    assert said is not None
    assert said.method == "sendMessage"
    assert said.parameters["chat_id"] == 501
    assert "***601" in text(said)
    assert "IES Ribera" in text(said)
    assert said.parameters["reply_markup"] == {"remove_keyboard": True}
    assert links() == [(PHONE, "501", "linked")]
    assert BotChat.objects.get().persons == [mother.pk]


def test_handle_does_nothing_twice(mother: Person) -> None:
    once, again = shared(501, PHONE), pressed(501, "leave:yes")
    first = (tell(once), tell(again))
    assert None not in first
    tell(shared(501, PHONE))
    assert (tell(once), tell(again), links()) == (None, None, [(PHONE, "501", "linked")])


def test_handle_ignores_what_is_older_than_two_days(mother: Person) -> None:
    old = shared(501, PHONE, at=database_now() - timedelta(days=2, seconds=2))
    assert (tell(old), links()) == (None, [])


@pytest.mark.parametrize("given", [None, [], {}, {"update_id": "x"}, {"update_id": -1}, 7, {"message": {}}])
def test_handle_takes_what_is_no_update(mother: Person, given: Any) -> None:
    assert tell(given) is None
    assert BotUpdate.objects.count() == 0


def test_handle_notes_what_it_does_not_know(mother: Person) -> None:
    assert tell({"update_id": 9, "poll": {}}) is None
    assert BotUpdate.objects.get().number == 9


def test_later_share_of_a_phone_wins(mother: Person) -> None:
    now = database_now()
    tell(shared(501, PHONE, at=now - timedelta(seconds=20)))
    tell(shared(502, PHONE, at=now - timedelta(seconds=10)))
    assert links() == [(PHONE, "502", "linked")]
    assert dict(BotChat.objects.values_list("chat", "phone")) == {"501": "", "502": PHONE}


def test_share_that_comes_late_does_not_take_the_phone_back(mother: Person) -> None:
    now = database_now()
    tell(shared(502, PHONE, at=now - timedelta(seconds=10)))
    assert tell(shared(501, PHONE, at=now - timedelta(seconds=20))) is None
    assert links() == [(PHONE, "502", "linked")]


def test_changed_phone_unlinks_the_old_one(mother: Person) -> None:
    mother.contacts.create(school=mother.school, slot="phone_2", kind="mobile", value=OTHER_PHONE)
    tell(shared(501, PHONE))
    assert "***602" in text(tell(shared(501, OTHER_PHONE)))
    assert links() == [(PHONE, "", "inactive"), (OTHER_PHONE, "501", "linked")]
    assert list(Suppression.objects.values_list("address", "reason")) == [(PHONE, "telegram.moved")]


def test_changed_phone_unlinks_the_old_one_though_the_new_one_is_not_on_record(mother: Person) -> None:
    tell(shared(501, PHONE))
    said = text(tell(shared(501, OTHER_PHONE)))
    assert words.old_one_gone(PHONE) in said
    assert words.not_on_record(OTHER_PHONE, None) in said
    assert links() == [(PHONE, "", "inactive")]


def test_share_of_an_earlier_phone_that_comes_late_changes_nothing(mother: Person) -> None:
    now = database_now()
    mother.contacts.create(school=mother.school, slot="phone_2", kind="mobile", value=OTHER_PHONE)
    tell(shared(501, OTHER_PHONE, at=now - timedelta(seconds=5)))
    assert tell(shared(501, PHONE, at=now - timedelta(seconds=9))) is None
    assert links() == [(OTHER_PHONE, "501", "linked")]


def test_linking_anew_lifts_the_suppression(mother: Person) -> None:
    bot = shared_bot()
    for phone in (PHONE, OTHER_PHONE):
        Suppression.objects.create(
            account_id=bot.account_id, address=phone, reason="telegram.blocked", since=database_now()
        )
        Strike.objects.create(
            account_id=bot.account_id, address=phone, day=database_now().date(), reason="telegram.forbidden"
        )
    tell(shared(501, PHONE))
    assert list(Suppression.objects.values_list("address", flat=True)) == [OTHER_PHONE]
    assert list(Strike.objects.values_list("address", flat=True)) == [OTHER_PHONE]


def test_block_and_unblock_are_kept(mother: Person) -> None:
    tell(shared(501, PHONE))
    tell(member(501, "kicked"))
    assert links() == [(PHONE, "501", "blocked")]
    tell(member(501, "member"))
    assert links() == [(PHONE, "501", "linked")]


def test_block_that_comes_after_its_unblock_is_overtaken(mother: Person) -> None:
    now = database_now()
    tell(shared(501, PHONE, at=now - timedelta(seconds=30)))
    blocked, back = (
        member(501, "kicked", now - timedelta(seconds=20)),
        member(501, "member", now - timedelta(seconds=10)),
    )
    tell(back)
    tell(blocked)
    assert links() == [(PHONE, "501", "linked")]


def test_share_that_comes_after_a_later_block_is_linked_and_blocked(mother: Person) -> None:
    now = database_now()
    tell(member(501, "kicked", now - timedelta(seconds=10)))
    tell(shared(501, PHONE, at=now - timedelta(seconds=20)))
    assert links() == [(PHONE, "501", "blocked")]


def test_unblocking_does_not_link_who_said_baja(mother: Person) -> None:
    tell(shared(501, PHONE))
    tell(pressed(501, "leave:yes"))
    tell(member(501, "kicked"))
    tell(member(501, "member"))
    assert links() == [(PHONE, "", "inactive")]


def test_whoever_writes_has_not_blocked_the_bot(mother: Person) -> None:
    now = database_now()
    tell(shared(501, PHONE, at=now - timedelta(seconds=30)))
    Activation.objects.update(state="blocked", checked_at=now - timedelta(seconds=20))
    tell(update(501, text="hola", at=now - timedelta(seconds=25)))
    assert links() == [(PHONE, "501", "blocked")]
    tell(update(501, text="hola"))
    assert links() == [(PHONE, "501", "linked")]


def test_share_that_comes_late_does_not_undo_baja(mother: Person) -> None:
    now = database_now()
    earlier = shared(501, PHONE, at=now - timedelta(seconds=9))
    tell(shared(501, PHONE, at=now - timedelta(seconds=8)))
    tell(pressed(501, "leave:yes", at=now - timedelta(seconds=5)))
    assert tell(earlier) is None
    assert links() == [(PHONE, "", "inactive")]
    assert list(Suppression.objects.values_list("address", "reason")) == [(PHONE, "telegram.left")]
    tell(shared(501, PHONE))
    assert (links(), Suppression.objects.count()) == ([(PHONE, "501", "linked")], 0)


def test_diagnosis_tells_who_said_baja(mother: Person) -> None:
    tell(shared(501, PHONE))
    tell(pressed(501, "leave:yes"))
    states = [one for one in states_of_person(mother) if one.channel == "telegram"]
    told = [(one.state, reason_text(one.reason)) for one in states]
    assert told == [("suppressed", "Se ha dado de baja en el bot")]


def test_own_bot_serves_its_school_alone(mother: Person, settings: Any) -> None:
    elsewhere = make_school("30000002", name="IES Otro")
    father = Parent("Pedro Gil", "father", contacts={"phone_1": OTHER_PHONE})
    make_student(make_group(elsewhere), "Ana Gil", [father])
    settings.CHANNEL_ENVIRONMENT = {**TOKENS, "TELEGRAM_TOKEN__30000002": "2000:sandbox"}
    own = bot_of("30000002")
    assert text(tell(shared(501, PHONE), own)) == words.not_on_record(PHONE, elsewhere)
    assert text(tell(shared(502, OTHER_PHONE))) == words.not_on_record(OTHER_PHONE, None)
    assert links() == []
    tell(shared(501, OTHER_PHONE), own)
    tell(shared(502, PHONE))
    rows = Activation.objects.order_by("address").values_list("account__owner", "address", "endpoint")
    assert list(rows) == [("", PHONE, "502"), ("30000002", OTHER_PHONE, "501")]


def test_one_activation_serves_two_who_share_a_phone(mother: Person) -> None:
    father = Parent("Pedro Gil", "father", contacts={"phone_1": PHONE})
    make_student(make_group(mother.school, "2º ESO"), "Eva Gil", [father])
    tell(shared(501, PHONE))
    assert father.person is not None
    assert BotChat.objects.get().persons == sorted([mother.pk, father.person.pk])
    assert links() == [(PHONE, "501", "linked")]


def test_flood_of_commands_is_answered_so_many_times(mother: Person) -> None:
    said = [tell(update(501, text="/ayuda")) for _ in range(MOST_ANSWERS + 3)]
    assert [one is not None for one in said] == [True] * MOST_ANSWERS + [False] * 3


def test_log_tells_account_and_kind_alone(mother: Person, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "notica.linking")
    tell(shared(501, PHONE))
    tell({})
    assert [record.getMessage() for record in caplog.records] == [
        "telegram shared: message",
        "telegram shared: an update that is none",
    ]


def _at_once(*given: dict[str, Any]) -> None:
    def run(one: dict[str, Any]) -> None:
        try:
            tell(one)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(one,)) for one in given]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.fixture
def committed(transactional_db: None, mother: Person) -> School:
    """The rows where other threads see them."""
    return mother.school


def test_same_share_at_once_is_one(committed: School) -> None:
    one = shared(501, PHONE)
    _at_once(*[one] * 6)
    assert (links(), BotUpdate.objects.count()) == ([(PHONE, "501", "linked")], 1)


def test_two_chats_that_claim_a_phone_at_once_the_later_wins(committed: School) -> None:
    now = database_now()
    for number in range(5):
        base = 600 + 2 * number
        _at_once(
            shared(base, PHONE, at=now - timedelta(seconds=20 - 2 * number)),
            shared(base + 1, PHONE, at=now - timedelta(seconds=19 - 2 * number)),
        )
        assert links() == [(PHONE, str(base + 1), "linked")]
    assert BotChat.objects.exclude(phone="").count() == 1


def _beside(work: Any, *arguments: Any) -> list[Any]:
    """What comes of it on a connection of its own: an answer, or the trouble."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(work(*arguments))
        except OperationalError as error:
            found.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(20)
    return found


def test_idioma_of_somebody_whose_row_is_held_waits_for_nothing(committed: School) -> None:
    """One clerk at one record would have everybody's bot wait."""
    tell(shared(501, PHONE))
    with transaction.atomic():
        Person.objects.select_for_update().get(contacts__value=PHONE)
        (said,) = _beside(tell, pressed(501, "lang:vi"))
    with translation.override("vi"):
        assert text(said) == words.language_set(Letters.AS_BEFORE)
    assert Person.objects.get(contacts__value=PHONE).language == ""
    assert BotChat.objects.get().language == "vi"
    tell(pressed(501, "lang:vi"))
    assert Person.objects.get(contacts__value=PHONE).language == "vi"


def test_update_that_waits_for_a_lock_is_handed_in_again(
    committed: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handling, "PATIENCE", "100ms")
    given, bot = shared(501, PHONE), shared_bot()
    with transaction.atomic():
        handling.alone(bot)
        (trouble,) = _beside(tell, given)
    assert (type(trouble), links(), BotUpdate.objects.count()) == (OperationalError, [], 0)
    tell(given)
    assert links() == [(PHONE, "501", "linked")]


def test_baja_keeps_whose_phone_it_was(mother: Person) -> None:
    tell(shared(501, PHONE))
    tell(pressed(501, "leave:yes"))
    assert list(LeftPhone.objects.values_list("phone", "persons")) == [(PHONE, [mother.pk])]
    tell(shared(501, PHONE))
    assert LeftPhone.objects.count() == 0


@pytest.mark.parametrize(
    "message",
    [
        {"text": "/start \x00"},
        {"text": "\x00" * 5000},
        {"text": "\ud800/baja"},
        {"contact": {"phone_number": "\x00\ud800", "user_id": 501}},
        {"contact": {"phone_number": "٣٤٦", "user_id": 501}},
        {"contact": {"phone_number": "9" * 5000, "user_id": 501}},
        {"contact": {"user_id": 501}},
        {"from": {"id": 501, "language_code": "\x00\x00"}, "text": "/ayuda"},
        {"chat": {"id": 2**62, "type": "private"}, "text": "hola"},
        {"chat": {"id": 501, "type": ["private"]}, "text": "hola"},
        {"date": 2**40, "text": "/start"},
    ],
)
def test_handle_takes_whatever_is_said(mother: Person, message: dict[str, Any]) -> None:
    reply = tell(update(501, **message))
    assert reply is None or json.dumps(reply.as_answer()).isascii()
    assert (links(), BotUpdate.objects.count()) == ([], 1)
