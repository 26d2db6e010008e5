"""Who missed more than a part of a period's sessions, and who is told (requirement E3)."""

from datetime import date, timedelta
from typing import Any

import pytest

from attendance.absenteeism import Figures, Period, figures_of, over, threshold_of
from attendance.choices import Mark
from attendance.models import Absence, AbsenteeismReport, AttendancePolicy
from attendance.notifying import notify
from notica.models import InboxEntry, Message
from notica.rendering import notice_text
from plumier.models import Guardianship, Holiday, Stage, Subgroup, TimetableEntry
from plumier.refusals import Refused
from plumier.roles import Role
from tests.attendance.classes import FRIDAY, NINE, SchoolClass
from tests.database import DatabaseClock
from tests.factories.register import make_director, make_staff

WEEK = timedelta(days=7)
# Three Fridays, of three sessions each.
PERIOD = Period(FRIDAY - 2 * WEEK, FRIDAY)


@pytest.fixture
def of(db: None, database_clock: DatabaseClock) -> SchoolClass:
    database_clock.freeze(NINE)
    return SchoolClass()


def miss(of: SchoolClass, number: int, mark: Mark = Mark.ABSENT) -> None:
    """Ana is marked so in so many of the nine sessions."""
    for one in range(number):
        lesson = of.lesson(one % 3 + 1, FRIDAY - (one // 3) * WEEK)
        of.mark((of.ana, mark), of=lesson)


def numbers(of: SchoolClass, period: Period = PERIOD) -> list[tuple[int, int, int, int]]:
    return [(one.sessions, one.missed, one.justified, one.late) for one in figures_of(of.school, period)]


def test_sessions_come_from_the_timetable_and_the_open_days(of: SchoolClass) -> None:
    miss(of, 2)
    assert numbers(of) == [(9, 2, 0, 0)]
    Holiday.objects.create(school=of.school, name="Puente", first_day=FRIDAY - WEEK, last_day=FRIDAY - WEEK)
    assert numbers(of) == [(6, 2, 0, 0)]


def test_session_that_two_teach_is_one(of: SchoolClass) -> None:
    other = of.another_subject()
    slot = TimetableEntry.objects.first()
    assert slot is not None
    TimetableEntry.objects.create(school=of.school, assignment=other, slot=slot.slot)
    miss(of, 1)
    assert numbers(of) == [(9, 1, 0, 0)]


def test_subgroup_counts_for_its_members_alone(of: SchoolClass) -> None:
    religion = of.another_subject("Religión")
    subgroup = Subgroup.objects.create(school=of.school, year=of.group.year, name="Religión")
    ana = of.group.enrolments.get(student=of.ana)
    subgroup.memberships.create(school=of.school, enrolment=ana)
    type(religion).objects.filter(pk=religion.pk).update(group=None, subgroup=subgroup)
    of.add_session(religion, 4, 12)
    of.mark((of.ana, Mark.ABSENT), (of.luis, Mark.ABSENT))
    assert sorted(sessions for sessions, *_rest in numbers(of)) == [9, 12]


def test_without_a_timetable_the_rolls_that_were_taken_count(of: SchoolClass) -> None:
    TimetableEntry.objects.all().delete()
    miss(of, 1)
    of.mark(of=of.lesson(2))
    assert numbers(of) == [(2, 1, 0, 0)]


def test_without_a_timetable_a_subgroup_counts_for_its_members_alone(of: SchoolClass) -> None:
    religion = of.another_subject("Religión")
    subgroup = Subgroup.objects.create(school=of.school, year=of.group.year, name="Religión")
    subgroup.memberships.create(school=of.school, enrolment=of.ana.enrolments.get())
    type(religion).objects.filter(pk=religion.pk).update(group=None, subgroup=subgroup)
    TimetableEntry.objects.all().delete()
    for session in (1, 2):
        of.mark((of.ana, Mark.ABSENT), (of.luis, Mark.ABSENT), of=of.lesson(session))
    of.mark(of=of.lesson(3, assignment=religion))
    assert numbers(of) == [(3, 2, 0, 0), (2, 2, 0, 0)]


def test_stage_by_date_counts_days(of: SchoolClass) -> None:
    Stage.objects.update(absence_mode="date")
    of.mark((of.ana, Mark.ABSENT), of=of.lesson(0, assignment=None, starts=None, group=of.group))
    assert numbers(of, Period(FRIDAY - timedelta(days=6), FRIDAY)) == [
        (1, 1, 0, 0)
    ]  # Fridays alone have sessions


def test_whole_day_that_was_missed_is_all_its_sessions(of: SchoolClass) -> None:
    """As a file of the past says it, which knows no sessions; one that was marked beside it is not counted twice."""
    of.mark((of.ana, Mark.ABSENT))
    whole = Absence.objects.get()
    whole.pk, whole.session = None, 0
    whole.save()
    assert numbers(of) == [(9, 3, 0, 0)]
    Absence.objects.filter(session=0).update(justified_at=NINE)
    assert numbers(of) == [(9, 3, 3, 0)]


def test_day_of_a_stage_by_date_is_missed_once(of: SchoolClass) -> None:
    miss(of, 3)
    Stage.objects.update(absence_mode="date")
    assert numbers(of) == [(3, 1, 0, 0)]
    Absence.objects.filter(session=1).update(justified_at=NINE)
    assert numbers(of) == [(3, 1, 0, 0)]
    Absence.objects.update(justified_at=NINE)
    assert numbers(of) == [(3, 1, 1, 0)]


def test_lateness_excuses_and_marks_taken_back_are_told_apart(of: SchoolClass) -> None:
    for session, mark in ((1, Mark.JUSTIFIED), (2, Mark.LATE), (3, Mark.ABSENT)):
        of.mark((of.ana, mark), of=of.lesson(session))
    assert numbers(of) == [(9, 2, 1, 1)]
    of.mark((of.ana, Mark.PRESENT), of=of.lesson(3))
    assert numbers(of) == [(9, 1, 1, 1)]


def test_only_the_period_counts_and_only_who_is_still_here(of: SchoolClass) -> None:
    miss(of, 4)
    assert numbers(of, Period(FRIDAY, FRIDAY)) == [(3, 3, 0, 0)]
    of.group.enrolments.update(left_on=FRIDAY)
    assert numbers(of) == []


@pytest.mark.parametrize(
    ("missed", "sessions", "threshold", "expected"),
    [
        (2, 10, 20, False),
        (3, 10, 20, True),
        (1, 5, 20, False),
        (21, 100, 20, True),
        (0, 0, 20, False),
        (3, 2, 99, True),
    ],
)
def test_over_is_more_than_the_threshold(missed: int, sessions: int, threshold: int, expected: bool) -> None:
    one = Figures(1, 1, 1, sessions, missed, 0, 0)
    assert one.is_over(Period(FRIDAY, FRIDAY, threshold)) == expected


def test_what_nobody_excused_can_be_counted_alone() -> None:
    one = Figures(1, 1, 1, 10, 5, 4, 0)
    assert [one.percent(Period(FRIDAY, FRIDAY, unjustified=only)) for only in (False, True)] == [50.0, 10.0]


def test_who_missed_most_comes_first() -> None:
    rows = [Figures(pk, pk, 1, 10, missed, 0, 0) for pk, missed in ((1, 3), (2, 5), (3, 1))]
    assert [one.enrolment_id for one in over(rows, PERIOD)] == [2, 1]


def test_threshold_is_the_schools(of: SchoolClass) -> None:
    assert threshold_of(of.school) == 20
    AttendancePolicy.objects.create(school=of.school, threshold=15)
    assert threshold_of(of.school) == 15


def test_figures_cost_the_same_for_one_and_for_many(of: SchoolClass, django_assert_num_queries: Any) -> None:
    of.mark((of.ana, Mark.ABSENT))
    with django_assert_num_queries(4):
        figures_of(of.school, PERIOD)
    of.mark((of.luis, Mark.ABSENT))
    with django_assert_num_queries(4):
        figures_of(of.school, PERIOD)


def told(of: SchoolClass) -> dict[str, list[str]]:
    """By reader, of whom she was told."""
    found = {}
    for entry in InboxEntry.objects.filter(message__kind="absenteeism").select_related("person", "message"):
        found[entry.person.full_name] = [one["student"] for one in entry.message.params["students"]]
    return found


def everybody(of: SchoolClass) -> Any:
    make_staff(of.school, "Pilar Social", Role.PTSC)
    make_staff(of.school, "Otro Docente")
    return make_director(of.school)


def test_directors_ptsc_and_tutor_are_told_in_notica(of: SchoolClass) -> None:
    director = everybody(of)
    miss(of, 3)
    found = over(figures_of(of.school, PERIOD), PERIOD)
    report = notify(of.school, PERIOD, found, by=director, now=NINE)
    names = {"Dolores Directora", "Pilar Social", "Elena Tutora"}
    assert told(of) == {name: ["Ana Vera"] for name in names}
    assert (report.told, report.students[0]["percent"], report.by) == (3, 33.3, director)
    message = Message.objects.filter(kind="absenteeism").first()
    assert message is not None
    assert notice_text(message, "es") == (
        "Alumnos con más del 20 % de faltas del 13/11/2026 al 27/11/2026:\n"
        "• Ana Vera (1º ESO C): 33,3 %, 3 de 9 sesiones, 0 justificadas"
    )


def test_ptsc_from_whom_a_court_keeps_a_child_does_not_hear_of_her(of: SchoolClass) -> None:
    director = everybody(of)
    of.mark((of.luis, Mark.ABSENT), of=of.lesson(1), by=of.teacher)
    miss(of, 3)
    of.mark((of.luis, Mark.ABSENT), of=of.lesson(2))
    of.mark((of.luis, Mark.ABSENT), of=of.lesson(3))
    Guardianship.objects.create(
        school=of.school,
        student=of.ana,
        guardian=of.school.people.get(given_name="Pilar"),
        relation="other",
        order=9,
        barred_from=date(2026, 1, 1),
        barred_reference="Auto 1/2026",
    )
    notify(of.school, PERIOD, over(figures_of(of.school, PERIOD), PERIOD), by=director, now=NINE)
    assert told(of)["Pilar Social"] == ["Luis Gil"]
    assert sorted(told(of)["Dolores Directora"]) == ["Ana Vera", "Luis Gil"]


def test_nobody_over_the_threshold_is_nothing_to_notify(of: SchoolClass) -> None:
    with pytest.raises(Refused) as refusal:
        notify(of.school, PERIOD, [], by=everybody(of), now=NINE)
    assert str(refusal.value) == (
        "No hay alumnos por encima del porcentaje en ese periodo: no hay nada que notificar."
    )
    assert AbsenteeismReport.objects.count() == 0
