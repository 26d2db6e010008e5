"""The day's report of an office: kept, sent once, corrected, and to each what is hers to read (requirement C12)."""

import pytest

from journal.models import DayReport, DayReportClass, DayReportIncident
from journal.reports import ClassState, NewIncident, ReportChanged, WrittenReport, save_report, send_report
from notica.models import Delivery, InboxEntry, Message
from notica.rendering import notice_text
from plumier.models import Guardianship, SchoolPolicy
from plumier.refusals import Refused
from plumier.roles import Role
from tests.journal.classes import FRIDAY, Classes, at


def saved(of: Classes, version: int = 0, **fields: object) -> DayReport:
    written = WrittenReport(version, **fields)  # type: ignore[arg-type]  # as each test says
    return save_report(of.school, FRIDAY, Role.SUPERVISORS, written, by=of.supervisor, now=at(14))


def whole(of: Classes) -> DayReport:
    return saved(
        of,
        remarks="Mưa to",
        classes={of.group.pk: ClassState(2, 1, "Đồng phục"), of.other.pk: ClassState(0)},
        new=[
            NewIncident("a", of.pupil(of.an), "Ngã cầu thang"),
            NewIncident("b", of.pupil(of.chi), "Mất sách"),
        ],
    )


def read() -> dict[str, str]:
    """By reader, the text of the newest."""
    rows = InboxEntry.objects.filter(message__kind="day_report").select_related("person", "message__school")
    return {row.person.full_name: notice_text(row.message, "es") for row in rows.order_by("pk")}


def test_board_and_desk_read_all_and_each_tutor_what_happened_in_hers(of: Classes) -> None:
    send_report(whole(of), by=of.supervisor, now=at(14))
    texts = read()
    assert set(texts) == {"Nga Hiệu trưởng", "Tú Công nghệ", "Lan Chủ nhiệm", "Hoa Chủ nhiệm"}
    for name, incidents in {
        "Nga Hiệu trưởng": (True, True),
        "Lan Chủ nhiệm": (True, False),
        "Hoa Chủ nhiệm": (False, True),
    }.items():
        text = texts[name]
        assert "• 10A1: faltan 2, llegan tarde 1. Đồng phục" in text
        assert "• 10A2: faltan 0" in text
        assert ("An Nguyễn: Ngã cầu thang" in text, "Chi Nguyễn: Mất sách" in text) == incidents
    assert list(Delivery.objects.values_list("channel", flat=True)) == ["email"] * 4


def test_pressed_twice_is_sent_once_and_a_change_goes_again_as_a_correction(of: Classes) -> None:
    report = whole(of)
    send_report(report, by=of.supervisor, now=at(14))
    send_report(report, by=of.supervisor, now=at(14))
    number = Message.objects.count()
    report = saved(of, 1, classes={of.group.pk: ClassState(3)})
    assert report.state == "draft"
    assert send_report(report, by=of.supervisor, now=of.until(at(15))).number == 2
    assert Message.objects.count() == 2 * number
    assert read()["Nga Hiệu trưởng"].startswith("Corrección del parte del día de Giám thị")


def test_two_of_an_office_do_not_overwrite_each_other(of: Classes) -> None:
    saved(of, classes={of.group.pk: ClassState(2)})
    with pytest.raises(ReportChanged):
        saved(of, classes={of.group.pk: ClassState(5)})
    assert DayReportClass.objects.get().absent == 2


def test_class_of_which_nothing_is_said_any_more_is_no_row_and_an_emptied_incident_stays_on_record(
    of: Classes,
) -> None:
    whole(of)
    first = DayReportIncident.objects.get(text="Ngã cầu thang")
    saved(of, 1, classes={of.group.pk: ClassState(), of.other.pk: ClassState(1)}, incidents={first.pk: " "})
    assert list(DayReportClass.objects.values_list("group", "absent")) == [(of.other.pk, 1)]
    first.refresh_from_db()
    assert (first.text, first.removed_at is not None) == ("Ngã cầu thang", True)


def test_empty_report_is_not_sent(of: Classes) -> None:
    with pytest.raises(Refused, match="vacío"):
        send_report(saved(of), by=of.supervisor, now=at(14))


def test_report_that_nobody_would_get_is_not_sent(of: Classes) -> None:
    SchoolPolicy.objects.update(desk=[], report_readers=[])
    of.school.groups.update(tutor=None)
    with pytest.raises(Refused, match="nadie"):
        send_report(whole(of), by=of.supervisor, now=at(14))
    assert DayReport.objects.get().state == "draft"


def test_whom_a_court_keeps_from_a_pupil_reads_nothing_of_her(of: Classes) -> None:
    Guardianship.objects.create(
        school=of.school,
        student=of.an,
        guardian=of.board.people.get(),
        relation="father",
        order=9,
        barred_from=FRIDAY,
        barred_reference="1/2026",
    )
    send_report(whole(of), by=of.supervisor, now=at(14))
    texts = read()
    assert "An Nguyễn" not in texts["Nga Hiệu trưởng"]
    assert "Chi Nguyễn" in texts["Nga Hiệu trưởng"]
    assert "An Nguyễn" in texts["Tú Công nghệ"]


def test_same_form_pressed_twice_is_one_report_and_no_conflict(of: Classes) -> None:
    for _press in range(2):
        report = send_report(whole(of), by=of.supervisor, now=at(14))
    assert (report.number, report.state) == (1, "sent")
    same = saved(of, report.version, remarks="Mưa to", classes={of.group.pk: ClassState(2, 1, "Đồng phục")})
    assert same.state == "sent"
