"""A school of Hà Nội with two classes, who teaches them, its desk, its supervisors and the families."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from journal.choices import LineKind, Tone
from journal.writing import Lesson, NewLine, Saved, TypedLine, Written, save_lines
from plumier.models import Enrolment, Group, SchoolPolicy, Student, TeachingAssignment, User
from plumier.roles import Role
from tests.database import DatabaseClock
from tests.factories.register import (
    Parent,
    link,
    make_group,
    make_school,
    make_staff,
    make_student,
    make_teacher,
    make_tutor,
)

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
FRIDAY = date(2026, 11, 27)
MOTHER, FATHER, OTHER = "+84912000001", "+84912000002", "+84912000003"


def at(hour: int, minute: int = 0, second: int = 0, day: date = FRIDAY) -> datetime:
    """A moment of that day in Hà Nội."""
    return datetime.combine(day, time(hour, minute, second), tzinfo=HANOI)


class Classes:
    """10A1 with An and Bình, 10A2 with Chi, An's sister; their mother has Telegram, the father has not."""

    def __init__(self) -> None:
        self.school = make_school("HN1", name="THPT Hà Nội", time_zone="Asia/Ho_Chi_Minh", language="vi")
        SchoolPolicy.objects.update(
            procedures=["diario", "partes"],
            desk=[Role.CGCN],
            reporters=[Role.SUPERVISORS, Role.BOARDING],
            report_readers=[Role.BGH],
        )
        self.group, self.other = make_group(self.school, "10A1"), make_group(self.school, "10A2")
        self.tutor, self.other_tutor = (
            make_tutor(self.group, "Lan Chủ nhiệm"),
            make_tutor(self.other, "Hoa Chủ nhiệm"),
        )
        self.teacher = make_teacher(self.group, "Minh Bộ môn")
        self.desk = make_staff(self.school, "Tú Công nghệ", Role.CGCN)
        self.supervisor = make_staff(self.school, "Sơn Giám thị", Role.SUPERVISORS)
        self.board = make_staff(self.school, "Nga Hiệu trưởng", Role.BGH)
        mother = Parent("Mẹ An", "mother", {"phone_1": MOTHER})
        father = Parent("Bố An", "father", {"phone_1": FATHER})
        self.an = make_student(self.group, "An Nguyễn", [mother, father])
        self.chi = make_student(self.other, "Chi Nguyễn", [mother, father])
        self.binh = make_student(self.group, "Bình Trần", [Parent("Mẹ Bình", contacts={"phone_1": OTHER})])
        link("telegram", MOTHER, "501")
        self._keys = 0
        self.clock: DatabaseClock | None = None

    def until(self, now: datetime) -> datetime:
        """It is this moment, for the database too."""
        assert self.clock is not None
        self.clock.freeze(now)
        return now

    @property
    def lesson(self) -> Lesson:
        return Lesson(TeachingAssignment.objects.get(group=self.group).subject, 2)

    def pupil(self, student: Student) -> int:
        return Enrolment.objects.get(student=student).pk

    def write(
        self,
        text: str,
        student: Student | None = None,
        *,
        by: User | None = None,
        group: Group | None = None,
        now: datetime | None = None,
        key: str = "",
    ) -> Saved:
        """A new line, by the tutor of 10A1 if nobody else is named."""
        self._keys += 1
        by = by or self.tutor
        about = self.pupil(student) if student else None
        new = NewLine(key or f"key{self._keys}", text, LineKind.STUDY, Tone.GOOD, about)
        tutor = by in (self.tutor, self.other_tutor)
        written = Written(Lesson() if tutor else self.lesson, [new])
        return save_lines(group or self.group, FRIDAY, written, tutor=tutor, by=by, now=now or at(14))

    def change(self, typed: TypedLine, *, by: User | None = None) -> Saved:
        by = by or self.tutor
        return save_lines(
            self.group, FRIDAY, Written(kept=[typed]), tutor=by == self.tutor, by=by, now=at(14, 30)
        )
