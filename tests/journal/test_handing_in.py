"""Handed in by the hour, marked when late, returned with a reason (requirement C9; V 3.2)."""

import pytest

from journal.approving import approve, send_approved
from journal.handing_in import give_back, hand_in
from journal.models import Journal, JournalText
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
