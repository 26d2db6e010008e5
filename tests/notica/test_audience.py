"""Who is written to: nobody lost, nobody twice, whatever the size of a chunk (A3, B10, C1–C3)."""

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notica.audience import Scope, candidates, count_units, is_to_one
from notica.candidates import Candidate
from notica.models import Message
from plumier.models import (
    AcademicYear,
    Enrolment,
    Group,
    Guardianship,
    Person,
    School,
    SchoolPolicy,
    Staff,
    Student,
)
from tests.factories.crowds import make_families
from tests.factories.register import Parent, make_group, make_person, make_school, make_staff, make_student

TODAY = date(2026, 11, 20)
BARRED = (date(2026, 1, 1), None)
SIZES = (1, 5, 1000)


@pytest.fixture
def school(db: None) -> School:
    return make_school()


@pytest.fixture
def group(school: School) -> Group:
    return make_group(school)


def choosing(school: School, to: str = "familia", way: str = "email", **choice: Any) -> Message:
    """An unsaved message; `groups` and `students` as rows, `staff` as ids."""
    ids = {
        key: [row if isinstance(row, int) else row.pk for row in rows]
        for key, rows in choice.items()
        if key != "everyone"
    }
    return Message(
        kind="message",
        school=school,
        to=to,
        way=way,
        audience={**ids, "everyone": choice.get("everyone", False)},
    )


def found(message: Message, size: int = 1000, today: date = TODAY) -> list[Candidate]:
    return [candidate for chunk in candidates(Scope(message, today, size)) for candidate in chunk]


def told(message: Message) -> list[tuple[str, str, list[str], str]]:
    """(who, holders, children named, why not) of each candidate, in words."""
    people = {person.pk: person.given_name for person in Person.objects.all()}
    students = {student.pk: student.person.given_name for student in Student.objects.select_related("person")}
    return sorted(
        (
            people[one.person_id] if one.person_id else f"familia {students[one.family_of or 0]}",
            ", ".join(people[holder.person_id] for holder in one.holders),
            sorted(students[child.student_id] for child in one.about if child.pushed),
            one.excluded.reason if one.excluded else "",
        )
        for one in found(message)
    )


def omissions(message: Message) -> list[tuple[str, Any]]:
    return [
        (one.reason, one.params.get("student")) for candidate in found(message) for one in candidate.omitted
    ]


def test_guardian_of_siblings_is_one_recipient_about_both(school: School, group: Group) -> None:
    mother = Parent("Marta")
    make_student(group, "Luis", [mother])
    make_student(group, "Eva", [mother])
    assert told(choosing(school, groups=[group])) == [("Marta", "Marta", ["Eva", "Luis"], "")]


def test_guardian_barred_from_one_sibling_hears_of_the_other_alone(school: School, group: Group) -> None:
    father = Parent("Pedro", "father")
    make_student(group, "Luis", [father])
    father.barred = BARRED
    eva = make_student(group, "Eva", [father])
    message = choosing(school, groups=[group])
    assert told(message) == [("Pedro", "Pedro", ["Luis"], "")]
    assert omissions(message) == [("barred", eva.pk)]


def test_protected_sibling_is_not_named_and_that_is_said(school: School, group: Group) -> None:
    mother = Parent("Marta")
    make_student(group, "Luis", [mother])
    eva = make_student(group, "Eva", [mother], protected=True)
    message = choosing(school, groups=[group])
    assert told(message) == [("Marta", "Marta", ["Luis"], "")]
    assert omissions(message) == [("protected", eva.pk)]


def test_guardian_of_the_protected_alone_keeps_the_notica_copy(school: School, group: Group) -> None:
    mother = Parent("Marta")
    make_student(group, "Eva", [mother], protected=True)
    (candidate,) = found(choosing(school, groups=[group]))
    assert candidate.excluded is not None
    assert (candidate.excluded.reason, candidate.holders) == ("protected", ())
    assert mother.person is not None
    assert candidate.inbox == (mother.person.pk,)


@pytest.mark.parametrize(
    ("bar", "today", "reason"),
    [
        ((date(2026, 11, 20), date(2026, 11, 22)), date(2026, 11, 19), ""),
        ((date(2026, 11, 20), date(2026, 11, 22)), date(2026, 11, 20), "barred"),
        ((date(2026, 11, 20), date(2026, 11, 22)), date(2026, 11, 22), "barred"),
        ((date(2026, 11, 20), date(2026, 11, 22)), date(2026, 11, 23), ""),
        ((date(2026, 11, 20), None), date(2036, 1, 1), "barred"),
    ],
)
def test_bar_counts_from_its_first_to_its_last_day(
    school: School, group: Group, bar: tuple[date, date | None], today: date, reason: str
) -> None:
    make_student(group, "Luis", [Parent("Pedro", "father", barred=bar)])
    (candidate,) = found(choosing(school, groups=[group]), today=today)
    assert (candidate.excluded.reason if candidate.excluded else "") == reason
    assert candidate.inbox == (() if reason else (candidate.person_id,))


def test_families_that_share_one_guardian_stay_apart_and_whole(school: School, group: Group) -> None:
    father = Parent("Pedro", "father")
    make_student(group, "Luis", [father, Parent("Marta", "mother")])
    make_student(group, "Eva", [father, Parent("Rosa", "mother")])
    assert told(choosing(school, way="sms", groups=[group])) == [
        ("familia Eva", "Pedro, Rosa", ["Eva"], ""),
        ("familia Luis", "Pedro, Marta", ["Luis"], ""),
    ]
    assert told(choosing(school, groups=[group])) == [
        ("Marta", "Marta", ["Luis"], ""),
        ("Pedro", "Pedro", ["Eva", "Luis"], ""),
        ("Rosa", "Rosa", ["Eva"], ""),
    ]


def test_family_is_one_and_father_first_however_the_register_lists_it(school: School, group: Group) -> None:
    father, mother = Parent("Pedro", "father"), Parent("Marta", "mother")
    make_student(group, "Luis", [mother, father])
    make_student(group, "Eva", [father, mother])
    assert told(choosing(school, way="sms", groups=[group])) == [
        ("familia Luis", "Pedro, Marta", ["Eva", "Luis"], "")
    ]


def test_barred_father_of_one_sibling_parts_the_family(school: School, group: Group) -> None:
    father, mother = Parent("Pedro", "father"), Parent("Marta", "mother")
    make_student(group, "Luis", [father, mother])
    father.barred = BARRED
    eva = make_student(group, "Eva", [father, mother])
    message = choosing(school, way="sms", groups=[group])
    assert told(message) == [
        ("familia Eva", "Marta", ["Eva"], ""),
        ("familia Luis", "Pedro, Marta", ["Luis"], ""),
    ]
    assert omissions(message) == [("barred", eva.pk)]


def test_what_is_left_out_of_any_sibling_is_said(school: School, group: Group) -> None:
    mother = Parent("Marta")
    make_student(group, "Luis", [mother])
    eva = make_student(group, "Eva", [mother, Parent("Pedro", "father", barred=BARRED)])
    message = choosing(school, way="sms", groups=[group])
    assert told(message) == [("familia Luis", "Marta", ["Eva", "Luis"], "")]
    assert omissions(message) == [("barred", eva.pk)]


@pytest.mark.parametrize("way", ["email", "sms"])
def test_student_without_guardians_is_said(school: School, group: Group, way: str) -> None:
    luis = make_student(group, "Luis")
    message = choosing(school, way=way, groups=[group])
    assert told(message) == [("familia Luis", "", ["Luis"], "")]
    assert omissions(message) == [("no_guardian", luis.pk)]


@pytest.mark.parametrize(("to", "who"), [("familia", "familia Luis"), ("alumno", "Luis")])
def test_withdrawn_student_named_one_by_one_is_excluded(
    school: School, group: Group, to: str, who: str
) -> None:
    luis = make_student(group, "Luis", [Parent("Marta")], status="withdrawn")
    assert told(choosing(school, to, students=[luis])) == [(who, "", ["Luis"], "withdrawn")]
    assert told(choosing(school, to, groups=[group])) == []
    assert told(choosing(school, to, everyone=True)) == []


def test_group_of_last_year_reaches_nobody(school: School, group: Group) -> None:
    luis = make_student(group, "Luis", [Parent("Marta")])
    before = AcademicYear.objects.create(school=school, name="2025/2026", is_current=False)
    old = Group.objects.create(school=school, year=before, stage=group.stage, name="6º A")
    Enrolment.objects.create(school=school, student=luis, year=before, group=old)
    assert told(choosing(school, groups=[old])) == []
    assert told(choosing(school, groups=[group])) == [("Marta", "Marta", ["Luis"], "")]


def test_student_named_by_group_and_by_name_is_one(school: School, group: Group) -> None:
    luis = make_student(group, "Luis", [Parent("Marta")])
    for to in ("alumno", "familia"):
        assert len(found(choosing(school, to, groups=[group], students=[luis]))) == 1


def test_other_school_s_rows_are_not_reached(school: School) -> None:
    elsewhere = make_school("30000002")
    group = make_group(elsewhere)
    luis = make_student(group, "Luis", [Parent("Marta")])
    colleague = make_person(elsewhere, "Ana")
    assert told(choosing(school, "familia", groups=[group], students=[luis])) == []
    assert told(choosing(school, "alumno", groups=[group], students=[luis])) == []
    assert told(choosing(school, "personal", staff=[colleague.pk])) == []


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, ""),
        ({"active": False}, "left"),
        ({"left_on": TODAY}, "left"),
        ({"left_on": TODAY + timedelta(days=1)}, ""),
        ({"joined_on": TODAY}, ""),
        ({"joined_on": TODAY + timedelta(days=1)}, "not_joined"),
    ],
)
def test_staff_receive_within_their_dates(school: School, fields: dict[str, Any], reason: str) -> None:
    make_staff(school, "Ana")
    Staff.objects.update(**fields)
    (ana,) = Staff.objects.values_list("person_id", flat=True)
    (candidate,) = found(choosing(school, "personal", staff=[ana]))
    assert (candidate.excluded.reason if candidate.excluded else "") == reason


def test_person_who_is_no_staff_is_reached_for_her_acuse(school: School) -> None:
    chief = make_person(school, "Root", {"email": "root@staff.example"})
    (candidate,) = found(choosing(school, "personal", staff=[chief.pk]))
    assert (candidate.person_id, candidate.inbox) == (chief.pk, (chief.pk,))


def random_register(school: School, seed: int) -> Group:
    """Students of a few guardians tied at random: shared, barred, unticked, protected, withdrawn, alone."""
    dice = random.Random(seed)
    group = make_group(school, f"Grupo {seed}")
    parents = [Parent(f"P{number}", dice.choice(["father", "mother", "other"])) for number in range(9)]
    for number in range(20):
        ties = dice.sample(parents, dice.choice([0, 1, 1, 2, 2, 2, 3]))
        for parent in ties:
            parent.ticked = dice.random() < 0.85
            parent.barred = BARRED if dice.random() < 0.15 else None
        status = "withdrawn" if dice.random() < 0.1 else "active"
        make_student(group, f"S{number}", ties, protected=dice.random() < 0.15, status=status)
    return group


@pytest.mark.parametrize("seed", range(2))
def test_any_size_of_chunk_finds_the_same(school: School, seed: int) -> None:
    group = random_register(school, seed)
    for to, way in (("familia", "email"), ("familia", "sms"), ("alumno", "email")):
        message = choosing(school, to, way, groups=[group], students=Student.objects.all())
        by_size = [sorted(found(message, size), key=repr) for size in SIZES]
        assert by_size == [by_size[-1]] * len(SIZES)


@pytest.mark.parametrize("seed", range(2))
def test_every_guardian_and_every_student_is_there_once(school: School, seed: int) -> None:
    group = random_register(school, seed)
    enrolled = set(Enrolment.objects.filter(status="active").values_list("student_id", flat=True))
    ties = Guardianship.objects.filter(student__in=enrolled)
    alone = enrolled - set(ties.values_list("student_id", flat=True))

    by_guardian = found(choosing(school, groups=[group]), 7)
    people = Counter(one.person_id for one in by_guardian if one.person_id)
    assert people == Counter(set(ties.values_list("guardian_id", flat=True)))
    assert Counter(one.family_of for one in by_guardian if one.family_of) == Counter(alone)

    by_family = found(choosing(school, way="sms", groups=[group]), 7)
    assert Counter(child.student_id for one in by_family for child in one.about) == Counter(enrolled)
    by_student = found(choosing(school, "alumno", groups=[group]), 7)
    assert Counter(child.student_id for one in by_student for child in one.about) == Counter(enrolled)


@pytest.mark.parametrize("seed", range(2))
def test_each_guardian_hears_just_of_the_children_she_may_hear_of(school: School, seed: int) -> None:
    group = random_register(school, seed)
    may = Guardianship.objects.filter(
        student__enrolments__status="active",
        student__protected=False,
        receives_messages=True,
        barred_from=None,
    )
    expected = Counter(may.values_list("guardian_id", "student_id"))
    by_guardian = [one for one in found(choosing(school, groups=[group]), 7) if one.holders]
    heard = ((one.person_id, child.student_id) for one in by_guardian for child in one.about if child.pushed)
    assert Counter(heard) == expected
    by_family = found(choosing(school, way="sms", groups=[group]), 7)
    heard = (
        (holder.person_id, child.student_id)
        for one in by_family
        for holder in one.holders
        for child in one.about
    )
    assert Counter(heard) == expected


@pytest.mark.parametrize("seed", range(2))
def test_count_is_what_will_be_written(school: School, seed: int) -> None:
    group = random_register(school, seed)
    named = list(Student.objects.order_by("pk"))
    for to in ("familia", "alumno"):
        for choice in ({"groups": [group]}, {"students": named}):
            message = choosing(school, to, **choice)
            units = len(found(message))
            assert [count_units(Scope(message, TODAY), most) for most in (1, 2, 100)] == [1, 2, units]
            assert units > 2


def test_family_with_two_guardians_is_one(school: School, group: Group) -> None:
    luis = make_student(group, "Luis", [Parent("Marta"), Parent("Pedro", "father")])
    make_student(group, "Eva", [Parent("Rosa")])
    assert is_to_one(Scope(choosing(school, students=[luis]), TODAY))
    assert not is_to_one(Scope(choosing(school, groups=[group]), TODAY))


@pytest.mark.parametrize(("to", "way"), [("familia", "email"), ("familia", "sms"), ("alumno", "email")])
def test_chunk_costs_the_same_queries_whatever_its_size(
    school: School, group: Group, to: str, way: str
) -> None:
    message = choosing(school, to, way, groups=[group])
    costs = []
    for more in (3, 30):
        make_families(group, more)
        with CaptureQueriesContext(connection) as queries:
            found(message)
        costs.append(len(queries))
    assert costs[0] == costs[1] > 0


@pytest.mark.parametrize(
    ("dates", "reason"),
    [
        ({"receives_from": TODAY}, ""),
        ({"receives_from": TODAY + timedelta(days=1)}, "tick_off"),
        ({"receives_until": TODAY}, ""),
        ({"receives_until": TODAY - timedelta(days=1)}, "tick_off"),
        ({"receives_from": TODAY, "receives_messages": False}, "tick_off"),
    ],
)
def test_tick_counts_from_its_first_to_its_last_day(
    school: School, group: Group, dates: dict[str, Any], reason: str
) -> None:
    make_student(group, "Luis", [Parent("Marta")])
    Guardianship.objects.update(**dates)
    (candidate,) = found(choosing(school, groups=[group]))
    assert (candidate.excluded.reason if candidate.excluded else "") == reason


@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize(("registered", "days"), [(False, 0), (True, 1), (True, 0), (True, -300)])
def test_family_that_has_not_registered_is_left_out_where_the_school_asks_for_it(
    school: School, group: Group, required: bool, registered: bool, days: int
) -> None:
    make_student(group, "Luis", [Parent("Marta")])
    SchoolPolicy.objects.update(registration_required=required)
    day = TODAY + timedelta(days=days) if registered else None
    Guardianship.objects.update(registered_on=day)
    (candidate,) = found(choosing(school, groups=[group]))
    left_out = required and (day is None or day > TODAY)
    assert (candidate.excluded.reason if candidate.excluded else "") == ("not_registered" if left_out else "")


@pytest.mark.parametrize(("to", "way"), [("familia", "email"), ("familia", "sms"), ("alumno", "email")])
def test_leaver_stops_on_the_day_she_leaves(school: School, group: Group, to: str, way: str) -> None:
    student = make_student(group, "Luis", [Parent("Marta")])
    Enrolment.objects.update(left_on=TODAY)
    yesterday = TODAY - timedelta(days=1)
    assert [
        len(found(choosing(school, to, way, groups=[group]), today=day)) for day in (yesterday, TODAY)
    ] == [1, 0]
    (said,) = found(choosing(school, to, way, students=[student]))
    assert said.excluded is not None
    assert said.excluded.reason == "withdrawn"
