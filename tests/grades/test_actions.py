"""What families and tutors do with marks: who may, what is refused, and whom a reminder reaches."""

from datetime import date, timedelta
from typing import Any

import pytest

from grades.actions import acknowledge, publish, remind, write_remarks
from grades.models import Acknowledgement, Evaluation, Mark, Publication, Reminder
from grades.refusals import GradesRefused
from grades.tables import group_table
from notica.models import Delivery, InboxEntry, Message
from notica.rendering import Renderer
from plumier.clock import database_now, database_today
from plumier.models import Enrolment, Guardianship, RegisterEdit, SchoolPolicy, Student
from tests.database import DatabaseClock
from tests.factories.register import (
    Parent,
    make_director,
    make_group,
    make_login,
    make_school,
    make_student,
    make_teacher,
    make_tutor,
)
from tests.grades.marked import Marked, put, seen_by
from tests.notica.correspondence import FATHER_PHONE, MOTHER_MAIL, letter_of
from tests.notica.results import ACCOUNTS


@pytest.fixture
def marked(db: None, settings: Any) -> Marked:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    return Marked()


def bar_father(marked: Marked, since: date | None = None, until: date | None = None) -> None:
    Guardianship.objects.filter(guardian=marked.person(marked.father)).update(
        barred_from=since or date(2026, 1, 1), barred_until=until, barred_reference="Auto 1/2026"
    )


def another(marked: Marked, name: str, *parents: Parent, **fields: Any) -> Student:
    """A classmate with a mark."""
    student = make_student(marked.group, name, list(parents), **fields)
    put(marked.evaluation, student, marked.language, "5")
    return student


def waiting(marked: Marked) -> list[str]:
    table = group_table(marked.evaluation, marked.group, marked.tutor, database_today())
    return [row.name for row in table.waiting]


def reached(message: Message) -> set[str]:
    return {
        one.person.full_name for one in InboxEntry.objects.filter(message=message).select_related("person")
    }


def test_mother_acknowledges_once(marked: Marked) -> None:
    marked.publish()
    first = marked.acknowledge()
    assert (first.person, first.enrolment.student, first.evaluation) == (
        *(marked.person(marked.mother), marked.student, marked.evaluation),
    )
    assert marked.acknowledge() == first
    assert marked.acknowledge().at == first.at
    assert Acknowledgement.objects.count() == 1


def test_each_parent_and_the_student_acknowledge_for_themselves(marked: Marked) -> None:
    marked.publish()
    for user in (marked.mother_login, marked.father_login, make_login(marked.student.person)):
        marked.acknowledge(by=user)
    assert Acknowledgement.objects.values_list("person", flat=True).distinct().count() == 3


def test_unpublished_marks_are_not_acknowledged(marked: Marked) -> None:
    with pytest.raises(GradesRefused, match="todavía no están publicadas"):
        marked.acknowledge()


@pytest.mark.parametrize(
    ("since", "until", "refused"), [(-9, None, True), (-9, -1, False), (1, None, False), (0, 0, True)]
)
def test_father_acknowledges_unless_he_is_barred_today(
    marked: Marked, since: int, until: int | None, refused: bool
) -> None:
    marked.publish()
    today = database_today()
    bar_father(marked, today + timedelta(since), None if until is None else today + timedelta(until))
    if not refused:
        assert marked.acknowledge(by=marked.father_login).person == marked.person(marked.father)
        return
    with pytest.raises(GradesRefused, match="a su cargo"):
        marked.acknowledge(by=marked.father_login)


def test_nobody_acknowledges_another_s_marks(marked: Marked) -> None:
    marked.publish()
    classmate = another(marked, "Otro Niño", Parent("Otra Madre"))
    stranger = make_login(classmate.guardians.get())
    for user in (stranger, marked.tutor, make_login(classmate.person)):
        with pytest.raises(GradesRefused, match="a su cargo"):
            marked.acknowledge(by=user)


def test_child_who_left_is_acknowledged_no_more(marked: Marked) -> None:
    marked.publish()
    Enrolment.objects.filter(student=marked.student).update(status="withdrawn")
    with pytest.raises(GradesRefused, match="ya no está en el centro"):
        marked.acknowledge()


def test_mark_that_changes_asks_for_a_new_acuse(marked: Marked, database_clock: DatabaseClock) -> None:
    marked.publish()
    first = marked.acknowledge()
    assert waiting(marked) == []
    database_clock.advance(timedelta(minutes=1))
    put(marked.evaluation, marked.student, marked.language, "SB")
    assert waiting(marked) == ["Marín, Lucía"]
    database_clock.advance(timedelta(minutes=1))
    again = marked.acknowledge()
    assert (again.pk, again.at > first.at, waiting(marked)) == (first.pk, True, [])


def test_mark_that_is_saved_as_it_was_asks_for_nothing(marked: Marked, database_clock: DatabaseClock) -> None:
    marked.publish()
    marked.acknowledge()
    database_clock.advance(timedelta(minutes=1))
    put(marked.evaluation, marked.student, marked.language, "NT")
    assert waiting(marked) == []


def test_acuse_is_of_what_the_page_showed(marked: Marked, database_clock: DatabaseClock) -> None:
    marked.publish()
    seen = seen_by(marked.mother_login, marked.student, marked.evaluation)
    database_clock.advance(timedelta(minutes=1))
    put(marked.evaluation, marked.student, marked.language, "IN")
    with pytest.raises(GradesRefused, match="ha cambiado mientras tanto"):
        acknowledge(marked.student, marked.evaluation, seen, by=marked.mother_login, now=database_now())
    assert not Acknowledgement.objects.exists()


def test_history_keeps_an_acuse_and_who_opened(marked: Marked) -> None:
    marked.publish()
    given = marked.acknowledge()
    edits = RegisterEdit.objects.filter(table_name="grades_acknowledgement")
    assert [(one.row_id, one.kind, one.school_id) for one in edits] == [(given.pk, "I", marked.school.pk)]
    assert Publication.objects.get().by == marked.tutor


def test_remarks_wait_for_the_acuse(marked: Marked) -> None:
    marked.publish()
    with pytest.raises(GradesRefused, match="Dé primero el acuse de recibo"):
        write_remarks(
            marked.student, marked.evaluation, letter_of(), by=marked.mother_login, now=database_now()
        )
    assert not Message.objects.exists()


def test_remarks_are_a_letter_to_the_tutor(marked: Marked) -> None:
    marked.publish()
    marked.acknowledge()
    sent = write_remarks(
        marked.student, marked.evaluation, letter_of(), by=marked.mother_login, now=database_now()
    )
    assert (sent.kind, sent.subject, sent.student) == (
        *("to_teacher", "Observaciones: 1ª evaluación", marked.student),
    )
    assert reached(sent) == {"Tere Tutora"}
    assert set(Delivery.objects.values_list("channel", "address")) == {
        ("email", f"{marked.tutor.username}@staff.example")
    }


def test_other_parent_s_acuse_opens_no_remarks(marked: Marked) -> None:
    marked.publish()
    marked.acknowledge(by=marked.father_login)
    with pytest.raises(GradesRefused, match="Dé primero el acuse de recibo"):
        write_remarks(
            marked.student, marked.evaluation, letter_of(), by=marked.mother_login, now=database_now()
        )


def test_remarks_need_a_tutor_whom_no_court_keeps_away(marked: Marked) -> None:
    marked.publish()
    marked.acknowledge()
    marked.group.tutor = None
    marked.group.save()
    with pytest.raises(GradesRefused, match="ningún tutor"):
        write_remarks(
            marked.student, marked.evaluation, letter_of(), by=marked.mother_login, now=database_now()
        )


def test_leader_and_tutor_publish_and_nobody_else(marked: Marked) -> None:
    other_tutor = make_tutor(make_group(marked.school, "1º ESO B"))
    for user in (marked.teacher, other_tutor, marked.mother_login, make_director(make_school("30000002"))):
        with pytest.raises(GradesRefused, match="su tutor o el equipo directivo"):
            marked.publish(by=user)
    director = make_director(marked.school)
    made = marked.publish(by=director)
    assert [(one.group, one.by) for one in made] == [(marked.group, director)]
    assert marked.publish() == []


def test_group_without_marks_is_not_published(marked: Marked) -> None:
    Mark.objects.update(value="")
    with pytest.raises(GradesRefused, match="ninguna calificación"):
        marked.publish()


def test_publishing_tells_families_only_if_asked_and_says_no_mark(marked: Marked) -> None:
    another(marked, "Otro Niño", Parent("Otra Madre", contacts={"email": "otra@familia.example"}))
    make_student(
        marked.group, "Sin Notas", [Parent("Madre Tercera", contacts={"email": "x@familia.example"})]
    )
    marked.publish()
    assert not Message.objects.exists()
    Publication.objects.all().delete()
    marked.publish(tell=True)
    message = Message.objects.get()
    assert (message.kind, reached(message)) == ("grades", {"Marta Marín", "Pedro Marín", "Otra Madre"})
    text = Renderer().content(message, "email", "es", ()).text
    assert "Ya puede leer en Mirador las calificaciones de «1ª evaluación»" in text
    assert "/mirador/notas/" in text
    assert "NT" not in text


def test_reminder_reaches_families_that_have_not_acknowledged(marked: Marked) -> None:
    another(marked, "Otro Niño", Parent("Otra Madre", contacts={"email": "otra@familia.example"}))
    third = another(marked, "Tercer Niño", Parent("Madre Tercera", contacts={"email": "x@familia.example"}))
    make_student(marked.group, "Sin Notas", [Parent("Cuarta Madre", contacts={"email": "y@familia.example"})])
    marked.publish()
    marked.acknowledge(by=make_login(third.guardians.get()), student=third)
    message = remind(marked.evaluation, marked.group, by=marked.tutor, now=database_now())
    assert reached(message) == {"Marta Marín", "Pedro Marín", "Otra Madre"}
    assert ("telegram", MOTHER_MAIL) not in set(Delivery.objects.values_list("channel", "address"))
    content = Renderer().content(message, "chat", "es", ())
    assert "Todavía no consta el acuse de recibo" in content.text
    assert "NT" not in content.text


def test_barred_father_is_neither_counted_nor_reached(marked: Marked) -> None:
    """Nor does the acuse count that he gave before, for the mother has not read."""
    marked.publish()
    marked.acknowledge(by=marked.father_login)
    assert waiting(marked) == []
    bar_father(marked)
    assert waiting(marked) == ["Marín, Lucía"]
    message = remind(marked.evaluation, marked.group, by=marked.tutor, now=database_now())
    assert reached(message) == {"Marta Marín"}
    assert not Delivery.objects.filter(address=FATHER_PHONE).exists()


def test_child_whose_only_guardian_is_barred_is_not_counted(marked: Marked) -> None:
    marked.publish()
    marked.acknowledge()
    another(marked, "Otro Niño", Parent("Padre Barrado", "father", barred=(date(2026, 1, 1), None)))
    another(marked, "Niño Solo")
    assert waiting(marked) == []
    with pytest.raises(GradesRefused, match="Todas las familias"):
        remind(marked.evaluation, marked.group, by=marked.tutor, now=database_now())


def test_student_s_own_acuse_is_not_her_family_s(marked: Marked) -> None:
    marked.publish()
    marked.acknowledge(by=make_login(marked.student.person))
    assert waiting(marked) == ["Marín, Lucía"]


def test_protected_family_has_the_reminder_in_mirador_alone(marked: Marked) -> None:
    Student.objects.update(protected=True)
    marked.publish()
    message = remind(marked.evaluation, marked.group, by=marked.tutor, now=database_now())
    assert reached(message) == {"Marta Marín", "Pedro Marín"}
    assert not Delivery.objects.exists()


def test_reminder_goes_once_a_day_whoever_sends_it(marked: Marked, database_clock: DatabaseClock) -> None:
    marked.publish()
    remind(marked.evaluation, marked.group, by=marked.tutor, now=database_now())
    with pytest.raises(GradesRefused, match="Hoy ya se ha recordado"):
        remind(marked.evaluation, marked.group, by=make_director(marked.school), now=database_now())
    assert Message.objects.count() == 1
    database_clock.advance(timedelta(days=1))
    remind(marked.evaluation, marked.group, by=marked.tutor, now=database_now())
    assert Reminder.objects.count() == 2


def test_only_tutor_and_leader_remind_and_only_of_what_is_open(marked: Marked) -> None:
    with pytest.raises(GradesRefused, match="todavía no están publicadas"):
        remind(marked.evaluation, marked.group, by=marked.tutor, now=database_now())
    marked.publish()
    for user in (marked.teacher, make_teacher(marked.group), marked.mother_login):
        with pytest.raises(GradesRefused, match="su tutor o el equipo directivo"):
            remind(marked.evaluation, marked.group, by=user, now=database_now())


def test_school_without_chat_and_mail_leaves_it_in_mirador(marked: Marked) -> None:
    SchoolPolicy.objects.update(channels=["sms"])
    marked.publish()
    message = remind(marked.evaluation, marked.group, by=marked.tutor, now=database_now())
    assert (message.way, reached(message)) == ("notica", {"Marta Marín", "Pedro Marín"})


def test_group_of_another_school_is_refused(marked: Marked) -> None:
    other = make_school("30000002")
    elsewhere = Evaluation.objects.create(school=other, year=other.years.get(), name="1ª evaluación")
    for by in (marked.tutor, make_director(other)):
        with pytest.raises(GradesRefused, match="su tutor o el equipo directivo"):
            publish(elsewhere, [marked.group], tell=False, by=by, now=database_now())
