"""Phones that were linked before chats were known: the migration makes their chats."""

from datetime import timedelta
from importlib import import_module

from django.db import connection

from channels_app.models import Activation
from notica.linking.sweeping import sweep_linked
from notica.models import BotChat
from plumier.clock import database_now
from plumier.models import Group, Person
from tests.factories.register import Parent, link, make_student
from tests.notica.linking.conftest import OTHER_PHONE, PHONE
from tests.notica.linking.said import links, pressed, tell


def migrate() -> None:
    with connection.cursor() as cursor:
        cursor.execute(import_module("notica.migrations.0012_telegram_linking").CHATS)


def test_linked_phone_has_its_chat_and_can_say_baja(mother: Person, group: Group) -> None:
    father = Parent("Pedro Gil", "father", contacts={"phone_2": PHONE})
    make_student(group, "Eva Gil", [father])
    at = database_now() - timedelta(days=30)
    link("telegram", PHONE, "501")
    Activation.objects.update(checked_at=at)
    migrate()
    row = BotChat.objects.get()
    assert father.person is not None
    assert (row.chat, row.phone, row.persons) == ("501", PHONE, sorted([mother.pk, father.person.pk]))
    assert (row.blocked, row.shared_at) == (False, at)
    assert sweep_linked() == 0
    tell(pressed(501, "leave:yes"))
    assert links() == [(PHONE, "", "inactive")]


def test_linked_phone_that_is_on_no_record_is_swept(mother: Person) -> None:
    link("telegram", OTHER_PHONE, "501")
    migrate()
    assert BotChat.objects.get().persons == []
    assert (sweep_linked(), links()) == (1, [])


def test_chat_of_two_phones_keeps_the_last_one(mother: Person) -> None:
    older = link("telegram", OTHER_PHONE, "501")
    Activation.objects.filter(pk=older.pk).update(checked_at=older.checked_at - timedelta(days=1))
    link("telegram", PHONE, "501")
    migrate()
    assert links() == [(PHONE, "501", "linked"), (OTHER_PHONE, "", "inactive")]
    assert BotChat.objects.get().phone == PHONE


def test_blocked_stays_blocked_and_what_is_no_chat_has_none(mother: Person) -> None:
    link("telegram", PHONE, "501", state="blocked")
    link("telegram", OTHER_PHONE, "no chat")
    link("tokapp", PHONE)
    migrate()
    assert list(BotChat.objects.values_list("chat", "blocked")) == [("501", True)]
