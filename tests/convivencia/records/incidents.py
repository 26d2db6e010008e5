"""A class in which something happens: who writes it down, who reads it, and whom it must not name."""

import uuid
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from convivencia.models import BehaviourNotice, BehaviourRecord
from convivencia.records.choices import BehaviourKind, Measure
from convivencia.records.notifying import Telling, notify_family
from convivencia.records.writing import Written, write_records
from notica.cancelling import cancel, sweep
from plumier.models import Enrolment, Student, User
from plumier.roles import Role
from tests.factories.register import (
    Parent,
    link,
    make_director,
    make_group,
    make_school,
    make_staff,
    make_student,
    make_teacher,
    make_tutor,
)

FATHER_PHONE = "+34600000001"
MADRID = ZoneInfo("Europe/Madrid")
FRIDAY = date(2026, 11, 27)
TEN = datetime(2026, 11, 27, 10, 30, tzinfo=MADRID)
HE_THREW = "Ha lanzado una silla a Rosa Martín durante la clase."


class Incident:
    """1º ESO C: Luis Vera throws a chair, Rosa Martín is there; Ana Gil is in another group.

    His father has Telegram, his mother has no phone on record. Paco teaches the group, Elena is its tutor.
    """

    def __init__(self) -> None:
        self.school = make_school()
        self.group = make_group(self.school, "1º ESO C")
        self.tutor = make_tutor(self.group, "Elena Tutora")
        self.teacher = make_teacher(self.group)
        self.director = make_director(self.school)
        self.pas = make_staff(self.school, "Pilar Conserje", Role.PAS)
        self.colleague = make_teacher(self.group, "Olga Otra")
        self.father = Parent("Juan Vera", "father", {"phone_1": FATHER_PHONE})
        self.mother = Parent("Eva Ros", "mother", {"phone_1": "landline:+34968000001"})
        self.luis = make_student(self.group, "Luis Vera Ros", [self.father, self.mother])
        self.rosa = make_student(self.group, "Rosa Martín López", [Parent("Marta López")])
        self.ana = make_student(make_group(self.school, "2º ESO A"), "Ana Gil Soto")
        link("telegram", FATHER_PHONE, "77")

    def enrolment(self, student: Student) -> Enrolment:
        return Enrolment.objects.get(student=student)

    def write(self, *students: Student, by: User | None = None, **fields: Any) -> list[BehaviourRecord]:
        """By default Paco of Luis, in the third session."""
        incident = fields.pop("incident", None) or uuid.uuid4()
        pupils = [self.enrolment(one).pk for one in students or (self.luis,)]
        return write_records(
            self.school, pupils, written(**fields), incident=incident, by=by or self.teacher, now=TEN
        )

    def record(self, **fields: Any) -> BehaviourRecord:
        return self.write(**fields)[0]

    def notify(
        self,
        record: BehaviourRecord,
        text: str = "Le esperamos el lunes.",
        by: User | None = None,
        **fields: Any,
    ) -> BehaviourNotice:
        telling = Telling(text, fields.pop("key", "k1"), **fields)
        return notify_family(record, telling, by=by or self.teacher, now=TEN)

    def stop(self, record: BehaviourRecord) -> BehaviourNotice:
        """One that its sender stops before anything of it went out."""
        notice = self.notify(record)
        cancel(notice.message, by=self.teacher, now=TEN)
        sweep(notice.message_id)
        return notice


def written(**fields: Any) -> Written:
    values: dict[str, Any] = {
        "kind": BehaviourKind.CONTRARY,
        "text": HE_THREW,
        "day": FRIDAY,
        "session": 3,
        "place": "Aula 12",
        "measure": Measure.SENT_OUT,
        "measure_text": "Hasta el final de la hora",
    }
    return Written(**{**values, **fields})
