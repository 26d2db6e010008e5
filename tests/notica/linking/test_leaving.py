"""A phone is taken off the bot from its owner's account, as in the chat."""

import pytest

from channels_app.models import Suppression
from notica.linking.leaving import leave
from notica.linking.own_language import set_own_language
from notica.models import BotChat
from plumier.clock import database_now
from plumier.models import Group, Person, RegisterEdit, User
from plumier.refusals import Refused
from tests.factories.register import Parent, link, make_login, make_person, make_school, make_student
from tests.notica.linking.conftest import OTHER_PHONE, PHONE
from tests.notica.linking.said import links, shared, shared_bot, tell, text, update


@pytest.fixture
def user(mother: Person) -> User:
    return make_login(mother)


def go(user: User, phone: str = PHONE) -> None:
    leave(shared_bot().account_id, phone, by=user, now=database_now())


def test_leave_ends_what_goes_to_the_chat_until_it_is_shared_anew(user: User) -> None:
    tell(shared(501, PHONE))
    go(user)
    assert links() == [(PHONE, "", "inactive")]
    assert list(Suppression.objects.values_list("address", "reason")) == [(PHONE, "telegram.left")]
    row = BotChat.objects.get()
    assert (row.phone, row.left_at is not None) == ("", True)
    assert "no está conectado" in text(tell(update(501, text="/estado")))


def test_phone_shared_after_it_is_linked_again(user: User) -> None:
    tell(shared(501, PHONE))
    go(user)
    BotChat.objects.update(left_at=database_now().replace(microsecond=0), left_update=0)
    tell(shared(501, PHONE))
    assert links() == [(PHONE, "501", "linked")]
    assert Suppression.objects.count() == 0


def test_leave_twice_is_once(user: User) -> None:
    tell(shared(501, PHONE))
    go(user)
    go(user)
    assert Suppression.objects.count() == 1


def test_leave_of_a_link_without_a_chat(user: User) -> None:
    link("telegram", PHONE, "501")
    go(user)
    assert links() == [(PHONE, "", "inactive")]
    assert Suppression.objects.count() == 1


def test_phone_of_another_is_refused(user: User, group: Group) -> None:
    make_student(group, "Eva Gil", [Parent("Pedro Gil", "father", {"phone_1": OTHER_PHONE})])
    tell(shared(502, OTHER_PHONE))
    with pytest.raises(Refused, match="no es suyo"):
        go(user, OTHER_PHONE)
    assert links() == [(OTHER_PHONE, "502", "linked")]


def test_phone_of_two_is_left_in_the_chat_alone(user: User, group: Group) -> None:
    make_student(group, "Eva Gil", [Parent("Pedro Gil", "father", {"phone_1": PHONE})])
    tell(shared(501, PHONE))
    with pytest.raises(Refused, match="/baja"):
        go(user)
    assert links() == [(PHONE, "501", "linked")]


def test_language_is_of_all_that_she_is_and_of_her_own_chat(user: User, mother: Person) -> None:
    other = make_person(make_school("30000002"), "Marta Ros", {"phone_1": OTHER_PHONE}, user=user)
    father = make_person(mother.school, "Pedro Gil")
    tell(shared(501, PHONE))
    set_own_language("vi", by=user, now=database_now())
    languages = dict(Person.objects.values_list("pk", "language"))
    assert (languages[mother.pk], languages[other.pk], languages[father.pk]) == ("vi", "vi", "")
    assert BotChat.objects.get().language == "vi"
    edit = RegisterEdit.objects.filter(table_name="plumier_person", row_id=mother.pk).latest("pk")
    assert (edit.actor_id, edit.cause) == (user.pk, "own_language")


def test_language_of_a_chat_of_two_stays(user: User, group: Group) -> None:
    make_student(group, "Eva Gil", [Parent("Pedro Gil", "father", {"phone_1": PHONE})])
    tell(shared(501, PHONE))
    set_own_language("vi", by=user, now=database_now())
    assert BotChat.objects.get().language == ""
