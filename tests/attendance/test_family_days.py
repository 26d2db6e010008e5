"""What one of a family reads of a child's absences, and what she may answer."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance import family_days
from attendance.answering import Answer, answer, decide
from attendance.choices import AnswerKind, Mark
from attendance.family_days import (
    FamilyAbsences,
    Part,
    Reader,
    Totals,
    family_absences,
    notice_of_message,
    part_of,
)
from attendance.justifying import justify
from attendance.models import Absence, AbsenceNotice
from notica.models import Message
from plumier.family_access import children_read_by
from plumier.models import Student, User
from tests.attendance.classes import FRIDAY, NINE, SchoolClass
from tests.database import DatabaseClock
from tests.factories.register import make_login
from tests.notica.answering import CONFIGURED

NONE: frozenset[AnswerKind] = frozenset()
EXCUSE = frozenset({AnswerKind.KNEW})
ALARM = frozenset({AnswerKind.SHOULD_BE_THERE})
BOTH = EXCUSE | ALARM


@pytest.fixture
def of(db: None, settings: Any, database_clock: DatabaseClock) -> SchoolClass:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    database_clock.freeze(NINE)
    return SchoolClass()


@pytest.fixture
def mother(of: SchoolClass) -> User:
    assert of.mother.person is not None
    return make_login(of.mother.person)


@pytest.fixture
def father(of: SchoolClass) -> User:
    assert of.father.person is not None
    return make_login(of.father.person)


def reader(user: User, today: date = FRIDAY) -> Reader:
    (child,) = children_read_by(user, today)
    return Reader(user, child, today)


def read(user: User, today: date = FRIDAY, before: date | None = None) -> FamilyAbsences:
    return family_absences(reader(user, today), before)


def parts(user: User, today: date = FRIDAY) -> list[Part]:
    return [part for day in read(user, today).days for part in day.parts]


def add(student: Student, *days: int, kind: str = "absent", **fields: Any) -> None:
    """Absences of so many days ago that nobody was told of."""
    enrolment = student.enrolments.get()
    Absence.objects.bulk_create(
        Absence(
            school=student.school,
            enrolment=enrolment,
            day=FRIDAY - timedelta(days=ago),
            kind=kind,
            noted_at=NINE,
            **{"session": 1, **fields},
        )
        for ago in days
    )


def propose(user: User, reason: str = "Visita médica") -> Any:
    written = Answer(AnswerKind.KNEW, reason)
    return answer(AbsenceNotice.objects.latest("pk"), written, by=user, now=NINE)


def test_days_come_newest_first_with_their_sessions_in_order(of: SchoolClass, mother: User) -> None:
    add(of.ana, 3, 1)
    for session in (3, 1):
        of.mark((of.ana, Mark.ABSENT), of=of.lesson(session))
    found = [(day.day, [part.lines[0].row.session for part in day.parts]) for day in read(mother).days]
    assert found == [
        (FRIDAY, [1, 3]),
        (FRIDAY - timedelta(days=1), [1]),
        (FRIDAY - timedelta(days=3), [1]),
    ]


def test_nothing_of_another_child_of_a_taken_back_mark_or_of_another_year(
    of: SchoolClass, mother: User
) -> None:
    of.mark((of.luis, Mark.ABSENT), (of.ana, Mark.ABSENT))
    of.mark((of.ana, Mark.PRESENT))
    assert read(mother).days == ()
    of.mark((of.ana, Mark.ABSENT))
    assert len(read(mother).days) == 1
    of.school.years.update(is_current=False)
    assert read(mother).days == ()


def test_totals_of_the_year_and_of_the_last_thirty_days(of: SchoolClass, mother: User) -> None:
    add(of.ana, 0, 29, 30, 60)
    add(of.ana, 29, 30, session=2, justified_at=NINE)
    add(of.ana, 1, 40, session=3, kind="late")
    add(of.ana, 2, session=3, cleared_at=NINE)
    page = read(mother)
    assert (page.year, page.lately) == (Totals(6, 2, 2), Totals(3, 1, 1))


def test_page_ends_with_a_whole_day_and_the_next_goes_on(
    of: SchoolClass, mother: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(family_days, "PAGE", 3)
    for session in (1, 2):
        add(of.ana, 0, 1, 2, session=session)
    first = read(mother)
    assert [len(day.parts[0].lines) for day in first.days] == [2]
    second = read(mother, before=date.fromisoformat(first.after))
    third = read(mother, before=date.fromisoformat(second.after))
    assert [page.days[0].day for page in (first, second, third)] == [
        FRIDAY - timedelta(days=ago) for ago in (0, 1, 2)
    ]
    assert third.after == ""


def test_thirty_absences_cost_what_one_costs(of: SchoolClass, mother: User) -> None:
    hers, costs = reader(mother), []
    of.mark((of.ana, Mark.ABSENT))
    for days in ((1,), range(2, 29)):
        add(of.ana, *days)
        with CaptureQueriesContext(connection) as found:
            family_absences(hers)
        costs.append(len(found))
        of.mark((of.ana, Mark.ABSENT), of=of.lesson(3))
    assert costs == [3, 3]


@pytest.mark.parametrize(
    ("mark", "today", "expected"),
    [
        (Mark.ABSENT, FRIDAY, BOTH),
        (Mark.ABSENT, FRIDAY + timedelta(days=1), BOTH),
        (Mark.ABSENT, FRIDAY + timedelta(days=2), EXCUSE),
        (Mark.LATE, FRIDAY, EXCUSE),
        (Mark.JUSTIFIED, FRIDAY, NONE),
    ],
)
def test_what_may_be_answered_depends_on_what_stands_and_since_when(
    of: SchoolClass, mother: User, mark: Mark, today: date, expected: frozenset[AnswerKind]
) -> None:
    of.mark((of.ana, Mark.LATE if mark == Mark.LATE else Mark.ABSENT))
    if mark == Mark.JUSTIFIED:
        justify(of.school, [Absence.objects.get().pk], "Médico", by=of.tutor, now=NINE)
    (part,) = parts(mother, today)
    assert part.open == expected


def test_notice_that_has_not_gone_out_is_not_answered(of: SchoolClass, mother: User) -> None:
    of.mark((of.ana, Mark.ABSENT))
    AbsenceNotice.objects.update(message=None, state="waiting")
    assert [part.open for part in parts(mother)] == [NONE]


def test_student_and_who_left_read_and_answer_nothing(of: SchoolClass, mother: User) -> None:
    of.mark((of.ana, Mark.ABSENT))
    ana = make_login(of.ana.person)
    assert [(len(part.lines), part.open) for part in parts(ana)] == [(1, NONE)]
    of.ana.enrolments.update(left_on=FRIDAY)
    assert [(len(part.lines), part.open) for part in parts(mother)] == [(1, NONE)]


def test_each_parent_has_her_own_answer_and_not_the_others(
    of: SchoolClass, mother: User, father: User
) -> None:
    of.mark((of.ana, Mark.ABSENT))
    propose(mother)
    (hers,), (his,) = parts(mother), parts(father)
    assert hers.excuse is not None
    assert (hers.excuse.reason, hers.open) == ("Visita médica", ALARM)
    assert (his.answers, his.open) == ((), BOTH)


def test_reason_that_a_parent_gave_is_read_by_her_alone(of: SchoolClass, mother: User, father: User) -> None:
    of.mark((of.ana, Mark.ABSENT))
    decide(propose(mother), accepted=True, by=of.tutor, now=NINE)
    readers = (mother, father, make_login(of.ana.person))
    found = [
        (part.lines[0].row.is_justified, part.lines[0].reason) for user in readers for part in parts(user)
    ]
    assert found == [(True, "Visita médica"), (True, ""), (True, "")]


def test_reason_of_the_tutor_is_read_by_both(of: SchoolClass, mother: User, father: User) -> None:
    of.mark((of.ana, Mark.ABSENT))
    justify(of.school, [Absence.objects.get().pk], "Excursión", by=of.tutor, now=NINE)
    assert [part.lines[0].reason for user in (mother, father) for part in parts(user)] == ["Excursión"] * 2


def test_message_that_told_has_its_notice_and_its_correction_none(of: SchoolClass, mother: User) -> None:
    of.mark((of.ana, Mark.ABSENT))
    notice, told = AbsenceNotice.objects.get(), Message.objects.get(kind="absence")
    again = Message.objects.get(pk=told.pk)
    again.pk, again.token, again.client_key, again.corrects = None, "again", "again", told
    again.save()
    assert [notice_of_message(one) for one in (told, again)] == [notice, notice]
    again.kind = "absence_correction"
    assert notice_of_message(again) is None
    of.mark((of.ana, Mark.PRESENT))
    assert (part_of(notice, reader(mother)).lines, part_of(notice, reader(mother)).open) == ((), NONE)
