"""Lines saved row by row, in which two who write at once lose nothing (requirement C9)."""

from datetime import timedelta

import pytest

from journal.access import pupils_written_of
from journal.handing_in import hand_in
from journal.models import JournalLine
from journal.writing import NewLine, TypedLine, Written, save_lines
from plumier.models import (
    Enrolment,
    Guardianship,
    Holiday,
    RegisterEdit,
    Subgroup,
    SubgroupMember,
    Subject,
    TeachingAssignment,
)
from plumier.refusals import Refused
from profesores.journal_page import JournalReader
from tests.factories.register import make_staff
from tests.journal.classes import FRIDAY, Classes, at


def lines() -> list[tuple[str, bool, bool]]:
    rows = JournalLine.objects.filter(removed_at__isnull=True).order_by("pk")
    return [(row.text, row.by_tutor, row.included) for row in rows]


def typed(row: JournalLine, text: str, version: int | None = None, included: bool = True) -> TypedLine:
    return TypedLine(row.pk, version or row.version, text, row.kind, row.tone, included)


def test_tutor_and_teacher_write_in_one_journal_and_every_change_is_kept(of: Classes) -> None:
    of.write("Trực nhật tốt")
    of.write("Chưa làm bài", of.an, by=of.teacher)
    assert lines() == [("Trực nhật tốt", True, True), ("Chưa làm bài", False, True)]
    row = JournalLine.objects.get(by_tutor=False)
    assert (row.subject, row.session, row.author) == (of.lesson.subject, 2, of.teacher)
    edits = RegisterEdit.objects.filter(table_name="journal_journalline")
    assert set(edits.values_list("school_id", "cause")) == {(of.school.pk, "journal")}


def test_double_press_makes_one_line(of: Classes) -> None:
    assert [of.write("Tốt", of.an, key="once").number for _ in range(2)] == [1, 0]
    assert len(lines()) == 1


def test_two_tabs_do_not_overwrite_each_other(of: Classes) -> None:
    of.write("Một", of.an)
    row = JournalLine.objects.get()
    assert of.change(typed(row, "Hai", 1)).number == 1
    saved = of.change(typed(row, "Ba", 1))
    assert (saved.number, saved.conflicts[row.pk].text) == (0, "Hai")
    assert of.change(typed(row, "Ba", 2)).number == 1
    assert lines() == [("Ba", True, True)]


def test_conflict_of_one_row_keeps_the_others(of: Classes) -> None:
    of.write("Một", of.an)
    row = JournalLine.objects.get()
    of.change(typed(row, "Hai", 1))
    written = Written(
        new=[NewLine("k", "Mới", "study", "good", of.pupil(of.binh))], kept=[typed(row, "Ba", 1)]
    )
    save_lines(of.group, FRIDAY, written, tutor=True, by=of.tutor, now=at(15))
    assert [text for text, *_ in lines()] == ["Hai", "Mới"]


def test_tutor_leaves_out_what_a_teacher_wrote_and_cannot_reword_it(of: Classes) -> None:
    of.write("Nói chuyện riêng", of.an, by=of.teacher)
    row = JournalLine.objects.get()
    of.change(typed(row, "Khác", included=False))
    assert lines() == [("Nói chuyện riêng", False, False)]


def test_teacher_cannot_change_what_is_not_hers(of: Classes) -> None:
    of.write("Của chủ nhiệm", of.an)
    assert of.change(typed(JournalLine.objects.get(), "Khác"), by=of.teacher).number == 0
    assert lines() == [("Của chủ nhiệm", True, True)]


def test_emptied_line_is_taken_away_and_stays_on_record(of: Classes) -> None:
    of.write("Nhầm", of.an)
    of.change(typed(JournalLine.objects.get(), ""))
    assert lines() == []
    assert JournalLine.objects.get().text == "Nhầm"


@pytest.mark.parametrize("days", [1, 2, -7])
def test_day_to_come_or_without_school_has_no_journal(of: Classes, days: int) -> None:
    Holiday.objects.create(
        school=of.school,
        name="Lễ",
        first_day=FRIDAY - timedelta(days=7),
        last_day=FRIDAY - timedelta(days=7),
    )
    written = Written(new=[NewLine("k", "x", "study", "good")])
    day = FRIDAY + timedelta(days=days)
    with pytest.raises(Refused):
        save_lines(of.group, day, written, tutor=True, by=of.tutor, now=at(14))


@pytest.mark.parametrize(("text", "kind"), [("x" * 301, "study"), ("x", "song")])
def test_wrong_line_saves_nothing(of: Classes, text: str, kind: str) -> None:
    written = Written(new=[NewLine("a", "Đúng", "study", "good"), NewLine("b", text, kind, "good")])
    with pytest.raises(Refused):
        save_lines(of.group, FRIDAY, written, tutor=True, by=of.tutor, now=at(14))
    assert lines() == []


def test_pupil_of_another_class_or_kept_from_her_is_refused(of: Classes) -> None:
    with pytest.raises(Refused):
        of.write("x", of.chi)
    Guardianship.objects.create(
        school=of.school,
        student=of.an,
        guardian=of.tutor.people.get(),
        relation="mother",
        order=9,
        barred_from=FRIDAY,
        barred_reference="1/2026",
    )
    with pytest.raises(Refused):
        of.write("x", of.an)


def test_journal_at_the_desk_is_closed_to_its_teachers(of: Classes) -> None:
    hand_in(of.group, FRIDAY, by=of.tutor, now=at(15))
    with pytest.raises(Refused, match="entregado"):
        of.write("x", of.an)


def test_hand_in_pressed_twice_is_no_refusal(of: Classes) -> None:
    of.write("Tốt", of.an, key="once")
    hand_in(of.group, FRIDAY, by=of.tutor, now=at(15))
    assert of.write("Tốt", of.an, key="once").number == 0
    row = JournalLine.objects.get()
    assert of.change(typed(row, "Tốt")).number == 0
    with pytest.raises(Refused, match="entregado"):
        of.change(typed(row, "Khác"))


def test_who_teaches_some_of_a_class_sees_and_writes_of_those_alone(of: Classes) -> None:
    user, year = make_staff(of.school, "Rita Tự chọn"), of.school.years.get()
    subject = Subject.objects.create(school=of.school, name="Tự chọn")
    some = Subgroup.objects.create(school=of.school, year=year, name="Tự chọn 1")
    SubgroupMember.objects.create(school=of.school, subgroup=some, enrolment_id=of.pupil(of.an))
    TeachingAssignment.objects.create(
        school=of.school, year=year, subject=subject, subgroup=some, teacher=user.people.get()
    )
    assert list(pupils_written_of(user, of.group, FRIDAY, FRIDAY)) == [Enrolment.objects.get(student=of.an)]
    assert of.write("Tốt", of.an, by=user).number == 1
    for about in (of.binh, None):
        with pytest.raises(Refused):
            of.write("x", about, by=user)
    reader = JournalReader(user, of.school, of.group, FRIDAY, FRIDAY, at(14))
    assert [row.name for row in reader.page().rows] == ["An Nguyễn"]
