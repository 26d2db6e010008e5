"""Files of teaching: who teaches which subject to whom, and the weekly timetable of sessions."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from plumier.importing.cells_of_files import Cell
from plumier.importing.colleagues import WHO, Colleagues
from plumier.importing.forms import Form, FormRow
from plumier.importing.groups import group_key
from plumier.importing.kinds import Setting
from plumier.importing.plan import Counts
from plumier.models import (
    Group,
    Person,
    SessionSlot,
    Subgroup,
    Subject,
    TeachingAssignment,
    TimetableEntry,
)
from plumier.names import plain_words, search_key

_WHAT = {
    "subject": ("materia", "asignatura", "area", "modulo", "mon", "mon hoc"),
    "code": ("codigo", "codigo materia", "abreviatura", "ma mon"),
    "group": ("grupo", "unidad", "curso y grupo", "lop"),
    "subgroup": ("subgrupo", "desdoble", "grupo materia"),
}
ASSIGNMENTS = Form(
    titles=WHO | _WHAT | {"from": ("desde", "tu ngay"), "until": ("hasta", "den ngay")},
    needed=(tuple(WHO), ("subject",), ("group", "subgroup")),
)
TIMETABLE = Form(
    titles=WHO
    | _WHAT
    | {
        "weekday": ("dia", "dia semana", "dia de semana", "thu"),
        "number": ("sesion", "tramo", "hora", "n sesion", "numero sesion", "tiet"),
        "starts": ("empieza", "hora inicio", "inicio", "bat dau"),
        "ends": ("termina", "hora fin", "fin", "ket thuc"),
        "room": ("aula", "dependencia", "phong"),
    },
    needed=(tuple(WHO), ("subject",), ("group", "subgroup"), ("weekday",), ("number",)),
)
_DAYS = (
    ("lunes", "l", "1", "lun", "thu 2", "thu hai", "t2"),
    ("martes", "m", "2", "mar", "thu 3", "thu ba", "t3"),
    ("miercoles", "x", "3", "mie", "thu 4", "thu tu", "t4"),
    ("jueves", "j", "4", "jue", "thu 5", "thu nam", "t5"),
    ("viernes", "v", "5", "vie", "thu 6", "thu sau", "t6"),
    ("sabado", "s", "6", "sab", "thu 7", "thu bay", "t7"),
    ("domingo", "d", "7", "dom", "chu nhat", "cn"),
)
_WEEKDAYS = {name: number for number, names in enumerate(_DAYS, start=1) for name in names}
_MOST_SESSIONS = 20
_CLOCK = re.compile(r"([0-9]{1,2})[:.h]([0-9]{2})(?::[0-9]{2})?")


@dataclass(slots=True)
class _Teaching:
    """Subjects, groups and assignments of a year, and those that are planned."""

    setting: Setting
    colleagues: Colleagues
    subjects: dict[str, Subject]
    groups: dict[str, Group]
    subgroups: dict[str, Subgroup]
    assignments: dict[tuple[object, ...], TeachingAssignment]

    @classmethod
    def of(cls, setting: Setting) -> "_Teaching":
        """Read what the register has."""
        subjects: dict[str, Subject] = {}
        for subject in Subject.objects.filter(school=setting.school):
            subjects[plain_words(subject.name)] = subject
            if subject.code:
                subjects.setdefault(f"#{subject.code.casefold()}", subject)
        found = TeachingAssignment.objects.filter(year=setting.year).order_by("pk")
        return cls(
            setting,
            Colleagues(setting.school),
            subjects,
            {group_key(group.name): group for group in Group.objects.filter(year=setting.year)},
            {plain_words(s.name): s for s in Subgroup.objects.filter(year=setting.year)},
            {
                (one.teacher_id, one.subject_id, one.group_id, one.subgroup_id): one
                for one in found.select_related("teacher", "subject", "group", "subgroup")
            },
        )

    def subject(self, row: FormRow) -> Subject | None:
        """Find a subject by its code or name, or plan it."""
        name, code = row.text("subject", 120), row.text("code", 20)
        found = (self.subjects.get(f"#{code.casefold()}") if code else None) or self.subjects.get(
            plain_words(name)
        )
        if found is None:
            if not plain_words(name):
                row.error("subject", _("Falta la materia."))
                return None
            found = Subject(school=self.setting.school, name=name, code=code)
            self.setting.plan.make(found)
            self.subjects[plain_words(name)] = found
            if code:
                self.subjects[f"#{code.casefold()}"] = found
        return found

    def class_of(self, row: FormRow) -> Group | Subgroup | None:
        """Find the group of a row, or find or plan its subgroup."""
        name = row.text("subgroup", 60)
        key = plain_words(name)
        if key:
            if key not in self.subgroups:
                self.subgroups[key] = Subgroup(school=self.setting.school, year=self.setting.year, name=name)
                self.setting.plan.make(self.subgroups[key])
            return self.subgroups[key]
        group = self.groups.get(group_key(row.text("group")))
        if group is None:
            row.error("group", _("Este grupo no existe en el curso."))
        return group

    def assignment(self, row: FormRow) -> tuple[TeachingAssignment | None, bool]:
        """Find or plan the assignment of a row, and say whether it is new."""
        teacher, subject, taught = self.colleagues.named_in(row), self.subject(row), self.class_of(row)
        since, until = row.date("from"), row.date("until")
        if since and until and until < since:
            row.error("until", _("La fecha final es anterior a la inicial."))
        if teacher is None or subject is None or taught is None:
            return None, False
        key = (_key(teacher), _key(subject), *_place(taught))
        if key in self.assignments:
            return self.assignments[key], False
        group, subgroup = (taught, None) if isinstance(taught, Group) else (None, taught)
        self.assignments[key] = TeachingAssignment(
            school=self.setting.school,
            year=self.setting.year,
            teacher=teacher,
            subject=subject,
            group=group,
            subgroup=subgroup,
            held_from=since,
            held_until=until,
        )
        self.setting.plan.make(self.assignments[key])
        return self.assignments[key], True


def plan_assignments(rows: Iterator[FormRow], setting: Setting) -> None:
    """Plan who teaches what to whom. What the file does not have stays as it is and is counted."""
    teaching = _Teaching.of(setting)
    counts = setting.plan.others.setdefault("assignments", Counts())
    before, seen = len(teaching.assignments), set()
    for row in rows:
        setting.plan.line = row.number
        found, new = teaching.assignment(row)
        if found is None or id(found) in seen:
            continue
        seen.add(id(found))
        until = row.date("until")
        changed = not new and bool(until) and setting.plan.change(found, held_until=until)
        counts.add(new=new, changed=changed)
    counts.gone = before - (len(seen) - counts.new)


def plan_timetable(rows: Iterator[FormRow], setting: Setting) -> None:
    """Plan the sessions of the week; slots and assignments that are missing are planned with them."""
    teaching = _Teaching.of(setting)
    counts = setting.plan.others.setdefault("timetable", Counts())
    slots = {(slot.weekday, slot.number): slot for slot in SessionSlot.objects.filter(year=setting.year)}
    entries = {
        (entry.assignment_id, entry.slot_id): entry
        for entry in TimetableEntry.objects.filter(slot__year=setting.year).select_related(
            "slot", "assignment"
        )
    }
    before, seen = len(entries), set()
    for row in rows:
        setting.plan.line = row.number
        slot = _slot(row, slots, setting)
        assignment, _new = teaching.assignment(row)
        if slot is None or assignment is None:
            continue
        key = (_key(assignment), _key(slot))
        if key in seen:
            continue
        seen.add(key)
        room = row.text("room", 40)
        entry = entries.get(key)  # type: ignore[arg-type]  # planned ones are not in it
        if entry is None:
            setting.plan.make(
                TimetableEntry(school=setting.school, assignment=assignment, slot=slot, room=room)
            )
        changed = entry is not None and row.has("room") and setting.plan.change(entry, room=room)
        counts.add(new=entry is None, changed=changed)
    counts.gone = before - (len(seen) - counts.new)


def _slot(row: FormRow, slots: dict[tuple[int, int], SessionSlot], setting: Setting) -> SessionSlot | None:
    weekday = _WEEKDAYS.get(plain_words(row.number_text("weekday")))
    typed = row.number_text("number").rstrip("ªº. ")
    number = int(typed) if typed.isdecimal() and 1 <= int(typed) <= _MOST_SESSIONS else None
    if weekday is None:
        row.error("weekday", _("No se entiende el día de la semana."))
    if number is None:
        row.error("number", _("La sesión es un número del 1 al 20."))
    if weekday is None or number is None:
        return None
    starts, ends = (read_clock(row.cell(name)) for name in ("starts", "ends"))
    slot = slots.get((weekday, number))
    if slot is not None:
        if starts and ends and starts < ends:
            setting.plan.change(slot, starts=starts, ends=ends)
        return slot
    if starts is None or ends is None or ends <= starts:
        row.error("starts", _("Esta sesión no está en el horario del centro: diga cuándo empieza y termina."))
        return None
    slot = SessionSlot(
        school=setting.school, year=setting.year, weekday=weekday, number=number, starts=starts, ends=ends
    )
    setting.plan.make(slot)
    slots[weekday, number] = slot
    return slot


def read_clock(cell: Cell) -> dt.time | None:
    """Read a time of the day: 8:30, 8.30, 8h30, or one of Excel."""
    if isinstance(cell, dt.time):
        return cell
    found = _CLOCK.match(search_key(cell).strip()) if isinstance(cell, str) else None
    try:
        return dt.time(int(found[1]), int(found[2])) if found else None
    except ValueError:
        return None


def _key(row: Person | Subject | SessionSlot | TeachingAssignment) -> object:
    """Give what tells a row apart, though it be only planned."""
    return row.pk or id(row)


def _place(taught: Group | Subgroup) -> tuple[object, object]:
    key = taught.pk or id(taught)
    return (key, None) if isinstance(taught, Group) else (None, key)
