"""A class's marks written at once."""

from datetime import date, timedelta

import pytest

from grades.models import Mark
from grades.refusals import GradesRefused
from grades.writing import Cell, MarksClash, Typed, write_marks
from plumier.clock import database_now, database_today
from plumier.models import Guardianship, Student, Subgroup, SubgroupMember, TeachingAssignment, User
from tests.database import DatabaseClock
from tests.factories.register import (
    make_director,
    make_group,
    make_login,
    make_staff,
    make_student,
    make_teacher,
)
from tests.grades.marked import Marked

BEFORE = Cell("7", "Buen trabajo")


@pytest.fixture
def marked(db: None) -> Marked:
    return Marked()


def write(
    marked: Marked, typed: Cell, before: Cell = BEFORE, by: User | None = None, student: Student | None = None
) -> int:
    enrolment = (student or marked.student).enrolments.get()
    cells = {enrolment.pk: Typed(typed, before)}
    return write_marks(marked.evaluation, marked.maths, cells, by=by or marked.teacher, now=database_now())


def stands(marked: Marked, student: Student | None = None) -> list[Cell]:
    rows = Mark.objects.filter(subject=marked.maths.subject, enrolment__student=student or marked.student)
    return [Cell(one.value, one.remark) for one in rows]


def test_teacher_writes_new_marks_and_changes_others(marked: Marked) -> None:
    new = make_student(marked.group, "Ana Gil")
    assert write(marked, Cell("8", "Muy bien")) == 1
    assert write(marked, Cell("NT"), Cell(), student=new) == 1
    assert (stands(marked), stands(marked, new)) == ([Cell("8", "Muy bien")], [Cell("NT")])


def test_what_is_not_touched_is_not_written(marked: Marked) -> None:
    """Somebody else has changed it meanwhile, and that stays."""
    Mark.objects.filter(subject=marked.maths.subject).update(value="9")
    assert write(marked, BEFORE) == 0
    assert stands(marked) == [Cell("9", "Buen trabajo")]


def test_two_teachers_at_once_lose_nothing(marked: Marked) -> None:
    new = make_student(marked.group, "Ana Gil")
    director = make_director(marked.school)
    write(marked, Cell("8"), by=director)
    keys = (marked.student.enrolments.get().pk, new.enrolments.get().pk)
    cells = {keys[0]: Typed(Cell("6"), BEFORE), keys[1]: Typed(Cell("5"), Cell())}
    with pytest.raises(MarksClash) as clash:
        write_marks(marked.evaluation, marked.maths, cells, by=marked.teacher, now=database_now())
    assert clash.value.now == {keys[0]: Cell("8")}
    assert (stands(marked), stands(marked, new)) == ([Cell("8")], [])


def test_same_change_by_two_is_no_clash(marked: Marked) -> None:
    write(marked, Cell("8"))
    assert write(marked, Cell("8")) == 0


def test_mark_taken_back_goes_before_it_is_open_and_stays_empty_after(marked: Marked) -> None:
    marked.publish()
    write(marked, Cell())
    assert stands(marked) == [Cell()]
    marked.group.publications.all().delete()
    write(marked, Cell("5"), Cell())
    write(marked, Cell(), Cell("5"))
    assert stands(marked) == []


def test_only_its_teacher_and_leaders_write_a_class(marked: Marked) -> None:
    others = [
        *(marked.tutor, marked.mother_login, make_staff(marked.school)),
        *(make_teacher(make_group(marked.school, "1º ESO B")), make_login(marked.student.person)),
    ]
    for user in others:
        with pytest.raises(GradesRefused, match="quien da clase al grupo"):
            write(marked, Cell("10"), by=user)
    assert stands(marked) == [BEFORE]


def test_teacher_whose_time_is_over_writes_no_more(marked: Marked) -> None:
    TeachingAssignment.objects.update(held_until=database_today() - timedelta(days=1))
    with pytest.raises(GradesRefused, match="quien da clase al grupo"):
        write(marked, Cell("10"))


def test_closed_evaluation_is_written_by_leaders_alone(marked: Marked) -> None:
    marked.evaluation.closes_on = database_today() - timedelta(days=1)
    marked.evaluation.save()
    with pytest.raises(GradesRefused, match="La evaluación se cerró"):
        write(marked, Cell("10"))
    assert write(marked, Cell("9"), by=make_director(marked.school)) == 1


def test_last_day_counts(marked: Marked) -> None:
    marked.evaluation.closes_on = database_today()
    marked.evaluation.save()
    assert write(marked, Cell("10")) == 1


def test_student_of_another_class_is_refused(marked: Marked) -> None:
    outside = make_student(make_group(marked.school, "1º ESO B"), "Fuera Gil")
    with pytest.raises(GradesRefused, match="ya no está en esta clase"):
        write(marked, Cell("10"), Cell(), student=outside)
    assert stands(marked, outside) == []


def test_barred_father_who_teaches_does_not_write_his_child_s_mark(marked: Marked) -> None:
    marked.person(marked.teacher).guardianships.create(
        school=marked.school,
        student=marked.student,
        relation="other",
        order=3,
        barred_from=date(2026, 1, 1),
        barred_reference="Auto 2/2026",
    )
    with pytest.raises(GradesRefused, match="ya no está en esta clase"):
        write(marked, Cell("10"))
    Guardianship.objects.filter(order=3).update(barred_until=date(2026, 1, 2))
    assert write(marked, Cell("10")) == 1


def test_subgroup_is_a_class_too(marked: Marked) -> None:
    subgroup = Subgroup.objects.create(school=marked.school, year=marked.group.year, name="Desdoble")
    SubgroupMember.objects.create(
        school=marked.school, subgroup=subgroup, enrolment=marked.student.enrolments.get()
    )
    TeachingAssignment.objects.filter(pk=marked.maths.pk).update(group=None, subgroup=subgroup)
    marked.maths.refresh_from_db()
    outside = make_student(marked.group, "Ana Gil")
    assert write(marked, Cell("9")) == 1
    with pytest.raises(GradesRefused, match="ya no está en esta clase"):
        write(marked, Cell("9"), Cell(), student=outside)


def test_database_dates_a_change_and_nothing_else(marked: Marked, database_clock: DatabaseClock) -> None:
    mark = Mark.objects.get(subject=marked.maths.subject)
    database_clock.advance(timedelta(hours=1))
    mark.save()
    mark.refresh_from_db()
    kept = mark.changed_at
    write(marked, Cell("7", "Otra observación"))
    mark.refresh_from_db()
    assert mark.changed_at - kept >= timedelta(hours=1)
