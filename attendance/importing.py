"""Files of past absences: a row for each. Nobody is told of them; what is marked here already stays as it is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attendance.choices import AbsenceKind
from attendance.models import Absence
from plumier.importing.differences import describe_with
from plumier.importing.forms import Form, FormRow
from plumier.importing.kinds import Kind, Setting, add_kind
from plumier.importing.plan import Counts
from plumier.importing.writing import let_change
from plumier.models import Enrolment, Subject
from plumier.names import plain_words

FORM: Final = Form(
    titles={
        "expediente": ("expediente", "exp", "expte", "expediente centro", "expediente alumno"),
        "day": ("fecha falta", "fecha de la falta", "dia falta", "fecha", "ngay nghi", "ngay vang"),
        "session": ("sesion", "hora", "tramo", "tiet"),
        "subject": ("materia", "asignatura", "area", "modulo", "mon", "mon hoc"),
        "kind": ("falta", "tipo de falta", "tipo falta", "incidencia", "loai"),
        "justified": ("justificada", "justificado", "co phep"),
        "reason": ("motivo", "justificacion", "ly do"),
    },
    needed=(("expediente",), ("day",), ("kind",)),
)
_KINDS: Final = {
    AbsenceKind.ABSENT: (
        "falta",
        "f",
        "falta de asistencia",
        "i",
        "injustificada",
        "j",
        "justificada",
        "vang",
        "nghi",
    ),
    AbsenceKind.LATE: ("retraso", "r", "tarde", "muon", "tre"),
}
_LONGEST_SESSION: Final = 20


def add_absences() -> None:
    """Let files of past absences be imported."""
    add_kind(Kind("absences", gettext_lazy("faltas"), FORM, plan_absences, before_rosters=True))
    let_change(Absence)
    describe_with(Absence)


@dataclass(slots=True)
class _Absences:
    """What the register has, and what is planned."""

    setting: Setting
    enrolments: dict[str, int]
    subjects: dict[str, Subject]
    known: set[tuple[int, date, int]]
    seen: set[tuple[int, date, int]] = field(default_factory=set)

    @classmethod
    def of(cls, setting: Setting) -> "_Absences":
        """Read it."""
        enrolments = Enrolment.objects.filter(year=setting.year).values_list("student__expediente", "pk")
        rows = Absence.objects.filter(enrolment__year=setting.year)
        return cls(
            setting,
            dict(enrolments),
            {plain_words(one.name): one for one in Subject.objects.filter(school=setting.school)},
            set(rows.values_list("enrolment_id", "day", "session")),
        )


def plan_absences(rows: Iterator[FormRow], setting: Setting) -> None:
    """Plan the absences of a file."""
    counts = setting.plan.others["absences"] = Counts()
    found = _Absences.of(setting)
    for row in rows:
        setting.plan.line = row.number
        absence = _read(row, found)
        if absence is None:
            continue
        key = (absence.enrolment_id, absence.day, absence.session)
        if key in found.seen:
            row.error("expediente", _("Esta falta está dos veces en el archivo."))
            continue
        found.seen.add(key)
        new = key not in found.known
        counts.add(new=new, changed=False)
        if new:
            setting.plan.make(absence)


def _read(row: FormRow, found: _Absences) -> Absence | None:
    """The absence of a row; None where something is wrong with it."""
    before = len(row.findings.errors)
    enrolment = found.enrolments.get(row.number_text("expediente"))
    if enrolment is None:
        row.error("expediente", _("Este expediente no está matriculado en el curso."))
    day, kind = _day(row, found.setting.today), _kind(row)
    session, subject = _session(row), _subject(row, found)
    excused = (
        bool(row.yes("justified"))
        if row.text("justified")
        else row.text("kind").lower() in ("j", "justificada")
    )
    reason = row.text("reason", 200) if row.has("reason") else ""
    if len(row.findings.errors) > before or enrolment is None or day is None or kind is None:
        return None
    zone = ZoneInfo(found.setting.school.time_zone)
    noted_at = datetime.combine(day, time(12), tzinfo=zone)
    return Absence(
        school=found.setting.school,
        enrolment_id=enrolment,
        day=day,
        session=session,
        subject=subject,
        kind=kind,
        noted_at=noted_at,
        justified_at=noted_at if excused else None,
        justification=reason if excused else "",
    )


def _day(row: FormRow, today: date) -> date | None:
    day = row.date("day")
    if day is None and not row.text("day"):
        row.error("day", _("Falta la fecha."))
    elif day is not None and day > today:
        row.error("day", _("Ese día aún no ha llegado."))
    return day


def _kind(row: FormRow) -> AbsenceKind | None:
    typed = plain_words(row.text("kind", 40))
    for kind, words in _KINDS.items():
        if typed in words:
            return kind
    row.error("kind", _("No se entiende: escriba «falta» o «retraso»."))
    return None


def _session(row: FormRow) -> int:
    """Its number; 0, the whole day, where none is given."""
    typed = row.number_text("session").rstrip("ªº")
    if not typed:
        return 0
    if typed.isascii() and typed.isdigit() and 0 < int(typed) <= _LONGEST_SESSION:
        return int(typed)
    row.error("session", _("La sesión es un número del 1 al %(most)d.") % {"most": _LONGEST_SESSION})
    return 0


def _subject(row: FormRow, found: _Absences) -> Subject | None:
    typed = row.text("subject") if row.has("subject") else ""
    subject = found.subjects.get(plain_words(typed)) if typed else None
    if typed and subject is None:
        row.error("subject", _("El centro no tiene esta materia."))
    return subject
