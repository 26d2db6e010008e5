"""A class of a school with its timetable, its pupils and who answers for them."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from attendance.choices import Mark
from attendance.models import Absence
from attendance.rolls import ClassOfDay, Entry, marks_of, take_roll
from plumier.models import Enrolment, SessionSlot, Student, Subject, TeachingAssignment, TimetableEntry
from tests.factories.register import Parent, make_group, make_school, make_student, make_teacher, make_tutor

FATHER_PHONE, MOTHER_PHONE, MOTHER_MAIL = "+34600000001", "+34600000002", "eva@family.example"
MADRID = ZoneInfo("Europe/Madrid")
FRIDAY = date(2026, 11, 27)
NINE = datetime(2026, 11, 27, 9, 30, tzinfo=MADRID)


class SchoolClass:
    """1º ESO C has Matemáticas with Paco Profesor on Fridays, sessions 1 (8:15) to 3; Elena is its tutor."""

    def __init__(self) -> None:
        self.school = make_school()
        self.group = make_group(self.school, "1º ESO C")
        self.tutor = make_tutor(self.group, "Elena Tutora")
        self.teacher = make_teacher(self.group)
        self.assignment = TeachingAssignment.objects.get()
        for number, hour in ((1, 8), (2, 9), (3, 10)):
            self.add_session(self.assignment, number, hour)
        self.father = Parent("Juan Vera", "father", {"phone_1": FATHER_PHONE})
        self.mother = Parent("Eva Ros", "mother", {"phone_1": MOTHER_PHONE, "email": MOTHER_MAIL})
        self.ana = make_student(self.group, "Ana Vera", [self.father, self.mother])
        self.luis = make_student(
            self.group, "Luis Gil", [Parent("Marta Gil", contacts={"email": "m@f.example"})]
        )

    def add_session(self, assignment: TeachingAssignment, number: int, hour: int, weekday: int = 5) -> None:
        slot, _made = SessionSlot.objects.get_or_create(
            school=self.school,
            year=self.group.year,
            weekday=weekday,
            number=number,
            defaults={"starts": time(hour, 15), "ends": time(hour + 1, 10)},
        )
        TimetableEntry.objects.create(school=self.school, assignment=assignment, slot=slot)

    def another_subject(self, name: str = "Lengua") -> TeachingAssignment:
        """What another teacher teaches the group."""
        teacher = make_teacher(self.group, "Olga Otra")
        subject = Subject.objects.create(school=self.school, name=name)
        rows = TeachingAssignment.objects.filter(teacher=teacher.people.get())
        rows.update(subject=subject)
        return rows.get()

    def lesson(self, session: int = 2, day: date = FRIDAY, **fields: Any) -> ClassOfDay:
        values = {"assignment": self.assignment, "starts": time(7 + session, 15), **fields}
        return ClassOfDay(self.school, day, session, **values)

    def mark(
        self, *marks: tuple[Student, Mark], of: ClassOfDay | None = None, now: datetime = NINE, **fields: Any
    ) -> int:
        """Somebody marks these, as her page shows them now; the others as they are."""
        of = of or self.lesson()
        by_student = dict(marks)
        pupils = list(Enrolment.objects.filter(group=self.group).order_by("pk"))
        shown = marks_of(of, [one.pk for one in pupils])
        entries = []
        for pupil in pupils:
            was = shown.get(pupil.pk, Mark.PRESENT)
            entries.append(Entry(pupil, was, by_student.get(pupil.student, was)))
        return take_roll(of, entries, by=fields.get("by", self.teacher), now=now)


def absences() -> list[tuple[str, int, str, bool, bool]]:
    """(pupil, session, kind, cleared, justified)."""
    rows = Absence.objects.select_related("enrolment__student__person")
    return sorted(
        (
            row.enrolment.student.person.given_name,
            row.session,
            row.kind,
            row.cleared_at is not None,
            row.is_justified,
        )
        for row in rows
    )
