"""The roll of a class: one act, and two who save it lose nothing of each other's."""

from datetime import timedelta

import pytest

from attendance import rolls
from attendance.choices import Mark
from attendance.models import Absence, AbsenceNotice, Roll
from attendance.refusals import FutureDay, RollChanged
from attendance.rolls import Entry, take_roll
from plumier.models import RegisterEdit
from tests.attendance.classes import FRIDAY, NINE, SchoolClass, absences
from tests.database import DatabaseClock


@pytest.fixture
def of(db: None, database_clock: DatabaseClock) -> SchoolClass:
    database_clock.freeze(NINE)
    return SchoolClass()


def test_roll_is_saved_in_one_act_with_who_took_it(of: SchoolClass) -> None:
    assert of.mark((of.ana, Mark.ABSENT), (of.luis, Mark.LATE)) == 2
    assert absences() == [("Ana", 2, "absent", False, False), ("Luis", 2, "late", False, False)]
    roll = Roll.objects.get()
    assert (roll.day, roll.session, roll.taken_by, roll.taken_at) == (FRIDAY, 2, of.teacher, NINE)
    row = Absence.objects.get(enrolment__student=of.ana)
    assert (row.subject, row.teacher, f"{row.starts:%H:%M}") == (
        of.assignment.subject,
        of.assignment.teacher,
        "09:15",
    )


def test_class_that_is_all_there_is_a_roll_that_was_taken(of: SchoolClass) -> None:
    assert (of.mark(), absences(), Roll.objects.count()) == (0, [], 1)


def test_mark_that_was_wrong_is_taken_back_and_kept_with_its_history(of: SchoolClass) -> None:
    of.mark((of.ana, Mark.ABSENT))
    of.mark((of.ana, Mark.PRESENT), now=NINE + timedelta(minutes=5))
    assert absences() == [("Ana", 2, "absent", True, False)]
    edits = RegisterEdit.objects.filter(table_name="attendance_absence", kind="U").order_by("pk")
    assert [(one.before["cleared_at"], one.actor_id, one.cause) for one in edits][-1:] == [
        (None, of.teacher.pk, "roll")
    ]


def test_excused_absence_says_by_whom(of: SchoolClass) -> None:
    of.mark((of.ana, Mark.JUSTIFIED))
    row = Absence.objects.get()
    assert (row.justified_by, row.justified_at) == (of.teacher, NINE)
    of.mark((of.ana, Mark.ABSENT))
    row.refresh_from_db()
    assert (row.justified_by, row.justified_at) == (None, None)


def test_day_that_has_not_come_is_refused_and_nothing_is_kept(of: SchoolClass) -> None:
    tomorrow = of.lesson(day=FRIDAY + timedelta(days=1))
    with pytest.raises(FutureDay) as refusal:
        of.mark((of.ana, Mark.ABSENT), of=tomorrow)
    assert str(refusal.value) == "Ese día aún no ha llegado: no se pueden poner faltas de un día futuro."
    assert (absences(), Roll.objects.count()) == ([], 0)


def test_day_is_the_schools_own(of: SchoolClass) -> None:
    """At 23:30 in Madrid it is still Friday there, whatever day it is in UTC or in Hà Nội."""
    saturday = of.lesson(day=FRIDAY + timedelta(days=1))
    late = NINE.replace(hour=23, minute=30)
    with pytest.raises(FutureDay):
        of.mark((of.ana, Mark.ABSENT), of=saturday, now=late)
    of.school.time_zone = "Asia/Ho_Chi_Minh"
    of.school.save()
    assert of.mark((of.ana, Mark.ABSENT), of=of.lesson(day=FRIDAY + timedelta(days=1)), now=late) == 1


def both(of: SchoolClass, ana: Mark, luis: Mark, by: object = None) -> None:
    """Somebody saves the page that she opened when nobody was marked."""
    pupils = {one.student: one for one in of.group.enrolments.all()}
    wanted = ((of.ana, ana), (of.luis, luis))
    entries = [Entry(pupils[student], Mark.PRESENT, mark) for student, mark in wanted]
    take_roll(of.lesson(), entries, by=by or of.teacher, now=NINE)  # type: ignore[arg-type]


def test_second_of_two_teachers_keeps_what_the_first_marked(of: SchoolClass) -> None:
    both(of, Mark.ABSENT, Mark.PRESENT)
    both(of, Mark.PRESENT, Mark.LATE, by=of.tutor)
    assert absences() == [("Ana", 2, "absent", False, False), ("Luis", 2, "late", False, False)]


def test_two_who_mark_the_same_do_not_quarrel(of: SchoolClass) -> None:
    both(of, Mark.ABSENT, Mark.PRESENT)
    both(of, Mark.ABSENT, Mark.PRESENT, by=of.tutor)
    assert (absences(), AbsenceNotice.objects.count()) == ([("Ana", 2, "absent", False, False)], 1)


def test_two_who_mark_otherwise_are_told_and_nothing_of_the_second_is_kept(of: SchoolClass) -> None:
    both(of, Mark.ABSENT, Mark.PRESENT)
    with pytest.raises(RollChanged) as refusal:
        both(of, Mark.LATE, Mark.ABSENT, by=of.tutor)
    ana = of.group.enrolments.get(student=of.ana)
    assert refusal.value.found == {ana.pk: Mark.ABSENT}
    assert absences() == [("Ana", 2, "absent", False, False)]


def test_whole_day_has_no_session(of: SchoolClass) -> None:
    whole = of.lesson(session=0, assignment=None, starts=None, group=of.group)
    of.mark((of.ana, Mark.ABSENT), of=whole)
    assert (absences(), Roll.objects.get().group) == ([("Ana", 0, "absent", False, False)], of.group)


def test_mark_that_is_put_again_by_another_class_of_the_session_is_that_classs(of: SchoolClass) -> None:
    """She was marked in the wrong half of a divided class; the excuse is for the teacher who missed her."""
    lengua = of.another_subject()
    of.mark((of.ana, Mark.ABSENT))
    of.mark((of.ana, Mark.PRESENT))
    of.mark((of.ana, Mark.ABSENT), of=of.lesson(assignment=lengua))
    row = Absence.objects.get()
    assert (row.subject, row.teacher) == (lengua.subject, lengua.teacher)
    of.mark((of.ana, Mark.LATE))
    row.refresh_from_db()
    assert (row.kind, row.subject) == ("late", lengua.subject)


def test_import_that_brings_the_same_mark_meanwhile_is_shown_as_somebody_elses(
    of: SchoolClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    of.mark((of.ana, Mark.LATE))
    before = {one.pk: Mark.PRESENT for one in of.group.enrolments.all()}
    entries = [Entry(one, before[one.pk], Mark.ABSENT) for one in of.group.enrolments.filter(student=of.ana)]
    answers = [rolls._kept(of.lesson(), list(before)), {}]
    monkeypatch.setattr(rolls, "_kept", lambda *_args: answers.pop())
    with pytest.raises(RollChanged) as refusal:
        take_roll(of.lesson(), entries, by=of.teacher, now=NINE)
    assert refusal.value.found == {entries[0].enrolment.pk: Mark.LATE}
    assert absences() == [("Ana", 2, "late", False, False)]
