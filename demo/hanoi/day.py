"""The second school's day: its classes' journals (requirement C9) and what supervisors and boarding report (C12)."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from demo.hanoi.school import tutor_of
from journal.approving import approve, send_approved
from journal.choices import LineKind, Tone
from journal.handing_in import hand_in
from journal.models import Journal, QuickPhrase
from journal.reports import ClassState, NewIncident, WrittenReport, report_of, save_report, send_report
from journal.writing import Lesson, NewLine, Written, save_lines
from plumier.clock import database_now, day_in
from plumier.models import Enrolment, Group, School, TeachingAssignment, User
from plumier.roles import Role
from plumier.school_days import calendar_of

BACK: Final = timedelta(days=10)
IN_TIME, LATE, REPORTED = time(15, 20), time(16, 25), time(17, 5)
# Of the day before: these classes handed in after the hour, this one not at all.
LATE_CLASSES: Final = ("10A9", "11A4", "11A11", "12A2")
MISSING: Final = "12A7"
FIRST_TODAY: Final = ("10A3", "10A5", "11A2", "12A1", "12A10")  # have handed in today already
SENT: Final = ("10A1", "10A2")  # of the day before, approved and sent to the families
LINES: Final = (
    ("Hăng hái phát biểu xây dựng bài.", LineKind.PRAISE, Tone.GOOD),
    ("Chưa làm bài tập về nhà môn Toán.", LineKind.STUDY, Tone.CONCERN),
    ("Đi học muộn 10 phút.", LineKind.ATTENDANCE, Tone.CONCERN),
    ("Không đeo thẻ học sinh.", LineKind.CONDUCT, Tone.CONCERN),
    ("Được điểm 9 bài kiểm tra 15 phút.", LineKind.STUDY, Tone.GOOD),
)
TO_ALL: Final = ("Mai học phụ đạo buổi chiều, các con mang đầy đủ sách vở.", LineKind.OTHER, Tone.NEUTRAL)
PHRASES: Final = (
    *(text for text, _kind, _tone in LINES),
    "Nói chuyện riêng trong giờ học.",
    "Có tiến bộ rõ rệt trong tuần này.",
)
REMARKS: Final = {
    Role.SUPERVISORS: "Giờ ra chơi ổn định. Cổng trường đóng lúc 7h05.",
    Role.BOARDING: "Các lớp ăn trưa và nghỉ trưa đầy đủ, không có việc bất thường.",
}
INCIDENTS: Final = {
    Role.SUPERVISORS: "Đi muộn, đã nhắc nhở tại cổng trường.",
    Role.BOARDING: "Đau bụng sau bữa trưa, đã nghỉ tại phòng y tế và đỡ.",
}
REPORTERS: Final = {Role.SUPERVISORS: "giamthi", Role.BOARDING: "bantru"}


def day(of: School, groups: Sequence[Group]) -> None:
    """Journals and reports of the last two days with school; what there is of a day already stays as it is."""
    now = database_now()
    today = day_in(of, now)
    before, latest = calendar_of(of).open_days(today - BACK, today)[-2:]
    phrases = (QuickPhrase(school=of, text=text) for text in PHRASES)
    QuickPhrase.objects.bulk_create(phrases, ignore_conflicts=True)
    if not Journal.objects.filter(school=of, day=before).exists():
        _day_before(of, groups, before, now)
    if not Journal.objects.filter(school=of, day=latest).exists():
        _latest(of, groups, latest, now)
    for role, username in REPORTERS.items():
        _report(of, groups, latest, role, User.objects.get(username=username), now)


@transaction.atomic
def _day_before(of: School, groups: Sequence[Group], on: date, now: datetime) -> None:
    """Handed in by all but one, a few of them late; the desk has sent two."""
    pupils = _pupils(groups, on)
    for place, group in enumerate(groups):
        at = LATE if group.name in LATE_CLASSES else IN_TIME
        moment = min(now, _moment(of, on, at) + timedelta(minutes=place % 12))
        journal = _write(group, on, pupils.get(group.pk, []), place, moment, handed=group.name != MISSING)
        if group.name in SENT:
            desk = User.objects.get(username="cgcn")
            approve(of, on, by=desk, now=now, journal=journal)
            send_approved(of, on, by=desk, now=now, journal=journal)


@transaction.atomic
def _latest(of: School, groups: Sequence[Group], on: date, now: datetime) -> None:
    """A few have handed in; in the first class teachers have written and its tutor has not looked at it yet."""
    pupils, moment = _pupils(groups, on), min(now, _moment(of, on, IN_TIME))
    for place, group in enumerate(groups):
        if group.name in FIRST_TODAY:
            _write(group, on, pupils.get(group.pk, []), place + 1, moment, handed=True)
    first = groups[0]
    taught = TeachingAssignment.objects.filter(group=first).exclude(teacher=first.tutor)
    for number, one in enumerate(taught.select_related("teacher__user", "subject").order_by("pk")):
        teacher = one.teacher.user
        if teacher is not None:
            lines = _lines(f"gvbm-{on}-{number}", pupils.get(first.pk, [])[3 + number :: 7][:3], number)
            lesson = Lesson(one.subject, 2 + number)
            save_lines(first, on, Written(lesson, lines), tutor=False, by=teacher, now=moment)


def _write(
    group: Group, on: date, pupils: Sequence[int], place: int, moment: datetime, *, handed: bool
) -> Journal | None:
    """The tutor's lines of some pupils and one for all of the class."""
    tutor = User.objects.get(username=tutor_of(group.name))
    text, kind, tone = TO_ALL
    key = f"gvcn-{on}-{group.name}"
    lines = [*_lines(key, pupils[place % 5 :: 8], place), NewLine(f"{key}-all", text, kind, tone)]
    save_lines(group, on, Written(new=lines), tutor=True, by=tutor, now=moment)
    return hand_in(group, on, by=tutor, now=moment) if handed else None


def _lines(key: str, pupils: Sequence[int], place: int) -> list[NewLine]:
    return [
        NewLine(f"{key}-{number}", *LINES[(place + number) % len(LINES)], pk)
        for number, pk in enumerate(pupils)
    ]


@transaction.atomic
def _report(of: School, groups: Sequence[Group], on: date, role: Role, by: User, now: datetime) -> None:
    """What the office saw of every class, sent to BGH, the desk and all tutors."""
    if report_of(of, on, role) is not None:
        return
    pupil = _pupils(groups[:1], on)[groups[0].pk][4]
    moment = min(now, _moment(of, on, REPORTED))
    classes = {group.pk: ClassState(place % 3, (place * 5) % 4) for place, group in enumerate(groups)}
    new = [NewIncident(f"{role}-{on}", pupil, INCIDENTS[role])]
    report = save_report(of, on, role, WrittenReport(0, REMARKS[role], classes, new=new), by=by, now=moment)
    send_report(report, by=by, now=now)


def _pupils(groups: Sequence[Group], on: date) -> dict[int, list[int]]:
    """Enrolments by class, in the order of the roster."""
    found: dict[int, list[int]] = {}
    rows = Enrolment.objects.in_force(on).filter(group__in=groups).order_by("student__expediente")
    for group, pk in rows.values_list("group", "pk"):
        found.setdefault(group, []).append(pk)
    return found


def _moment(of: School, on: date, at: time) -> datetime:
    return datetime.combine(on, at, tzinfo=ZoneInfo(of.time_zone))
