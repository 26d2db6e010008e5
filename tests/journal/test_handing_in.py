"""Handed in by the hour, marked when late, returned with a reason (requirement C9; V 3.2)."""

import pytest

from journal.approving import TypedText, approve, save_texts, send_approved, too_long
from journal.handing_in import desk_words, give_back, hand_in, take_in
from journal.models import Journal, JournalText
from journal.models.journals import LINE_LENGTH
from notica.models import InboxEntry
from notica.rendering import notice_text
from plumier.models import Group, Student
from plumier.refusals import Refused
from tests.journal.classes import FRIDAY, Classes, at


def texts() -> dict[str, str]:
    rows = JournalText.objects.select_related("enrolment__student__person")
    return {row.enrolment.student.person.given_name: row.text for row in rows}


@pytest.mark.parametrize(("moment", "late"), [(at(15, 59), False), (at(16, 1), True)])
def test_what_comes_after_the_hour_is_marked_late(of: Classes, moment: object, late: bool) -> None:
    journal = hand_in(of.group, FRIDAY, by=of.tutor, now=moment)  # type: ignore[arg-type]  # a moment
    assert (journal.state, journal.is_late) == ("handed", late)


def test_each_pupil_gets_her_lines_and_the_classes_and_not_what_is_left_out(of: Classes) -> None:
    of.write("Làm bài tốt", of.an, by=of.teacher)
    of.write("Lớp trật tự")
    of.write("Đi muộn", of.binh)
    hand_in(of.group, FRIDAY, by=of.tutor, now=at(15))
    assert texts() == {
        "An": "• Lớp trật tự\n• Matemáticas (2): Làm bài tốt",
        "Bình": "• Lớp trật tự\n• Đi muộn",
    }


def test_pupil_without_lines_has_no_text(of: Classes) -> None:
    of.write("Đi muộn", of.binh)
    hand_in(of.group, FRIDAY, by=of.tutor, now=at(15))
    assert list(texts()) == ["Bình"]


def test_handing_in_twice_is_once(of: Classes) -> None:
    first = hand_in(of.group, FRIDAY, by=of.tutor, now=at(15))
    assert hand_in(of.group, FRIDAY, by=of.tutor, now=at(16, 30)).handed_at == first.handed_at


def test_returned_journal_is_its_tutors_again_and_stays_in_time(of: Classes) -> None:
    of.write("Đi muộn", of.binh)
    journal = hand_in(of.group, FRIDAY, by=of.tutor, now=at(15))
    give_back(journal, "  Thiếu giờ ", by=of.desk, now=at(16, 5))
    assert Journal.objects.values_list("state", "return_reason").get() == ("returned", "Thiếu giờ")
    assert texts() == {}
    of.write("10 phút", of.binh)
    assert hand_in(of.group, FRIDAY, by=of.tutor, now=at(16, 30)).is_late is False
    assert texts() == {"Bình": "• Đi muộn\n• 10 phút"}


def test_returning_needs_a_reason_and_nothing_sent(of: Classes) -> None:
    of.write("Đi muộn", of.binh)
    journal = hand_in(of.group, FRIDAY, by=of.tutor, now=at(15))
    with pytest.raises(Refused):
        give_back(journal, "  ", by=of.desk, now=at(16))
    approve(of.school, FRIDAY, by=of.desk, now=at(16))
    send_approved(of.school, FRIDAY, by=of.desk, now=at(16))
    with pytest.raises(Refused, match="enviado"):
        give_back(journal, "x", by=of.desk, now=at(16))


def mend(of: Classes, journal: Journal, student: Student, text: str) -> None:
    pupil = of.pupil(student)
    version = JournalText.objects.get(enrolment=pupil).version
    save_texts(journal, {pupil: TypedText(version, text)}, by=of.desk, now=at(16))


def test_returned_journal_is_told_to_its_tutor_with_the_reason(of: Classes) -> None:
    of.write("Đi muộn", of.binh)
    journal = hand_in(of.group, FRIDAY, by=of.tutor, now=at(15))
    give_back(journal, "Thiếu giờ", by=of.desk, now=of.until(at(16, 5)))
    entry = InboxEntry.objects.get(message__kind="journal_returned")
    assert entry.person.full_name == "Lan Chủ nhiệm"
    text = notice_text(entry.message, "es")
    assert ("«Thiếu giờ»" in text, f"/profesores/diario/{of.group.pk}/?dia=2026-11-27" in text) == (
        True,
        True,
    )


def test_what_the_desk_mended_is_sent_unless_the_tutor_changes_that_pupil(of: Classes) -> None:
    of.write("Đi muộn", of.binh)
    of.write("Làm bài tốt", of.an)
    journal = hand_in(of.group, FRIDAY, by=of.tutor, now=at(15))
    mend(of, journal, of.binh, "Đến lớp muộn")
    mend(of, journal, of.an, "Làm bài rất tốt")
    returned = give_back(journal, "Thiếu giờ", by=of.desk, now=at(16, 5))
    assert desk_words(returned) == {
        of.pupil(of.binh): "Đến lớp muộn",
        of.pupil(of.an): "Làm bài rất tốt",
    }
    of.write("10 phút", of.binh, now=at(16, 10))
    handed = hand_in(of.group, FRIDAY, by=of.tutor, now=at(16, 30))
    assert texts() == {"Bình": "• Đi muộn\n• 10 phút", "An": "Làm bài rất tốt"}
    assert (desk_words(handed), JournalText.objects.filter(approved_at__isnull=False).count()) == ({}, 0)


def test_line_of_the_whole_class_after_the_return_comes_after_what_the_desk_wrote(of: Classes) -> None:
    of.write("Đi muộn", of.binh)
    journal = hand_in(of.group, FRIDAY, by=of.tutor, now=at(15))
    mend(of, journal, of.binh, "Đến lớp muộn")
    give_back(journal, "Thiếu lời chung", by=of.desk, now=at(16, 5))
    of.write("Lớp trật tự", now=at(16, 10))
    hand_in(of.group, FRIDAY, by=of.tutor, now=at(16, 30))
    assert texts() == {"Bình": "Đến lớp muộn\n• Lớp trật tự", "An": "• Lớp trật tự"}


def test_desk_takes_in_the_journal_of_a_class_without_a_tutor(of: Classes) -> None:
    Group.objects.filter(pk=of.group.pk).update(tutor=None)
    of.group.refresh_from_db()
    of.write("Làm bài tốt", of.an, by=of.teacher)
    journal = take_in(of.group, FRIDAY, by=of.desk, now=at(15))
    assert (journal.state, journal.handed_by, journal.is_late) == ("handed", of.desk, False)
    assert texts() == {"An": "• Matemáticas (2): Làm bài tốt"}
    with pytest.raises(Refused, match="no tiene tutor"):
        give_back(journal, "Thiếu giờ", by=of.desk, now=at(15))


def test_desk_takes_in_what_a_tutor_has_not_handed_in_by_the_hour_and_no_sooner(of: Classes) -> None:
    with pytest.raises(Refused, match="todavía de su tutor"):
        take_in(of.group, FRIDAY, by=of.desk, now=at(16))
    assert not Journal.objects.exists()
    assert take_in(of.group, FRIDAY, by=of.desk, now=at(16, 1)).is_late is True
    again = take_in(of.group, FRIDAY, by=of.desk, now=at(16, 2))
    assert again.handed_at == at(16, 1)


def test_nothing_of_a_long_day_is_cut_off_and_it_is_not_approved_so(of: Classes) -> None:
    line = "x" * LINE_LENGTH
    of.write("Đi muộn", of.binh)
    for number in range(7):
        of.write(f"{number}{line[1:]}", of.an)
    journal = hand_in(of.group, FRIDAY, by=of.tutor, now=at(15))
    assert len(texts()["An"]) == 7 * (len("• ") + LINE_LENGTH) + 6
    assert (approve(of.school, FRIDAY, by=of.desk, now=at(16)), too_long(of.school, FRIDAY)) == (
        1,
        ["An Nguyễn (10A1)"],
    )
    mend(of, journal, of.an, "Ngắn")
    assert (approve(of.school, FRIDAY, by=of.desk, now=at(16)), too_long(of.school, FRIDAY)) == (1, [])


def test_long_text_that_nobody_touches_keeps_no_other_from_being_saved(of: Classes) -> None:
    for number in range(7):
        of.write(f"{number}{'x' * (LINE_LENGTH - 1)}", of.an)
    of.write("Đi muộn", of.binh)
    journal = hand_in(of.group, FRIDAY, by=of.tutor, now=at(15))
    typed = {
        row.enrolment_id: TypedText(row.version, row.text)
        for row in JournalText.objects.filter(journal=journal)
    }
    mended = {**typed, of.pupil(of.binh): TypedText(1, "Đến muộn")}
    assert save_texts(journal, mended, by=of.desk, now=at(16)) == {}
    assert texts()["Bình"] == "Đến muộn"
    with pytest.raises(Refused, match="demasiado largo"):
        save_texts(journal, {of.pupil(of.an): TypedText(1, "y" * 2001)}, by=of.desk, now=at(16))


def test_long_reason_is_refused_and_not_cut(of: Classes) -> None:
    journal = hand_in(of.group, FRIDAY, by=of.tutor, now=at(15))
    with pytest.raises(Refused, match="300 caracteres"):
        give_back(journal, "x" * 301, by=of.desk, now=at(16))
