"""What a family answers to a notice, and who hears of it."""

import os
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from attendance.answering import Answer, answer, decide
from attendance.choices import AnswerKind, Mark
from attendance.justifying import justify
from attendance.models import Absence, AbsenceAnswer, AbsenceNotice
from notica.choices import Lane
from notica.files import keep, path_of
from notica.models import InboxEntry, Message
from notica.rendering import notice_text
from notica.writing.sweeping import sweep_all
from plumier.models import Guardianship, User
from plumier.refusals import Refused
from plumier.roles import Role
from tests.attendance.classes import NINE, SchoolClass
from tests.database import DatabaseClock
from tests.factories.register import make_director, make_group, make_login, make_staff, make_tutor
from tests.notica.answering import CONFIGURED

KNEW = Answer(AnswerKind.KNEW, "Visita  médica")
ALARM = Answer(AnswerKind.SHOULD_BE_THERE)


@pytest.fixture
def of(db: None, settings: Any, database_clock: DatabaseClock) -> SchoolClass:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    database_clock.freeze(NINE)
    of = SchoolClass()
    make_director(of.school)
    make_staff(of.school, "Pablo Conserje", Role.PAS)
    make_staff(of.school, "Otra Docente")
    of.mark((of.ana, Mark.ABSENT))
    return of


@pytest.fixture
def mother(of: SchoolClass) -> User:
    assert of.mother.person is not None
    return make_login(of.mother.person)


def notice() -> AbsenceNotice:
    return AbsenceNotice.objects.get()


def say(by: User, written: Answer) -> AbsenceAnswer:
    return answer(notice(), written, by=by, now=NINE)


def heard(kind: str) -> set[str]:
    entries = InboxEntry.objects.filter(message__kind=kind).select_related("person")
    return {one.person.full_name for one in entries}


def test_that_she_knew_goes_to_the_tutor_as_an_excuse_she_proposes(of: SchoolClass, mother: User) -> None:
    kept = say(mother, KNEW)
    assert (kept.reason, kept.person, kept.decided_at) == ("Visita médica", of.mother.person, None)
    assert heard("absence_excuse") == {"Elena Tutora"}
    text = notice_text(Message.objects.get(kind="absence_excuse"), "es")
    assert text.startswith(
        "La familia de Ana Vera (1º ESO C) sabía lo que consta el viernes 27 de noviembre:\n"
        "• Sesión 2 (09:15) · Matemáticas: falta\n"
        "Motivo: Visita médica\n\n"
        "Su ficha, con los teléfonos: "
    )
    assert Absence.objects.get().justified_at is None


def test_that_the_child_should_be_there_goes_at_once_to_tutor_teacher_and_desk(
    of: SchoolClass, mother: User
) -> None:
    say(mother, ALARM)
    assert heard("absence_alarm") == {
        "Elena Tutora",
        "Paco Profesor",
        "Dolores Directora",
        "Pablo Conserje",
    }
    assert Message.objects.get(kind="absence_alarm").lane == Lane.URGENT


def test_same_answer_again_is_the_same_one(of: SchoolClass, mother: User) -> None:
    assert say(mother, ALARM) == say(mother, ALARM)
    assert Message.objects.filter(kind="absence_alarm").count() == 1


def test_excuse_without_a_reason_is_refused(of: SchoolClass, mother: User) -> None:
    with pytest.raises(Refused) as refusal:
        say(mother, Answer(AnswerKind.KNEW, " "))
    assert str(refusal.value) == "Escriba el motivo de la falta."


def test_nothing_is_answered_to_what_was_corrected(of: SchoolClass, mother: User) -> None:
    of.mark((of.ana, Mark.PRESENT))
    with pytest.raises(Refused) as refusal:
        say(mother, ALARM)
    assert str(refusal.value) == "El centro ya ha corregido este aviso: no hay nada que contestar."


def test_student_does_not_answer_for_herself(of: SchoolClass) -> None:
    ana = make_login(of.ana.person)
    for written in (KNEW, ALARM):
        with pytest.raises(Refused) as refusal:
            say(ana, written)
        assert str(refusal.value) == "A los avisos de faltas contesta solo la familia."
    assert AbsenceAnswer.objects.count() == 0


def test_nothing_is_answered_to_what_is_excused(of: SchoolClass, mother: User) -> None:
    justify(of.school, [Absence.objects.get().pk], "Excursión", by=of.tutor, now=NINE)
    for written in (KNEW, ALARM):
        with pytest.raises(Refused) as refusal:
            say(mother, written)
        assert str(refusal.value) == "El centro ya ha justificado esto: no hay nada que contestar."


def test_two_days_later_she_can_say_that_she_knew_and_not_that_it_is_urgent(
    of: SchoolClass, mother: User
) -> None:
    later = NINE + timedelta(days=2)
    with pytest.raises(Refused) as refusal:
        answer(notice(), ALARM, by=mother, now=later)
    assert str(refusal.value) == ("De esto ya no se avisa con urgencia: llame al centro o escriba al tutor.")
    assert answer(notice(), KNEW, by=mother, now=later).reason == "Visita médica"


def test_stranger_and_barred_father_answer_nothing(of: SchoolClass) -> None:
    assert of.father.person is not None
    luis = of.luis.guardians.get()
    Guardianship.objects.filter(guardian=of.father.person).update(
        barred_from=date(2026, 1, 1), barred_reference="Auto 1/2026"
    )
    for user in (make_login(of.father.person), make_login(luis)):
        with pytest.raises(Refused):
            say(user, ALARM)
    assert AbsenceAnswer.objects.count() == 0


def test_teacher_from_whom_a_court_keeps_the_child_does_not_hear_of_it(of: SchoolClass, mother: User) -> None:
    of.ana.guardianships.create(
        school=of.school,
        guardian=of.teacher.people.get(),
        relation="other",
        order=9,
        barred_from=date(2026, 1, 1),
        barred_reference="Auto 1/2026",
    )
    say(mother, ALARM)
    assert "Paco Profesor" not in heard("absence_alarm")
    assert "Elena Tutora" in heard("absence_alarm")


def test_group_without_a_tutor_has_the_desk(of: SchoolClass, mother: User) -> None:
    of.group.tutor = None
    of.group.save()
    say(mother, KNEW)
    assert heard("absence_excuse") == {"Dolores Directora", "Pablo Conserje"}


def test_tutor_who_is_kept_from_the_child_gives_way_to_the_desk(of: SchoolClass, mother: User) -> None:
    of.ana.guardianships.create(
        school=of.school,
        guardian=of.tutor.people.get(),
        relation="other",
        order=9,
        barred_from=date(2026, 1, 1),
        barred_reference="Auto 1/2026",
    )
    say(mother, KNEW)
    assert heard("absence_excuse") == {"Dolores Directora", "Pablo Conserje"}


def test_file_of_an_excuse_is_not_swept_away_as_if_nobody_had_it(
    of: SchoolClass, mother: User, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path / "data"
    (tmp_path / "cita.pdf").write_bytes(b"%PDF-1.4")
    file = keep(tmp_path / "cita.pdf")
    yesterday = time.time() - 90_000
    os.utime(path_of(file.sha256), (yesterday, yesterday))
    say(mother, Answer(AnswerKind.KNEW, "Visita médica", file))
    assert (sweep_all(), path_of(file.sha256).read_bytes()) == ((0, 0), b"%PDF-1.4")


def test_tutor_takes_the_excuse_and_the_absence_is_excused(of: SchoolClass, mother: User) -> None:
    kept = decide(say(mother, KNEW), accepted=True, by=of.tutor, now=NINE)
    row = Absence.objects.get()
    assert (row.justified_by, row.justification) == (of.tutor, "Visita médica")
    assert (kept.accepted, kept.decided_by) == (True, of.tutor)
    assert heard("justification") == {"Paco Profesor"}
    with pytest.raises(Refused) as refusal:
        decide(kept, accepted=False, by=of.tutor, now=NINE)
    assert str(refusal.value) == "Este justificante ya está decidido."


def test_excuse_that_is_not_taken_leaves_the_absence_as_it_is(of: SchoolClass, mother: User) -> None:
    decide(say(mother, KNEW), accepted=False, by=of.tutor, now=NINE)
    assert (Absence.objects.get().justified_at, heard("justification")) == (None, set())


def test_tutor_of_another_group_decides_nothing(of: SchoolClass, mother: User) -> None:
    other = make_tutor(make_group(of.school, "1º ESO D"), "Otra Tutora")
    with pytest.raises(Refused):
        decide(say(mother, KNEW), accepted=True, by=other, now=NINE)
    assert AbsenceAnswer.objects.get().decided_at is None
