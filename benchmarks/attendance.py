"""How soon a family is told of an absence while many other messages go out, and how long Absentismo reckons."""

import time
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db import connection, transaction

from attendance.absenteeism import Period, figures_of
from attendance.choices import Mark
from attendance.models import Absence, Roll
from attendance.rolls import ClassOfDay, Entry, take_roll
from benchmarks import attendance_sql as sql
from benchmarks import population
from benchmarks.bench import Bench
from benchmarks.engine import engine
from benchmarks.messages import NotDone, choice_of, write_out
from benchmarks.population import IN_GROUP, Made
from benchmarks.population_sql import UNCHECKED
from benchmarks.processes import workers
from benchmarks.results import FigureTimes, RollTimes
from benchmarks.urgent import CHANNEL, have_gone, wait_for, waits
from notica.kinds import ABSENCE
from notica.models import Delivery, Message
from plumier.clock import database_now, day_in
from plumier.models import Enrolment, TeachingAssignment
from plumier.school_days import calendar_of

BULK: Final = 10_000
LATENCY: Final = (
    400  # milliseconds of the provider, at which the bulk lasts long enough to mark absences meanwhile
)
FAMILIES: Final = 960  # of the school whose rolls are taken
MISSING: Final = 3  # of each class
EVERY_SECONDS: Final = 0.1
LEAST: Final = 10  # rolls
STUDENTS, EACH = 2_000, 30  # absences of each student in the year
SUBJECTS, SESSIONS = 10, 6  # of a group; sessions a day, five days a week
YEAR: Final = Period(date(2026, 9, 7), date(2027, 6, 18))
TIMES: Final = 7


def measure_attendance(bench: Bench) -> None:
    """Rolls while a message goes out to a large school; the figures of a year."""
    bench.results.rolls = bench.attempt(f"absences while {BULK:,} go out", lambda: _measure_rolls(bench))
    bench.results.figures = bench.attempt("Absentismo of a year", lambda: _measure_figures(bench))


def add_timetable(made: Made) -> None:
    """Thirty sessions a week for every group, all taught by the director."""
    _run(sql.TIMETABLE, made, {"subjects": SUBJECTS, "sessions": SESSIONS})


def add_year(made: Made, each: int = EACH) -> None:
    """Every roll of the year taken, and so many absences of each student."""
    days = calendar_of(made.school).open_days(YEAR.first, YEAR.last)
    _run(sql.YEAR, made, {"days": days, "number": len(days), "sessions": SESSIONS, "each": each})


def _run(statements: tuple[str, ...], made: Made, values: Mapping[str, Any]) -> None:
    own = {"school": made.school.pk, "user": made.director.pk, "teacher": made.director.people.get().pk}
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (UNCHECKED, *statements):
            cursor.execute(statement, {**own, **values})
    population.analyze()


def _measure_rolls(bench: Bench) -> RollTimes:
    many, few = bench.school(BULK), bench.school(FAMILIES)
    add_timetable(few)
    bench.begin(LATENCY)
    contender = engine()
    with workers(contender.commands(CHANNEL), bench.log("attendance")) as crew:
        crew.wait_until(lambda: contender.ready(CHANNEL, crew))
        crew.hold()
        bulk = write_out(many, CHANNEL, choice_of(many, BULK))
        crew.release()
        wait_for(lambda: Delivery.objects.filter(state="accepted").exists())
        saved: list[tuple[datetime, float]] = []
        going = Delivery.objects.filter(message_id=bulk, state="ready")
        while len(saved) < few.counts.groups and going.exists():
            saved.append(_take_one(few, len(saved)))
            time.sleep(EVERY_SECONDS)
        told = _told(few, [pressed for pressed, _seconds in saved])
        wait_for(lambda: have_gone([message for message, _pressed in told]))
    bench.add_up(f"engine, absences among {BULK:,}")
    if len(saved) < LEAST:
        raise NotDone(f"the {BULK:,} had gone out after {len(saved)} rolls")
    return RollTimes(
        BULK, len(saved), tuple(waits(bench, told, LATENCY)), tuple(seconds for _, seconds in saved)
    )


def _take_one(made: Made, number: int) -> tuple[datetime, float]:
    """The roll of the next group: when Save was pressed, and how long it took."""
    now = database_now()
    group = made.first_group + number
    assignment = TeachingAssignment.objects.filter(group=group).select_related("subject").order_by("pk")[0]
    pupils = list(Enrolment.objects.filter(group=group).select_related("student").order_by("student_id"))
    missing = {made.first_student + number * IN_GROUP + one for one in range(MISSING)}
    marks = {True: Mark.ABSENT, False: Mark.PRESENT}
    entries = [Entry(one, Mark.PRESENT, marks[one.student_id in missing]) for one in pupils]
    lesson = ClassOfDay(made.school, day_in(made.school, now), 1, assignment=assignment)
    began = time.monotonic()
    take_roll(lesson, entries, by=made.director, now=now)
    return now, time.monotonic() - began


def _told(made: Made, pressed: list[datetime]) -> list[tuple[int, datetime]]:
    """The message of each absence, and when its roll was saved. Raises NotDone where a family was not told."""
    rows = Message.objects.filter(school=made.school, kind=ABSENCE).values_list("pk", "created_at")
    found = list(rows.order_by("pk"))
    if len(found) != MISSING * len(pressed):
        raise NotDone(f"{len(found)} families were told of {MISSING * len(pressed)} absences")
    return found


def _measure_figures(bench: Bench) -> FigureTimes:
    made = bench.school(
        STUDENTS, "telegram"
    )  # one of its own: who teaches everybody is no measure of other pages
    add_timetable(made)
    add_year(made)
    school = made.school
    took: list[float] = []
    for _ in range(TIMES):
        began = time.monotonic()
        found = figures_of(school, YEAR)
        took.append(time.monotonic() - began)
    if len(found) != STUDENTS:
        raise NotDone(f"figures of {len(found)} students")
    absences, rolls = (model.objects.filter(school=school).count() for model in (Absence, Roll))
    return FigureTimes(STUDENTS, absences, rolls, tuple(took))
