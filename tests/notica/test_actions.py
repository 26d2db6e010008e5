"""Send: what is taken, what is refused and in which words, and by whom."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from redis.exceptions import ConnectionError as RedisDown

from notica.actions import compose, send
from notica.choices import Lane
from notica.drafts import Draft
from notica.files import keep
from notica.kinds import KINDS, UNDO_SECONDS
from notica.models import Delivery, InboxEntry, Message, Recipient
from notica.refusals import KeyUsed, Refused
from plumier.clock import database_now
from plumier.models import Group, Person, School, SchoolPolicy, Student, User
from plumier.roles import Role
from tests.database import DatabaseClock
from tests.factories.crowds import make_families
from tests.factories.register import Parent, make_director, make_group, make_school, make_staff, make_student
from tests.notica.answering import CONFIGURED
from tests.notica.rows import at_once, claim_some
from tests.notica.stories import draft_to, outcomes, send_to

MOTHER = {"phone_1": "+34600000001", "email": "madre@familia.example"}


@pytest.fixture
def school(db: None, settings: Any) -> School:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


@pytest.fixture
def group(school: School) -> Group:
    group = make_group(school)
    make_student(group, "Luis Gil", [Parent("Marta Gil", contacts=MOTHER)])
    return group


def refusal(draft: Draft, by: User) -> str:
    """The sentence that the sender reads; nothing is kept."""
    with pytest.raises(Refused) as refused:
        send(draft, by=by, now=database_now())
    assert not Message.objects.exists()
    return str(refused.value)


def test_message_keeps_what_was_written_and_by_whom(school: School, director: User, group: Group) -> None:
    message = send_to(
        school, director, groups=[group], way="email", subject=" Salida\r\nBcc: x@y.es ", body=" Hola "
    )
    assert (message.subject, message.body, message.state) == ("Salida Bcc: x@y.es", "Hola", "sending")
    assert message.sender_person is not None
    assert (message.sender, message.sender_person.full_name) == (director, "Dolores Directora")
    assert message.audience == {"groups": [group.pk], "students": [], "staff": [], "everyone": False}


def test_double_click_sends_once(school: School, director: User, group: Group) -> None:
    draft = draft_to(school, groups=[group])
    first, second = (send(draft, by=director, now=database_now()) for _ in range(2))
    assert (first.pk, Message.objects.count(), Recipient.objects.count()) == (second.pk, 1, 1)


def test_double_click_at_the_same_instant_sends_once(
    transactional_db: None, school: School, director: User, group: Group
) -> None:
    draft = draft_to(school, groups=[group])
    keys = at_once(*[lambda: send(draft, by=director, now=database_now()).pk] * 4)
    assert (len(set(keys)), Message.objects.count(), Recipient.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize(
    "change", [{"body": "Otro"}, {"way": "email"}, {"email_after": True}, {"everyone": True}]
)
def test_same_key_with_another_content_is_refused(
    school: School, director: User, group: Group, change: dict[str, Any]
) -> None:
    send(draft_to(school, groups=[group], client_key="k"), by=director, now=database_now())
    with pytest.raises(KeyUsed):
        send(draft_to(school, groups=[group], client_key="k", **change), by=director, now=database_now())
    assert Message.objects.count() == 1


def test_same_key_of_two_senders_is_two_messages(school: School, director: User, group: Group) -> None:
    other = make_director(school)
    for by in (director, other):
        send(draft_to(school, groups=[group], client_key="k"), by=by, now=database_now())
    assert Message.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"body": "  "}, "El mensaje está vacío. Escriba el texto."),
        ({"way": "sms", "body": "a" * 152}, "El texto tiene 1 carácter de más: en SMS caben 151."),
        ({"body": "a" * 12_100}, "El texto tiene 100 caracteres de más: en Telegram/TokApp caben 12000."),
        ({"subject": "a" * 201}, "El asunto es demasiado largo: caben 200 caracteres."),
        ({"way": "notica"}, "Este tipo de mensaje no se puede enviar así."),
        ({"kind": "absence", "way": "sms"}, "Este tipo de mensaje no se puede enviar así."),
        ({"kind": "diploma", "way": "sms"}, "Este tipo de mensaje no se puede enviar así."),
    ],
)
def test_refusal_says_what_to_do(
    school: School, director: User, group: Group, fields: dict[str, Any], sentence: str
) -> None:
    assert refusal(draft_to(school, groups=[group], **fields), director) == sentence


@pytest.mark.parametrize(("way", "length"), [("sms", 151), ("telegram_tokapp", 3500), ("email", 100_000)])
def test_text_of_just_the_length_is_taken(
    school: School, director: User, group: Group, way: str, length: int
) -> None:
    message = send_to(school, director, groups=[group], way=way, body=f" {'a' * length} ")
    assert len(message.body) == length


def test_nobody_chosen_is_refused(school: School, director: User) -> None:
    sentence = "No hay nadie a quien enviar: la selección está vacía."
    assert refusal(draft_to(school), director) == sentence
    assert refusal(draft_to(school, groups=[make_group(school)]), director) == sentence


def test_group_without_any_guardian_is_taken_and_says_so(school: School, director: User) -> None:
    group = make_group(school)
    make_student(group, "Luis Gil")
    message = send_to(school, director, groups=[group])
    assert outcomes(message) == [("familia Luis Gil", "no_channel", "no_guardian")]


def test_way_that_the_school_does_not_use_is_refused(school: School, director: User, group: Group) -> None:
    SchoolPolicy.objects.update(channels=["email"])
    assert (
        refusal(draft_to(school, groups=[group]), director)
        == "El centro no usa Telegram/TokApp. Elija otra vía."
    )


def test_sms_to_two_is_refused_unless_the_school_allows_it(
    school: School, director: User, group: Group
) -> None:
    make_student(group, "Eva Paz", [Parent("Rosa Paz", contacts={"phone_1": "+34600000002"})])
    assert refusal(draft_to(school, groups=[group], way="sms"), director) == "SMS: elija un solo alumno."
    SchoolPolicy.objects.update(sms_to_many=True)
    message = send_to(school, director, groups=[group], way="sms")
    assert (Recipient.objects.count(), message.lane) == (2, Lane.BULK)


def test_message_to_one_family_goes_by_the_urgent_lane(school: School, director: User, group: Group) -> None:
    make_student(group, "Eva Paz", [Parent("Rosa Paz"), Parent("Juan Paz", "father")])
    eva = Student.objects.get(person__given_name="Eva")
    lanes = [
        send_to(school, director, **choice).lane for choice in ({"students": [eva]}, {"groups": [group]})
    ]
    assert lanes == [Lane.URGENT, Lane.BULK]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "circular.pdf"
    path.write_bytes(b"%PDF-1.7")
    return path


@pytest.mark.parametrize("way", ["telegram_tokapp", "sms"])
def test_file_goes_only_by_mail(school: School, director: User, group: Group, file: Path, way: str) -> None:
    draft = draft_to(school, groups=[group], way=way, files=(keep(file),))
    assert refusal(draft, director) == "Solo el correo electrónico admite ficheros."


def test_mail_with_a_file_has_no_notica_copy_and_without_a_mailbox_no_channel(
    school: School, director: User, group: Group, file: Path
) -> None:
    make_student(group, "Eva Paz", [Parent("Rosa Paz")])
    message = send_to(school, director, groups=[group], way="email", files=(keep(file),))
    assert [(kept.name, kept.size) for kept in message.attachments.all()] == [("circular.pdf", 8)]
    assert outcomes(message) == [("Marta Gil", "", ""), ("Rosa Paz", "no_channel", "no_email")]
    assert not InboxEntry.objects.exists()
    send_to(school, director, groups=[group], way="email")
    assert InboxEntry.objects.count() == 2


# Who may write to whom.


def tutor_of(school: School, name: str) -> tuple[User, Group]:
    tutor = make_staff(school, "Teresa Tutora")
    return tutor, make_group(school, name, tutor.people.get())


def test_tutor_writes_to_her_group_and_no_other(school: School, director: User, group: Group) -> None:
    tutor, own = tutor_of(school, "2º ESO B")
    make_student(own, "Eva Paz", [Parent("Rosa Paz", contacts=MOTHER)])
    luis = Student.objects.get(person__given_name="Luis")
    sentence = "Solo puede escribir a los alumnos y familias de sus grupos."
    assert refusal(draft_to(school, groups=[group]), tutor) == sentence
    assert refusal(draft_to(school, groups=[own, group]), tutor) == sentence
    assert refusal(draft_to(school, groups=[own], students=[luis]), tutor) == sentence
    assert refusal(draft_to(school, everyone=True), tutor) == (
        "Según la política del centro, su cargo no escribe a todo el centro."
    )
    assert outcomes(send_to(school, tutor, groups=[own])) == [("Rosa Paz", "", "")]


@pytest.mark.parametrize(
    ("role", "may"), [(Role.PAS, True), (Role.DIRECTOR, True), (Role.PTSC, False), (None, False)]
)
def test_whole_school_is_for_those_who_act_for_it(
    school: School, group: Group, role: Role | None, may: bool
) -> None:
    user, draft = make_staff(school, "Paz Puesto", role), draft_to(school, everyone=True)
    if may:
        assert send(draft, by=user, now=database_now()).state == "sending"
    else:
        assert "todo el centro" in refusal(draft, user)


def test_nobody_sends_in_a_school_where_she_does_not_work(school: School, group: Group) -> None:
    stranger = make_director(make_school("30000002"))
    guardian = User.objects.create_user("marta")
    Person.objects.filter(given_name="Marta").update(user=guardian)
    for user in (stranger, guardian):
        assert refusal(draft_to(school, groups=[group]), user) == (
            "No trabaja en este centro: no puede enviar mensajes en él."
        )


def test_people_of_another_school_are_refused_even_to_those_who_lead_both(
    school: School, group: Group
) -> None:
    elsewhere = make_school("30000002")
    other = make_group(elsewhere)
    luis = make_student(other, "Luis Sol", [Parent("Marta Sol", contacts=MOTHER)])
    colleague = make_staff(elsewhere, "Ana Sol").people.get()
    chief = User.objects.create_superuser("root")
    sentence = "Alguien de la selección no es de este centro."
    drafts = [
        draft_to(school, groups=[group, other]),
        draft_to(school, groups=[group], students=[luis]),
        draft_to(school, to="personal", way="email", staff=[colleague.pk]),
    ]
    assert [refusal(draft, chief) for draft in drafts] == [sentence] * 3


def test_staff_choice_takes_staff_alone(school: School, director: User, group: Group) -> None:
    marta = Person.objects.get(given_name="Marta")
    teacher = make_staff(school, "Ana Ruiz")
    draft = draft_to(school, to="personal", way="email", staff=[marta.pk])
    for user in (director, teacher):
        assert refusal(draft, user) == "Alguien de la selección no es de este centro."
    own = send_to(school, teacher, to="personal", way="email", staff=[director.people.get().pk])
    assert outcomes(own) == [("Dolores Directora", "", "")]


def test_superuser_sends_in_any_school_and_is_somebody_there(school: School, group: Group) -> None:
    chief = User.objects.create_superuser("root", "root@clip.example")
    for _ in range(2):
        message = send_to(school, chief, groups=[group])
    assert message.sender_person is not None
    contacts = message.sender_person.contacts.values_list("slot", "value")
    assert sorted(contacts) == [("email", "root@clip.example"), ("email_official", "root@clip.example")]
    assert Person.objects.filter(user=chief).count() == 1


def test_sender_who_left_may_not_send(school: School, director: User, group: Group) -> None:
    director.people.get().staff.delete()
    assert "No trabaja" in refusal(draft_to(school, groups=[group]), director)


def test_redis_down_is_not_shown_to_the_sender(
    transactional_db: None,
    school: School,
    director: User,
    group: Group,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse(self: redis.Redis, *arguments: Any, **options: Any) -> None:
        raise RedisDown("down")

    with monkeypatch.context() as patch:
        patch.setattr(redis.Redis, "execute_command", refuse)
        patch.setattr(redis.client.Pipeline, "execute", refuse)
        message = send_to(school, director, groups=[group])
        patch.setattr("notica.actions.AT_ONCE", 0)
        large = send_to(school, director, groups=[group])
    assert (message.state, large.state, Delivery.objects.count()) == ("sending", "queued", 1)
    said = [record.getMessage() for record in caplog.records if record.name == "notica.wakeups"]
    assert {line.partition(":")[0] for line in said} == {
        "no wake-up for telegram",
        "no wake-up for tokapp",
        "no wake-up for fanout",
    }


def test_failure_of_the_fan_out_keeps_nothing_of_the_message(
    school: School, director: User, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("notica.fanout.write_chunk", fail)
    with pytest.raises(RuntimeError, match="broken"):
        send(draft_to(school, groups=[group]), by=director, now=database_now())
    assert not Message.objects.exists()


def test_send_costs_the_same_queries_for_few_and_many(
    school: School, director: User, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    group = make_group(school)
    make_families(group, 60)
    with django_assert_max_num_queries(60):
        send_to(school, director, groups=[group])
    assert Recipient.objects.count() == 60


def test_message_that_can_be_taken_back_is_written_now_and_due_in_ten_seconds(
    school: School, director: User, group: Group, database_clock: DatabaseClock
) -> None:
    database_clock.freeze(database_clock.now())
    now = database_clock.now()
    message = send_to(school, director, groups=[group], undo=True)
    due = now + timedelta(seconds=UNDO_SECONDS)
    assert (message.state, message.not_before, message.created_at) == ("sending", due, now)
    assert list(Delivery.objects.values_list("state", "not_before")) == [("ready", due)]
    assert claim_some(Delivery.objects.get().account_id, 5) == []
    database_clock.advance(timedelta(seconds=UNDO_SECONDS))
    assert len(claim_some(Delivery.objects.get().account_id, 5)) == 1


def test_scheduled_message_is_held_no_longer_than_its_hour(
    school: School, director: User, group: Group, database_clock: DatabaseClock
) -> None:
    later = database_clock.now() + timedelta(hours=2)
    message = send_to(school, director, groups=[group], not_before=later, undo=True)
    assert (message.state, message.not_before, Delivery.objects.count()) == ("queued", later, 0)


def test_absence_is_never_held(
    school: School, director: User, group: Group, database_clock: DatabaseClock
) -> None:
    database_clock.freeze(database_clock.now())
    urgent = next(code for code, kind in KINDS.items() if kind.lane == Lane.URGENT)
    draft = draft_to(school, groups=[group], kind=urgent, undo=True)
    assert compose(draft, by=director, now=database_clock.now()).not_before == database_clock.now()


def test_holding_does_not_make_another_message_of_the_same_key(
    school: School, director: User, group: Group
) -> None:
    held = draft_to(school, groups=[group], undo=True)
    first = send(held, by=director, now=database_now())
    assert send(replace(held, undo=False), by=director, now=database_now()).pk == first.pk
