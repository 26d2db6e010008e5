"""Her own addresses: how each stands, which is first, and nobody else's."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channels_app.models import ChannelAccount, Suppression
from notica.choices import Way
from notica.own_channels.showing import OwnAddress, OwnSchool, own_schools
from plumier.clock import database_now, database_today
from plumier.models import Contact, Person, School, SchoolPolicy, Student, User
from tests.factories.register import link, make_login, make_person, make_school
from tests.notica.own_channels.conftest import MAIL, PHONE, SECOND


@pytest.fixture
def user(mother: Person) -> User:
    return make_login(mother)


def only(user: User) -> OwnSchool:
    (found,) = own_schools(user, database_today())
    return found


def states(school: OwnSchool) -> dict[str, dict[str, str]]:
    return {one.end: {state.channel: state.state for state in one.states} for one in school.addresses}


def test_own_addresses_stand_in_their_places_by_their_ends(user: User) -> None:
    assert [(one.slot, one.end) for one in only(user).addresses] == [
        ("Teléfono", "***601"),
        ("Teléfono 2", "***602"),
        ("E-mail", "***@family.example"),
    ]


def test_states_are_those_of_what_the_school_uses(user: User, school: School) -> None:
    link("telegram", PHONE, "501")
    link("telegram", SECOND, "502", state="blocked")
    found = states(only(user))
    assert (found["***601"]["telegram"], found["***602"]["telegram"]) == ("linked", "blocked")
    assert set(found["***601"]) == {"telegram", "tokapp", "sms"}
    SchoolPolicy.objects.filter(school=school).update(channels=["email"])
    assert states(only(user)) == {"***601": {}, "***602": {}, "***@family.example": {"email": "usable"}}


def test_sentences_say_what_goes_where_first(user: User) -> None:
    assert only(user).sentences == [
        "Hoy no le llega ningún aviso al móvil.",
        "Los correos del centro van a ***@family.example.",
    ]
    link("telegram", SECOND, "502")
    assert only(user).sentences[0] == "Los avisos al móvil van a Teléfono 2 ***602 (Telegram)."
    link("telegram", PHONE, "501")
    link("tokapp", PHONE)
    assert only(user).sentences[0] == (
        "Los avisos al móvil van primero a Teléfono ***601 (Telegram y TokApp); si ahí no se entregan, "
        "a Teléfono 2 ***602 (Telegram)."
    )
    account, _made = ChannelAccount.objects.get_or_create(channel="email", owner="")
    Suppression.objects.create(account=account, address=MAIL, reason="email.bounced", since=database_now())
    assert only(user).sentences[1] == "El centro no tiene ningún correo suyo que funcione."


def test_ways_of_a_test_are_those_that_can_take_one(user: User) -> None:
    Contact.objects.filter(value=SECOND).update(kind="landline", value="+34968111222")
    link("telegram", PHONE, "501", state="blocked")
    link("tokapp", PHONE, state="inactive")
    first, second, mail = only(user).addresses
    assert (first.ways, second.ways, mail.ways) == ((Way.SMS,), (), (Way.EMAIL,))
    assert (first.on_telegram, second.lines) == (False, [])


def test_off_telegram_the_other_chat_is_left(user: User) -> None:
    link("telegram", PHONE, "501")
    link("tokapp", PHONE)
    address: OwnAddress = only(user).addresses[0]
    assert (address.chats, address.off_telegram().chats) == (["telegram", "tokapp"], ["tokapp"])


def test_student_has_the_official_mail(mother: Person) -> None:
    student = Student.objects.order_by("pk")[0].person
    for slot in ("email", "email_official"):
        student.contacts.create(school=student.school, slot=slot, kind="email", value=f"{slot}@alu.example")
    student.contacts.filter(slot="email_official").update(value="carmen@centro.example")
    assert "Los correos del centro van a ***@centro.example." in only(make_login(student)).sentences


def test_protected_family_is_written_to_by_nothing_and_told_so(user: User) -> None:
    Student.objects.filter(guardians__user=user).update(protected=True)
    found = only(user)
    assert found.sentences == [
        "Datos protegidos: el centro no le escribe por ningún canal. En Mirador lo lee todo."
    ]
    assert (found.uses_chat, [one.ways for one in found.addresses]) == (False, [(), (), ()])
    Student.objects.filter(person__given_name="Hugo").update(protected=False)
    assert only(user).uses_chat is True


def test_barred_father_sees_his_own_and_nothing_of_the_child(mother: Person) -> None:
    father = Person.objects.get(given_name="Pedro")
    user = make_login(father)
    father.guardianships.update(barred_from=date(2026, 1, 1), barred_reference="Auto 1")
    Student.objects.update(protected=True)
    found = only(user)
    assert [one.end for one in found.addresses] == ["***699"]
    assert found.shielded is False


def test_page_costs_the_same_for_many_schools(user: User) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            found = own_schools(user, database_today())
        assert found
        return len(queries)

    cost()
    first = cost()
    for number in range(3, 9):
        other = make_school(f"3000000{number}")
        person = make_person(other, "Lucía Vera", {"phone_1": f"+3461234561{number}"}, user=user)
        child = make_person(other, "Eva Sánchez")
        student = Student.objects.create(school=other, person=child, expediente=str(number))
        student.guardianships.create(school=other, guardian=person, relation="mother", order=1)
    assert len(own_schools(user, database_today())) == 7
    assert cost() == first
