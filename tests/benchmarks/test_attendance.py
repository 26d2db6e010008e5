"""The year that Absentismo is measured on is a whole one, and a roll tells the families of who is missing."""

from attendance.absenteeism import figures_of
from attendance.models import Absence, Roll
from benchmarks import attendance
from benchmarks.attendance import MISSING, YEAR, add_timetable, add_year
from benchmarks.population import Made
from plumier.models import TimetableEntry


def test_year_has_thirty_sessions_a_week_all_rolls_and_every_students_absences(made: Made) -> None:
    add_timetable(made)
    add_year(made, each=12)
    groups, days = made.counts.groups, 205
    assert TimetableEntry.objects.count() == 30 * groups
    assert Roll.objects.count() == 6 * days * groups
    assert Absence.objects.count() == 12 * made.counts.students
    figures = figures_of(made.school, YEAR)
    assert {(one.sessions, one.missed, one.late) for one in figures} == {(6 * days, 10, 2)}
    assert len(figures) == made.counts.students


def test_roll_tells_each_family_once(made: Made) -> None:
    add_timetable(made)
    pressed, seconds = attendance._take_one(made, 0)
    told = attendance._told(made, [pressed])
    assert (len({message for message, _at in told}), {at for _message, at in told}, seconds > 0) == (
        MISSING,
        {pressed},
        True,
    )
