"""What a family and its teachers write to each other: who may, to whom it goes, and who reads it."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from channels_app import registry
from notica.access import messages_visible_to
from notica.actions import send
from notica.choices import Audience
from notica.delivery import drain
from notica.drafts import Choice
from notica.files import keep
from notica.models import Delivery, InboxEntry, Message, Recipient, RecipientAbout
from notica.refusals import KeyUsed, NotAllowed, Refused
from notica.rendering import Renderer
from notica.resending import resend
from notica.thread_access import choice_of_writer
from notica.threads import thread_of, write_back, write_to_teachers
from notica.unread import unread_of
from plumier.clock import database_now
from plumier.models import Enrolment, Guardianship, Person, School, SchoolKind, SchoolPolicy
from plumier.models.policies import Senders
from tests.database import DatabaseClock
from tests.factories.register import (
    make_director,
    make_group,
    make_login,
    make_school,
    make_student,
    make_teacher,
)
from tests.notica.correspondence import FATHER_MAIL, MOTHER_MAIL, MOTHER_PHONE, Family, letter_of
from tests.notica.results import ACCOUNTS
from tests.notica.rows import at_once
from tests.notica.stories import draft_to, outcomes, trail
from tests.providers.sandbox import Sandbox


@pytest.fixture
def family(db: None, settings: Any) -> Family:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    return Family()


def bar(family: Family) -> None:
    """A court keeps the mother from the child from today on."""
    Guardianship.objects.filter(guardian=family.person(family.mother)).update(
        barred_from=date(2026, 1, 1), barred_reference="Auto 1/2026"
    )


def copies(message: Message) -> set[Person]:
    return {one.person for one in InboxEntry.objects.filter(message=message).select_related("person")}


def test_family_writes_to_two_teachers_by_mail_and_notica(family: Family) -> None:
    message = family.write(family.tutor, family.teacher)
    tutor, teacher = family.person(family.tutor), family.person(family.teacher)
    mails = {f"{one.username}@staff.example" for one in (family.tutor, family.teacher)}
    assert set(Delivery.objects.values_list("channel", "address")) == {("email", mail) for mail in mails}
    assert copies(message) == {tutor, teacher}
    assert (message.kind, message.student, message.sender) == (
        "to_teacher",
        family.student,
        family.mother_login,
    )
    assert message.sender_person == family.person(family.mother)


@pytest.mark.parametrize(
    ("kind", "expected"), [(SchoolKind.PUBLIC, "oficial@x.example"), (SchoolKind.CHARTER, "suyo@x.example")]
)
def test_mail_goes_to_the_professional_address(family: Family, kind: str, expected: str) -> None:
    """Public: the official one; concertado: the one on file."""
    School.objects.update(kind=kind)
    tutor = family.person(family.tutor)
    tutor.contacts.filter(slot="email_official").update(value="oficial@x.example")
    tutor.contacts.create(school=family.school, slot="email", kind="email", value="suyo@x.example")
    family.write()
    assert Delivery.objects.values_list("address", flat=True).get() == expected


def test_teacher_without_an_address_has_it_in_notica(family: Family) -> None:
    family.person(family.tutor).contacts.all().delete()
    message = family.write()
    assert (outcomes(message), copies(message)) == (
        [("Tere Tutora", "no_channel", "no_email")],
        {family.person(family.tutor)},
    )


def test_school_without_mail_has_it_in_notica(family: Family) -> None:
    SchoolPolicy.objects.update(channels=["sms"])
    message = family.write()
    assert outcomes(message) == [("Tere Tutora", "reached", "notica")]
    assert outcomes(family.answer(message)) == [("Marta Marín", "reached", "notica")]


def test_files_stay_with_the_notica_copy_and_the_mail_says_so(family: Family, tmp_path: Path) -> None:
    source = tmp_path / "justificante.pdf"
    source.write_bytes(b"%PDF-1.7")
    message = family.write(files=(keep(source),))
    assert copies(message) == {family.person(family.tutor)}
    content = Renderer().content(message, "email", "es", ())
    assert content.attachments == ()
    for text in (content.text, content.html):
        assert "Con estos ficheros, que se abren en Notica:" in text
        assert "justificante.pdf" in text
    assert "ficheros" not in Renderer().content(family.write(), "email", "es", ()).text


def test_files_stay_with_the_notica_copy_of_a_school_without_mail(family: Family, tmp_path: Path) -> None:
    SchoolPolicy.objects.update(channels=["sms"])
    source = tmp_path / "justificante.pdf"
    source.write_bytes(b"%PDF-1.7")
    message = family.write(files=(keep(source),))
    assert [one.name for one in message.attachments.all()] == ["justificante.pdf"]
    assert copies(message) == {family.person(family.tutor)}


def test_mail_says_whose_family_it_is_and_where_to_answer(family: Family) -> None:
    content = Renderer().content(family.write(), "email", "es", ())
    assert "Familia de Lucía Marín · 1º ESO A" in content.text
    assert "/profesores/notica/" in content.text
    assert "/profesores/notica/" in content.html
    assert "No podré asistir a la reunión del jueves." in content.text
    assert content.text.count("Familia de") == 1


def test_student_writes_herself_and_is_answered_herself(family: Family) -> None:
    student = make_login(family.student.person)
    message = family.write(by=student)
    reply = family.answer(message)
    assert message.sender_person == family.student.person
    assert (reply.to, copies(reply)) == (Audience.STUDENT, {family.student.person})


def test_answer_goes_to_who_wrote_and_never_to_the_other_parent(family: Family) -> None:
    message = family.write()
    reply = family.answer(message)
    assert outcomes(reply) == [("Marta Marín", "", "")]
    assert trail(reply) == [
        (1, "telegram", MOTHER_PHONE, "ready"),
        (1, "tokapp", MOTHER_PHONE, "ready"),
    ]
    steps = Recipient.objects.get(message=reply).plan["steps"]
    assert [one["address"] for step in steps for one in step] == [MOTHER_PHONE, MOTHER_PHONE, MOTHER_MAIL]
    assert copies(reply) == {family.person(family.mother)}
    assert (reply.in_reply_to, reply.student, reply.subject) == (message, family.student, "Re: Reunión")


@pytest.mark.parametrize("senders", [Senders.TEACHERS, Senders.TUTORS])
def test_teacher_answers_also_where_only_tutors_write_to_families(family: Family, senders: str) -> None:
    SchoolPolicy.objects.update(senders=senders)
    reply = family.answer(family.write(family.teacher), by=family.teacher)
    assert reply.sender == family.teacher


def test_guardian_without_the_tick_reads_the_answer_in_mirador(family: Family) -> None:
    Guardianship.objects.update(receives_messages=False)
    reply = family.answer(family.write())
    assert outcomes(reply) == [("Marta Marín", "excluded", "tick_off")]
    assert (trail(reply), copies(reply)) == ([], {family.person(family.mother)})


def test_protected_family_is_told_by_no_channel_and_reads_it_in_mirador(db: None, settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    family = Family(protected=True)
    reply = family.answer(family.write())
    assert outcomes(reply) == [("Marta Marín", "excluded", "protected")]
    assert (trail(reply), copies(reply)) == ([], {family.person(family.mother)})
    assert list(RecipientAbout.objects.values_list("pushed", flat=True)) == [False]


def test_barred_guardian_is_not_answered_and_that_is_said(family: Family) -> None:
    message = family.write()
    bar(family)
    with pytest.raises(NotAllowed, match="Una resolución impide ahora escribir a Marta Marín"):
        family.answer(message)
    assert Message.objects.count() == 1


def test_guardian_barred_after_the_answer_was_written_gets_nothing(
    transactional_db: None, settings: Any, sandbox: Sandbox
) -> None:
    settings.CHANNEL_ENVIRONMENT = sandbox.environment
    family = Family()
    reply = family.answer(family.write())
    bar(family)
    drain("telegram", linger=False)
    assert sandbox.taken("telegram") == []
    assert {(channel, state) for _, channel, _, state in trail(reply)} == {
        ("telegram", "suppressed"),
        ("tokapp", "ready"),
    }


def test_guardian_who_is_one_no_more_and_student_who_left_are_not_answered(family: Family) -> None:
    message = family.write()
    Enrolment.objects.update(status="withdrawn")
    with pytest.raises(NotAllowed, match="Lucía Marín ya no está en el centro"):
        family.answer(message)
    Enrolment.objects.update(status="active")
    Guardianship.objects.filter(guardian=family.person(family.mother)).delete()
    with pytest.raises(NotAllowed, match="ya no figura como familia"):
        family.answer(message)


def test_only_who_received_it_answers(family: Family) -> None:
    message = family.write(family.tutor)
    for other in (family.teacher, make_director(family.school), family.mother_login):
        with pytest.raises(NotAllowed, match="Solo puede responder a un mensaje que ha recibido"):
            family.answer(message, by=other)


def test_answer_to_an_answer_or_a_notice_is_refused(family: Family) -> None:
    reply = family.answer(family.write())
    with pytest.raises(NotAllowed, match="Solo puede responder"):
        family.answer(reply)


@pytest.mark.parametrize("text", ["", " \n "])
def test_empty_text_is_refused(family: Family, text: str) -> None:
    with pytest.raises(Refused, match="La respuesta está vacía"):
        family.answer(family.write(), text=text)
    with pytest.raises(Refused, match="El mensaje está vacío"):
        family.write(text=text)


def test_family_that_chooses_nobody_is_told_so(family: Family) -> None:
    with pytest.raises(Refused, match="Elija al menos un profesor"):
        write_to_teachers(family.student, [], letter_of(), by=family.mother_login, now=database_now())


def test_family_writes_to_no_other_teacher(family: Family) -> None:
    other = make_teacher(make_group(family.school, "2º ESO B"))
    elsewhere = make_teacher(make_group(make_school("30000002")))
    with pytest.raises(NotAllowed, match="ya no da clase a Lucía Marín"):
        family.write(family.tutor, other)
    with pytest.raises(NotAllowed, match="no es de este centro"):
        write_to_teachers(
            family.student, [elsewhere.people.get()], letter_of(), by=family.mother_login, now=database_now()
        )


def test_nobody_else_writes_in_the_familys_name(family: Family) -> None:
    stranger = make_login(make_student(make_group(family.school, "2º ESO B"), "Iván Gil").person)
    for other in (stranger, family.tutor, make_director(family.school)):
        with pytest.raises(NotAllowed, match="Solo puede escribir a los profesores de sus hijos"):
            family.write(by=other)


def test_barred_guardian_does_not_write(family: Family) -> None:
    bar(family)
    with pytest.raises(NotAllowed, match="de sus hijos"):
        family.write()


def test_family_goes_on_with_the_teacher_who_answered(family: Family) -> None:
    first = family.write(family.tutor, family.teacher)
    reply = family.answer(first)
    tutor = [family.person(family.tutor)]
    more = write_back(
        first, tutor, letter_of(text="Gracias.", subject=""), by=family.mother_login, now=database_now()
    )
    assert (more.in_reply_to, more.subject, copies(more)) == (
        first,
        "Re: Reunión",
        {family.person(family.tutor)},
    )
    for other in (reply, more):
        with pytest.raises(NotAllowed, match="que empezó usted"):
            write_back(other, tutor, letter_of(), by=family.mother_login, now=database_now())
    last = family.answer(more)
    assert (last.in_reply_to, outcomes(last)) == (first, [("Marta Marín", "", "")])


def test_other_parent_does_not_go_on_in_her_thread(family: Family) -> None:
    father = make_login(family.person(family.father))
    first = family.write()
    with pytest.raises(NotAllowed, match="que empezó usted"):
        write_back(first, [family.person(family.tutor)], letter_of(), by=father, now=database_now())


def test_family_goes_on_with_nobody_to_whom_it_did_not_begin(family: Family) -> None:
    first = family.write(family.tutor)
    with pytest.raises(NotAllowed, match="no está en esta conversación"):
        write_back(
            first, [family.person(family.teacher)], letter_of(), by=family.mother_login, now=database_now()
        )


def test_nobody_reads_in_a_thread_what_was_written_to_another(
    family: Family, django_assert_num_queries: Any
) -> None:
    first = family.write(family.tutor, family.teacher)
    reply = family.answer(first)
    own = family.answer(first, by=family.teacher)
    tutor, teacher, father = (family.person(one) for one in (family.tutor, family.teacher, family.father))
    with django_assert_num_queries(1):
        assert list(thread_of(reply, [tutor.pk])) == [first, reply]
    assert list(thread_of(first, [teacher.pk])) == [first, own]
    assert list(thread_of(first, [family.person(family.mother).pk])) == [first, reply, own]
    assert list(thread_of(first, [father.pk])) == []


def test_double_click_answers_once_and_another_text_is_said(family: Family) -> None:
    message = family.write()
    first = family.answer(message, client_key="key")
    assert family.answer(message, client_key="key") == first
    with pytest.raises(KeyUsed):
        family.answer(message, client_key="key", text="Otra cosa.")


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_instant_answer_once(settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    family = Family()
    message = family.write()
    replies = at_once(*[lambda: family.answer(message, client_key="key")] * 3)
    assert len({one.pk for one in replies}) == 1
    assert Recipient.objects.filter(message=replies[0]).count() == 1


def test_answer_sent_again_goes_to_her_alone(family: Family) -> None:
    reply = family.answer(family.write())
    now = database_now() + timedelta(seconds=1)
    Recipient.objects.filter(message=reply).update(outcome="failed", closed_at=now)
    Message.objects.filter(pk=reply.pk).update(state="finished", finished_at=now)
    reply.refresh_from_db()
    again = resend(reply, client_key="again", by=family.tutor, now=now)
    assert (again.in_reply_to, outcomes(again)) == (reply.in_reply_to, [("Marta Marín", "", "")])


def test_only_the_writer_is_chosen(family: Family) -> None:
    message = family.write()
    mother = family.person(family.mother)
    assert choice_of_writer(message) == Choice(
        Audience.FAMILY, students=(family.student.pk,), guardian=mother.pk
    )


@pytest.mark.parametrize(
    "choice",
    [
        {"to": "familia"},
        {"to": "familia", "everyone": True},
        {"to": "alumno"},
    ],
)
def test_answer_to_anybody_else_is_refused(family: Family, choice: dict[str, Any]) -> None:
    message = family.write()
    chosen = choice if choice.get("everyone") else {**choice, "students": [family.student]}
    draft = draft_to(family.school, kind="reply", in_reply_to=message, student=family.student, **chosen)
    with pytest.raises(NotAllowed, match="La respuesta va solo a quien escribió"):
        send(draft, by=family.tutor, now=database_now())


def test_director_does_not_read_what_a_family_writes_to_a_teacher(family: Family) -> None:
    director, today = make_director(family.school), date(2026, 11, 26)
    first = family.write()
    reply = family.answer(first)
    assert list(messages_visible_to(director, today)) == []
    assert list(messages_visible_to(family.tutor, today)) == [reply]


def test_from_the_familys_words_to_the_mothers_telegram(
    transactional_db: None, settings: Any, sandbox: Sandbox
) -> None:
    """D4 and D5 from end to end: the e-mail, the envelope, the answer, her chat."""
    settings.CHANNEL_ENVIRONMENT = sandbox.environment
    family = Family()
    message = family.write()
    drain("email", linger=False)
    mail = sandbox.taken("email")[-1]
    assert mail["address"] == f"{family.tutor.username}@staff.example"
    assert unread_of(family.tutor) == 1
    family.answer(message)
    for name in registry.channel_names():
        drain(name, linger=False)
    told = sandbox.taken("telegram")
    assert [one["address"] for one in told] == ["501"]
    assert "Le llamo a las cinco." in str(told[0])
    assert FATHER_MAIL not in str(sandbox.log())


def test_family_of_a_student_who_left_is_told_so(family: Family) -> None:
    Enrolment.objects.update(status="withdrawn")
    with pytest.raises(NotAllowed, match="Lucía Marín ya no está en el centro"):
        family.write()


def test_answer_says_where_it_is_answered_and_not_by_what_tells_of_it(family: Family) -> None:
    first = family.write()
    reply = family.answer(first)
    chat, mail = (Renderer().content(reply, form, "es", ()) for form in ("chat", "email"))
    for text in (chat.text, mail.text, mail.html):
        assert "Le llamo a las cinco." in text
        assert f"/mirador/escribir/{first.token}/" in text
    assert "Para responder, en Mirador:" in chat.text
    assert "escriba al centro" not in mail.text


def test_answer_in_quiet_hours_is_there_at_once_and_told_in_the_morning(
    database_clock: DatabaseClock, settings: Any
) -> None:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    family = Family(make_school(quiet=(time(22), time(6))))
    message = family.write()
    night = datetime(2026, 11, 30, 22, 30, tzinfo=UTC)  # 23:30 in Madrid
    database_clock.set(night)
    reply = family.answer(message)
    told = set(Delivery.objects.filter(message_id=reply.pk).values_list("not_before", flat=True))
    assert told == {datetime(2026, 12, 1, 5, tzinfo=UTC)}
    assert InboxEntry.objects.get(message=reply).created_at - night < timedelta(minutes=1)
