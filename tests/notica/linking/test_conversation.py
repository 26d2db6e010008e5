"""Every branch of what the bot says, in the three languages."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings as project
from django.utils import translation

from channels_app.telegram.updates import COMMANDS
from notica.linking import words
from notica.linking.conversation import QUIET
from notica.linking.effects import REGISTER_PACE, Letters
from notica.linking.holders import Holder, holders_of
from notica.linking.invitations import LIFETIME, invite, token_of
from notica.models import BotChat
from plumier.clock import database_now
from plumier.models import Group, Person, RegisterChange, RegisterEdit, School, Student
from tests.database import DatabaseClock
from tests.factories.register import (
    Parent,
    link,
    make_group,
    make_login,
    make_person,
    make_school,
    make_student,
)
from tests.notica.linking.conftest import OTHER_PHONE, PHONE
from tests.notica.linking.said import links, pressed, shared, shared_bot, tell, text, update

LANGUAGES = pytest.mark.parametrize("language", ["es", "vi", "en"])
START = {"text": "/start"}


def holders(phone: str = PHONE) -> list[Holder]:
    return holders_of(shared_bot(), phone, database_now())


def token_for(person: Person) -> str:
    user = make_login(person)
    return token_of(invite(user.pk, shared_bot().account_id, now=database_now()))


def button(reply: Any) -> list[list[dict[str, Any]]]:
    found: list[list[dict[str, Any]]] = reply.parameters["reply_markup"]["keyboard"]
    return found


@LANGUAGES
def test_start_asks_for_the_phone(mother: Person, language: str) -> None:
    said = tell(update(501, language, **START))
    with translation.override(language):
        assert text(said) == words.welcome(None)
        assert button(said) == [[{"text": words.share(), "request_contact": True}]]


@LANGUAGES
def test_share_of_a_phone_on_record_links(mother: Person, language: str) -> None:
    said = tell(shared(501, PHONE, language=language))
    with translation.override(language):
        assert text(said) == words.linked(PHONE, holders())


@LANGUAGES
def test_share_of_a_phone_that_is_not_on_record_is_refused(mother: Person, language: str) -> None:
    said = tell(shared(501, OTHER_PHONE, language=language))
    with translation.override(language):
        assert text(said) == words.not_on_record(OTHER_PHONE, None)
    assert links() == []


@LANGUAGES
@pytest.mark.parametrize(
    "contact",
    [
        {"owner": 777},
        {"owner": 0},
        {"forward_origin": {"type": "user", "date": 1}},
        {"forward_date": 1},
        {"via_bot": {"id": 5}},
    ],
)
def test_contact_that_is_not_the_senders_own_and_new_is_refused(
    mother: Person, language: str, contact: dict[str, Any]
) -> None:
    said = tell(shared(501, PHONE, language=language, **contact))
    with translation.override(language):
        assert text(said) == words.foreign()
    assert links() == []


@LANGUAGES
def test_estado_of_a_linked_chat(mother: Person, language: str) -> None:
    mother.contacts.create(school=mother.school, slot="phone_2", kind="mobile", value=OTHER_PHONE)
    link("telegram", OTHER_PHONE, "502")
    tell(shared(501, PHONE))
    said = tell(update(501, language, text="/estado"))
    with translation.override(language):
        assert text(said) == words.state(PHONE, holders(), [OTHER_PHONE])
    assert "Luis" not in text(said)
    assert "***602" in text(said)


@LANGUAGES
@pytest.mark.parametrize("command", ["/estado", "/status", "/trangthai", "/baja", "/stop", "/huy"])
def test_command_of_a_chat_that_is_not_linked(mother: Person, language: str, command: str) -> None:
    said = tell(update(501, language, text=command))
    with translation.override(language):
        assert (text(said), button(said)[0][0]["text"]) == (words.not_linked(), words.share())


@LANGUAGES
def test_estado_when_no_school_writes_to_the_phone_any_more(mother: Person, language: str) -> None:
    tell(shared(501, PHONE))
    Student.objects.update(protected=True)
    said = tell(update(501, language, text="/estado"))
    with translation.override(language):
        assert text(said) == words.state(PHONE, [], [])


@LANGUAGES
def test_baja_asks_and_then_unlinks(mother: Person, language: str) -> None:
    tell(shared(501, PHONE))
    asked = tell(update(501, language, text="/baja"))
    assert asked is not None
    with translation.override(language):
        assert text(asked) == words.leave(PHONE)
        assert asked.parameters["reply_markup"] == {
            "inline_keyboard": [
                [{"text": words.leave_yes(), "callback_data": "leave:yes"}],
                [{"text": words.leave_no(), "callback_data": "leave:no"}],
            ]
        }
    assert links() == [(PHONE, "501", "linked")]
    press = pressed(501, "leave:yes")
    press["callback_query"]["from"]["language_code"] = language
    done = tell(press)
    assert done is not None
    with translation.override(language):
        assert (done.method, text(done)) == ("editMessageText", words.left())
    assert done.parameters["message_id"] == press["callback_query"]["message"]["message_id"]
    assert (done.press, links()) == ("4711", [(PHONE, "", "inactive")])


@LANGUAGES
def test_baja_that_is_not_meant_changes_nothing(mother: Person, language: str) -> None:
    tell(shared(501, PHONE))
    said = tell(pressed(501, "leave:no", language=language))
    with translation.override(language):
        assert text(said) == words.stays()
    assert links() == [(PHONE, "501", "linked")]


def test_baja_asked_before_the_phone_was_shared_again_counts_no_more(mother: Person) -> None:
    now = database_now()
    tell(shared(501, PHONE, at=now - timedelta(seconds=5)))
    said = tell(pressed(501, "leave:yes", at=now - timedelta(seconds=9)))
    assert (text(said), links()) == (words.stale(), [(PHONE, "501", "linked")])


@pytest.mark.parametrize("data", ["leave:maybe", "lang:fr", "lang:", "x", "", None])
def test_button_that_is_none_of_ours_says_so(mother: Person, data: Any) -> None:
    assert text(tell(pressed(501, data))) == words.stale()


def test_button_of_an_old_message_says_so(mother: Person) -> None:
    old = pressed(501, "leave:yes", at=database_now() - timedelta(days=3))
    assert text(tell(old)) == words.stale()
    gone = pressed(501, "leave:yes")
    gone["callback_query"]["message"] = {
        "message_id": 1,
        "date": 0,
        "chat": {"id": 501, "type": "private"},
    }
    said = tell(gone)
    assert said is not None
    assert (said.method, text(said)) == ("sendMessage", words.stale())


def test_idioma_offers_three(mother: Person) -> None:
    said = tell(update(501, text="/idioma"))
    assert said is not None
    rows = said.parameters["reply_markup"]["inline_keyboard"]
    assert [row[0]["callback_data"] for row in rows] == ["lang:es", "lang:vi", "lang:en"]


@LANGUAGES
def test_idioma_is_kept_for_the_chat_and_its_one_person(mother: Person, language: str) -> None:
    tell(shared(501, PHONE))
    said = tell(pressed(501, f"lang:{language}"))
    with translation.override(language):
        assert text(said) == words.language_set(Letters.THIS)
    mother.refresh_from_db()
    assert (mother.language, BotChat.objects.get().language) == (language, language)
    edits = RegisterEdit.objects.filter(table_name="plumier_person", row_id=mother.pk, kind="U")
    assert list(edits.values_list("cause", flat=True)) == ["telegram_language"]
    with translation.override(language):
        assert text(tell(update(501, "es", text="/ayuda"))) == words.help_text()


def test_idioma_of_a_phone_of_two_leaves_the_register_alone(mother: Person, group: Group) -> None:
    father = Parent("Pedro Gil", "father", contacts={"phone_1": PHONE})
    make_student(group, "Eva Gil", [father])
    tell(shared(501, PHONE))
    said = tell(pressed(501, "lang:vi"))
    with translation.override("vi"):
        assert text(said) == words.language_set(Letters.EACH_HER_OWN)
    assert set(Person.objects.values_list("language", flat=True)) == {""}
    assert BotChat.objects.get().language == "vi"


def test_idioma_of_one_who_is_two_persons_is_set_in_both(mother: Person, group: Group) -> None:
    user = make_login(mother)
    other = Parent("Marta Ros", contacts={"phone_1": PHONE})
    make_student(group, "Eva Gil", [other])
    assert other.person is not None
    Person.objects.filter(pk=other.person.pk).update(user=user)
    tell(shared(501, PHONE))
    tell(pressed(501, "lang:en"))
    assert set(Person.objects.filter(user=user).values_list("language", flat=True)) == {"en"}


def test_language_is_the_chats_then_hers_then_telegrams_then_the_schools(mother: Person) -> None:
    School.objects.update(language="vi")
    said = tell(shared(501, PHONE))
    with translation.override("vi"):
        assert text(said) == words.linked(PHONE, holders())
    with translation.override("en"):
        assert text(tell(update(501, "en-GB", text="/ayuda"))) == words.help_text()
    Person.objects.filter(pk=mother.pk).update(language="vi")
    with translation.override("vi"):
        assert text(tell(update(501, "en", text="/ayuda"))) == words.help_text()
    BotChat.objects.update(language="en")
    with translation.override("en"):
        assert text(tell(update(501, "vi", text="/ayuda"))) == words.help_text()


@LANGUAGES
@pytest.mark.parametrize("command", ["/ayuda", "/help", "/AYUDA", "/help@plumier_bot"])
def test_ayuda_lists_the_commands(mother: Person, language: str, command: str) -> None:
    said = tell(update(501, language, text=command))
    with translation.override(language):
        assert text(said) == words.help_text()


@LANGUAGES
@pytest.mark.parametrize(
    "message",
    [
        {"text": "Mi hijo está enfermo"},
        {"text": "/otra"},
        {"photo": [{"file_id": "x"}], "caption": "/baja"},
        {"sticker": {"file_id": "x"}},
        {},
    ],
)
def test_anything_else_is_told_where_to_write(mother: Person, language: str, message: dict[str, Any]) -> None:
    tell(shared(501, PHONE))
    said = tell(update(501, language, **message))
    mother.school.refresh_from_db()
    with translation.override(language):
        assert text(said) == words.nobody_reads([mother.school])
    assert "968 12 34 56" in text(said)
    assert project.LINK_ROOT in text(said)


def test_edited_message_is_no_command(mother: Person) -> None:
    tell(shared(501, PHONE))
    edited = update(501, text="/baja")
    edited["edited_message"] = edited.pop("message")
    assert text(tell(edited)) == words.nobody_reads([mother.school])


def test_flood_of_messages_is_answered_once_in_a_while(mother: Person, database_clock: DatabaseClock) -> None:
    first = [tell(update(501, text="hola")) for _ in range(5)]
    assert [one is not None for one in first] == [True, False, False, False, False]
    database_clock.advance(QUIET)
    assert tell(update(501, text="hola")) is not None


@LANGUAGES
@pytest.mark.parametrize("message", [START, {"text": "hola"}, {"text": "/baja"}])
def test_group_is_sent_to_a_private_chat(mother: Person, language: str, message: dict[str, Any]) -> None:
    group = {"id": -100500, "type": "supergroup", "title": "Padres"}
    said = tell(update(501, language, chat=group, **message))
    with translation.override(language):
        assert text(said) == words.private_only()
    assert said is not None
    assert said.parameters["chat_id"] == -100500
    assert tell(update(501, language, chat=group, **message)) is None


def test_contact_shared_in_a_group_links_nothing(mother: Person) -> None:
    group = {"id": -100500, "type": "group", "title": "Padres"}
    assert text(tell(shared(501, PHONE, chat=group))) == words.private_only()
    assert links() == []


@LANGUAGES
def test_deep_link_says_which_phones_are_on_record(mother: Person, language: str) -> None:
    said = tell(update(501, language, text=f"/start {token_for(mother)}"))
    with translation.override(language):
        assert text(said) == words.invited([PHONE])
    assert "***601" in text(said)
    tell(shared(501, PHONE))
    assert links() == [(PHONE, "501", "linked")]


@LANGUAGES
def test_deep_link_wants_a_phone_of_hers(mother: Person, group: Group, language: str) -> None:
    """A child who knows the mother's password has the link, and a phone of its own."""
    make_student(group, "Eva Gil", contacts={"phone_1": OTHER_PHONE})
    tell(update(501, language, text=f"/start {token_for(mother)}"))
    said = tell(shared(501, OTHER_PHONE, language=language))
    with translation.override(language):
        assert text(said) == words.not_hers(OTHER_PHONE, [PHONE], [mother.school])
    assert links() == []
    tell(update(501, language, **START))
    tell(shared(501, OTHER_PHONE))
    assert links() == [(OTHER_PHONE, "501", "linked")]


def test_deep_link_never_links_alone(mother: Person) -> None:
    tell(update(501, text=f"/start {token_for(mother)}"))
    assert links() == []


def test_deep_link_of_somebody_without_a_mobile_says_so(mother: Person, school: School) -> None:
    person = make_person(school, "Sin Móvil", {"phone_1": "landline:+34968123456"})
    assert text(tell(update(501, text=f"/start {token_for(person)}"))) == words.invited([])


@LANGUAGES
@pytest.mark.parametrize("payload", ["made-up", "0" * 48])
def test_deep_link_that_is_made_up_goes_on_by_the_plain_way(
    mother: Person, language: str, payload: str
) -> None:
    said = tell(update(501, language, text=f"/start {payload}"))
    with translation.override(language):
        assert (text(said), button(said)[0][0]["text"]) == (words.worn_out(), words.share())
    tell(shared(501, PHONE))
    assert links() == [(PHONE, "501", "linked")]


def test_deep_link_is_used_once(mother: Person) -> None:
    token = token_for(mother)
    tell(update(501, text=f"/start {token}"))
    assert text(tell(update(502, text=f"/start {token}"))) == words.worn_out()
    assert text(tell(update(501, text=f"/start {token}"))) == words.invited([PHONE])


def test_deep_link_lasts_a_quarter_of_an_hour(mother: Person, database_clock: DatabaseClock) -> None:
    token = token_for(mother)
    database_clock.advance(LIFETIME)
    assert text(tell(update(501, text=f"/start {token}"))) == words.worn_out()


def test_start_again_says_that_it_is_linked(mother: Person) -> None:
    tell(shared(501, PHONE))
    assert text(tell(update(501, **START))) == words.already(PHONE)
    assert text(tell(update(501, text=f"/start {token_for(mother)}"))) == words.already(PHONE)
    assert text(tell(update(501, text="/start old"))) == words.already(PHONE)


def test_barred_parent_is_not_linked_nor_told_that_he_is_on_record(group: Group) -> None:
    father = Parent("Pedro Gil", "father", {"phone_1": PHONE}, barred=(date(2026, 1, 1), None))
    make_student(group, "Luis Gil", [father])
    assert text(tell(shared(501, PHONE))) == words.not_on_record(PHONE, None)
    assert links() == []


@LANGUAGES
def test_deep_link_of_a_barred_parent_hides_that_he_is_on_record(group: Group, language: str) -> None:
    """«***601 is not the one that the school has of you: ***601» told it."""
    father = Parent("Pedro Gil", "father", {"phone_1": PHONE}, barred=(date(2026, 1, 1), None))
    make_student(group, "Luis Gil", [father])
    assert father.person is not None
    tell(update(501, text=f"/start {token_for(father.person)}"))
    said = tell(shared(501, PHONE, language=language))
    with translation.override(language):
        assert (text(said), links()) == (words.not_on_record(PHONE, None), [])


def test_estado_tells_one_of_two_nothing_of_the_others_phone(mother: Person, group: Group) -> None:
    father = Parent("Pedro Gil", "father", contacts={"phone_1": PHONE, "phone_2": OTHER_PHONE})
    make_student(group, "Eva Gil", [father])
    link("telegram", OTHER_PHONE, "502")
    tell(shared(501, PHONE))
    assert text(tell(update(501, text="/estado"))) == words.state(PHONE, holders(), [])


def test_estado_tells_phones_of_the_bots_schools_alone(mother: Person, settings: Any) -> None:
    elsewhere = make_school("30000002")
    user = make_login(mother)
    other = Parent("Marta Ros", contacts={"phone_1": PHONE, "phone_2": OTHER_PHONE})
    make_student(make_group(elsewhere), "Eva Gil", [other])
    assert other.person is not None
    Person.objects.filter(pk=other.person.pk).update(user=user)
    settings.CHANNEL_ENVIRONMENT |= {"TELEGRAM_TOKEN__30000002": "2000:sandbox"}
    link("telegram", OTHER_PHONE, "502")
    tell(shared(501, PHONE))
    assert text(tell(update(501, text="/estado"))) == words.state(PHONE, holders(), [])


def test_idioma_changes_the_register_once_a_minute(mother: Person, database_clock: DatabaseClock) -> None:
    tell(shared(501, PHONE))
    tell(pressed(501, "lang:vi"))
    changes = RegisterChange.objects.count()
    for language in ("en", "es", "en"):
        said = tell(pressed(501, f"lang:{language}"))
        with translation.override(language):
            assert text(said) == words.language_set(Letters.AS_BEFORE)
    mother.refresh_from_db()
    assert (mother.language, RegisterChange.objects.count()) == ("vi", changes)
    assert BotChat.objects.get().language == "en"
    database_clock.advance(REGISTER_PACE)
    tell(pressed(501, "lang:en"))
    mother.refresh_from_db()
    assert mother.language == "en"


def test_idioma_that_is_hers_already_writes_nothing(mother: Person) -> None:
    Person.objects.update(language="vi")
    tell(shared(501, PHONE))
    before = (RegisterChange.objects.count(), RegisterEdit.objects.count())
    said = tell(pressed(501, "lang:vi"))
    with translation.override("vi"):
        assert text(said) == words.language_set(Letters.THIS)
    assert (RegisterChange.objects.count(), RegisterEdit.objects.count()) == before


@pytest.mark.parametrize(
    ("language", "commands"),
    [
        ("es", ["/estado", "/idioma", "/baja", "/ayuda"]),
        ("vi", ["/trangthai", "/ngonngu", "/huy", "/trogiup"]),
        ("en", ["/status", "/language", "/stop", "/help"]),
    ],
)
def test_ayuda_names_the_commands_in_its_language_and_the_bot_knows_them(
    mother: Person, language: str, commands: list[str]
) -> None:
    told = [line.split(":")[0] for line in text(tell(update(501, language, text="/ayuda"))).splitlines()[2:]]
    assert told == commands
    assert [COMMANDS[one.removeprefix("/")] for one in told] == ["state", "language", "leave", "help"]
