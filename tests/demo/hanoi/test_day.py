"""The second school's journals and reports."""

from datetime import date

from demo.hanoi.day import day
from journal.models import DayReport, Journal, JournalLine
from notica.models import Message
from plumier.models import School
from tests.attendance.classes import FRIDAY, NINE
from tests.database import DatabaseClock
from tests.demo.hanoi.places import small_school

THURSDAY = date(2026, 11, 26)


def states(of: School, on: date) -> list[tuple[str, str, bool]]:
    """By class, whose its journal of a day is and whether it came late."""
    rows = Journal.objects.filter(school=of, day=on).order_by("group__name")
    return list(rows.values_list("group__name", "state", "is_late"))


def test_day_is_made_once(db: None, database_clock: DatabaseClock) -> None:
    database_clock.freeze(NINE)
    of, groups = small_school()
    day(of, groups)
    made = (JournalLine.objects.count(), Message.objects.count())
    day(of, groups)
    assert (JournalLine.objects.count(), Message.objects.count()) == made
    assert states(of, THURSDAY) == [
        ("10A1", "handed", False),
        ("10A2", "handed", False),
        ("10A3", "handed", False),
        ("10A9", "handed", True),
        ("11A1", "handed", False),
        ("11A3", "handed", False),
        ("12A3", "handed", False),
        ("12A7", "open", False),
    ]
    assert states(of, FRIDAY) == [("10A1", "open", False), ("10A3", "handed", False)]
    assert set(DayReport.objects.values_list("role", "day", "state", "number")) == {
        ("giam_thi", FRIDAY, "sent", 1),
        ("ban_tru", FRIDAY, "sent", 1),
    }
    kinds = list(Message.objects.order_by("kind").values_list("kind", flat=True))
    assert (kinds.count("journal"), set(kinds)) == (2, {"journal", "day_report"})


def test_subject_teachers_have_written_in_the_first_class(db: None, database_clock: DatabaseClock) -> None:
    database_clock.freeze(NINE)
    of, groups = small_school()
    day(of, groups)
    lines = JournalLine.objects.filter(journal__group=groups[0], journal__day=FRIDAY)
    assert len(set(lines.values_list("author", flat=True))) == 2
    assert set(lines.values_list("by_tutor", flat=True)) == {False}
