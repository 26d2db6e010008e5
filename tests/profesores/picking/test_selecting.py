"""Whom a user has picked, against a plain set."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plumier.clock import database_now, database_today
from plumier.models import Group, Student, User
from profesores.models import Selection
from profesores.picking import selecting
from profesores.picking.my_students import CLASS
from profesores.picking.picker import WORDS, Filter
from profesores.picking.school_picker import PLACE, STATE, SchoolPicker
from profesores.picking.selecting import change, clear, members, pick_matching, unpick_matching
from tests.factories.register import make_director, make_group, make_school, make_student, make_teacher
from tests.profesores.picking.classroom import fill, names, page_of

PUPILS = ["Ana", "Bea", "Carla", "Dani", "Eva", "Fran"]
WANTED: list[Filter] = [{}, {WORDS: ["a"]}, {WORDS: ["an"]}, {WORDS: ["nadie"]}, {WORDS: ["bea"]}]
ids = st.sets(st.integers(0, len(PUPILS) - 1))
OPERATIONS = st.one_of(
    st.tuples(st.just("change"), ids, ids),
    st.tuples(st.just("pick"), st.sampled_from(WANTED)),
    st.tuples(st.just("unpick"), st.sampled_from(WANTED)),
    st.tuples(st.just("clear")),
)


@pytest.fixture
def group(db: None) -> Group:
    group = make_group(make_school())
    for name in PUPILS:
        make_student(group, name)
    return group


@pytest.fixture
def teacher(group: Group) -> User:
    return make_teacher(group)


def fits(wanted: Filter) -> set[str]:
    return {name for name in PUPILS if all(words in name.lower() for words in wanted.get(WORDS, []))}


@pytest.mark.parametrize("most", [1, 12])
@given(story=st.lists(OPERATIONS, max_size=8))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_selection_is_the_set_that_was_picked(
    most: int, story: list[tuple[Any, ...]], group: Group, teacher: User
) -> None:
    """However often a filter and its exceptions overlap, and when many filters are folded into one by one."""
    picker, now = page_of(teacher, group.school), database_now()
    by_name = dict(Student.objects.values_list("person__given_name", "pk"))
    clear(picker)
    expected: set[str] = set()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(selecting, "MOST_FILTERS", most)
        for do, *arguments in story:
            if do == "change":
                come, go = ({PUPILS[one] for one in some} for some in arguments)
                change(
                    picker, {by_name[name] for name in come}, {by_name[name] for name in go - come}, now=now
                )
                expected = (expected | come) - (go - come)
            elif do == "pick":
                pick_matching(picker, arguments[0], now=now)
                expected |= fits(arguments[0])
            elif do == "unpick":
                unpick_matching(picker, arguments[0], now=now)
                expected -= fits(arguments[0])
            else:
                clear(picker)
                expected = set()
    assert names(members(picker)) == sorted(expected)


def test_selection_by_filter_takes_whoever_fits_it_later(group: Group, teacher: User) -> None:
    picker = page_of(teacher, group.school)
    pick_matching(picker, {WORDS: ["gus"]}, now=database_now())
    assert names(members(picker)) == []
    make_student(group, "Gustavo")
    assert names(members(picker)) == ["Gustavo"]


def test_selection_forgets_whom_its_user_sees_no_more(group: Group, teacher: User) -> None:
    picker = page_of(teacher, group.school)
    pick_matching(picker, {}, now=database_now())
    ana = Student.objects.get(person__given_name="Ana")
    ana.enrolments.update(status="withdrawn")
    assert names(members(picker)) == PUPILS[1:]
    teacher.people.get().assignments.all().delete()
    assert names(members(page_of(teacher, group.school))) == []


def test_selection_passes_over_students_of_others(group: Group, teacher: User) -> None:
    stranger = make_student(make_group(make_school("30000002")), "Zoe")
    beside = make_student(make_group(group.school, "1º ESO B"), "Yago")
    picker = page_of(teacher, group.school)
    change(picker, {stranger.pk, beside.pk, 10**12}, {stranger.pk}, now=database_now())
    assert names(members(picker)) == []
    assert Selection.objects.get().added == []


def test_selection_is_each_users_and_each_schools(group: Group, teacher: User) -> None:
    pick_matching(page_of(teacher, group.school), {}, now=database_now())
    assert names(members(page_of(make_teacher(group, "Otra"), group.school))) == []
    assert names(members(page_of(teacher, make_school("30000002")))) == []


def test_selection_ignores_a_class_that_is_not_hers(group: Group, teacher: User) -> None:
    picker = page_of(teacher, group.school)
    for code in (f"t{group.pk}", "m0", "m1g", "x", f"m{10**18}"):
        pick_matching(picker, {CLASS: [code]}, now=database_now())
    assert names(members(picker)) == []


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_are_both_kept() -> None:
    group = make_group(make_school())
    pupils = [make_student(group, name).pk for name in PUPILS]
    picker = page_of(make_teacher(group), group.school)
    ready = threading.Barrier(len(pupils))

    def tick(pk: int) -> None:
        try:
            ready.wait()
            change(picker, {pk}, (), now=database_now())
        finally:
            connection.close()

    threads = [threading.Thread(target=tick, args=(pk,)) for pk in pupils]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names(members(picker)) == PUPILS


def test_selection_of_thousands_costs_the_same_queries(group: Group, teacher: User) -> None:
    def queries() -> int:
        picker = page_of(teacher, group.school)
        gone = Student.objects.filter(expediente__in=[f"M{number}" for number in range(40)])
        clear(picker)
        with CaptureQueriesContext(connection) as asked:
            pick_matching(picker, {}, now=database_now())
            change(picker, (), {carla, *gone.values_list("pk", flat=True)}, now=database_now())
            unpick_matching(picker, {WORDS: ["bea"]}, now=database_now())
            members(picker).count()
        return len(asked)

    carla = Student.objects.get(person__given_name="Carla").pk
    few = queries()
    fill(group, 3000)
    assert queries() == few
    picker = page_of(teacher, group.school)
    assert members(picker).count() == 3000 - 40 + len(PUPILS) - len(["Carla", "Bea"])


def test_parts_asked_for_alike_become_one_filter(group: Group) -> None:
    picker = SchoolPicker(make_director(group.school), group.school, database_today())
    gone = {STATE: ["bajas"]}
    filters = [{}, {PLACE: ["b"]}, {PLACE: ["a"]}, {**gone, PLACE: ["c"]}, gone, {PLACE: ["a"], WORDS: ["x"]}]
    assert picker.together(filters) == [
        {},
        gone,
        {PLACE: ["a", "b"]},
        {**gone, PLACE: ["c"]},
        {WORDS: ["x"], PLACE: ["a"]},
    ]


def test_many_parts_picked_at_once_stay_filters(group: Group) -> None:
    director = make_director(group.school)
    picker = SchoolPicker(director, group.school, database_today())
    groups = [make_group(group.school, f"{number}º ESO B") for number in range(2, 20)]
    pick_matching(picker, {PLACE: [f"grupo:{group.pk}"]}, now=database_now())
    wanted = [{PLACE: [f"grupo:{one.pk}"]} for one in groups]
    pick_matching(picker, *wanted, now=database_now())
    make_student(groups[-1], "Gil")
    kept = Selection.objects.get()
    assert (kept.filters, len(kept.added)) == (wanted, len(PUPILS))
    fresh = SchoolPicker(director, group.school, database_today())
    assert names(members(fresh)) == sorted([*PUPILS, "Gil"])
