"""What an import changes, told field by field, as plain rows that can be shown and stored.

They are told before the plan is written: a new row is one that has no key yet. A new person is told by her class
or by her child, not address by address.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from functools import lru_cache
from typing import Any

from django.db.models import BooleanField, Field, Model
from django.utils.translation import gettext as _

from plumier.importing.plan import Change, Plan, Step
from plumier.importing.problems import STRIDE
from plumier.models import (
    AcademicYear,
    Contact,
    Enrolment,
    Group,
    Guardianship,
    Person,
    Slot,
    Staff,
    Stage,
    Student,
)

CHILD = "child"
_OF_A_PERSON = ("student", "staff")
_WITH_LABELS: tuple[type[Model], ...] = (Person, Student, Enrolment, Guardianship, Group, AcademicYear)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that an import changes.

    `row` is Excel's own number, None where the file has no row for it; `sheet` its sheet, if several are read.
    `whose` is student, guardian, staff, group
    or the name of another model; `change` new, changed or gone. `field` is a name of the register, `child` for whose
    guardian somebody is, or empty; `before` and `after` are as stored: `field_in_words` and `value_in_words` give
    what a person reads. Nobody gone is deleted: who is not in the file is left as she is. `person_id` is whose record
    it is of, None of who has none yet and of what is nobody's.
    """

    row: int | None
    who: str
    whose: str
    change: str
    field: str = ""
    before: str = ""
    after: str = ""
    sheet: str = ""
    person_id: int | None = dataclass_field(default=None, compare=False)


def differences_of(plan: Plan) -> Iterator[Difference]:
    """Give what a plan changes, in the order in which it was planned. Call it before the plan is written."""
    for step in plan.steps:
        tell = _TELLERS.get(type(step.row), _tell_any)
        person = _person_of(step.row)
        for difference in tell(step):
            if plan.sheets and step.line is not None:
                sheet, row = plan.sheets[step.line // STRIDE], step.line % STRIDE
                yield replace(difference, row=row, sheet=sheet, person_id=person)
            else:
                yield replace(difference, person_id=person)


def _person_of(row: Model) -> int | None:
    """Whose record a row of the register belongs to."""
    if isinstance(row, Person):
        return row.pk
    if isinstance(row, Guardianship):
        return row.guardian.pk
    if isinstance(row, Enrolment):
        return row.student.person.pk
    return row.person.pk if isinstance(row, Student | Staff | Contact) else None


def field_in_words(field: str) -> str:
    """Give what a person calls a field of a `Difference`."""
    if field == CHILD:
        return _("hijo o hija")
    if field in Slot.values:
        return str(Slot(field).label)
    found = _field(field)
    return str(found.verbose_name) if found is not None else field


def value_in_words(field: str, value: str) -> str:
    """Give what a person calls the value of a field of a `Difference`."""
    found = _field(field)
    if value and isinstance(found, BooleanField):
        return _("Sí") if value == str(True) else _("No")
    labels = dict(found.flatchoices) if found is not None else {}
    return str(labels.get(value, value))


def describe_with(*models: type[Model]) -> None:
    """Let `field_in_words` know the fields of models above the register."""
    _describing.extend(models)
    _field.cache_clear()


_describing: list[type[Model]] = list(_WITH_LABELS)


@lru_cache(maxsize=256)
def _field(name: str) -> Field[Any, Any] | None:
    for model in _describing:
        for field in model._meta.concrete_fields:
            if field.name == name:
                return field
    return None


def _tell_person(step: Step) -> Iterator[Difference]:
    person: Any = step.row
    if step.change == Change.CHANGED:
        yield from _changed_fields(step, *_whose(person))


def _tell_student(step: Step) -> Iterator[Difference]:
    student: Any = step.row
    if step.change == Change.CHANGED:
        yield from _changed_fields(step, *_whose(student.person))
    elif step.change == Change.GONE:
        yield Difference(step.line, *_whose(student.person), change=Change.GONE)


def _tell_enrolment(step: Step) -> Iterator[Difference]:
    enrolment: Any = step.row
    who, whose = _whose(enrolment.student.person)
    if step.change == Change.NEW:
        change = Change.NEW if enrolment.student.pk is None else Change.CHANGED
        yield Difference(step.line, who, whose, change, "group", after=str(enrolment.group))
    else:
        yield from _changed_fields(step, who, whose)


def _tell_contact(step: Step) -> Iterator[Difference]:
    contact: Any = step.row
    if contact.person.pk is None:
        return
    old = {name: step.before.get(name, getattr(contact, name)) for name in ("value", "typed")}
    before = "" if step.change == Change.NEW else old["value"] or old["typed"]
    after = "" if step.change == Change.GONE else str(contact)
    if before != after:
        yield Difference(
            step.line,
            *_whose(contact.person),
            change=Change.CHANGED,
            field=contact.slot,
            before=before,
            after=after,
        )


def _tell_guardianship(step: Step) -> Iterator[Difference]:
    link: Any = step.row
    who, whose = str(link.guardian), "guardian"
    child = _whose(link.student.person)[0]
    if step.change == Change.NEW:
        change = Change.NEW if link.guardian.pk is None else Change.CHANGED
        yield Difference(step.line, who, whose, change, CHILD, after=child)
    elif step.change == Change.GONE:
        yield Difference(step.line, who, whose, Change.GONE, CHILD, before=child)
    else:
        yield from _changed_fields(step, who, whose)


def _tell_any(step: Step) -> Iterator[Difference]:
    whose = step.row._meta.model_name or ""
    if step.change == Change.CHANGED:
        yield from _changed_fields(step, str(step.row), whose)
    else:
        yield Difference(step.line, str(step.row), whose, step.change)


def _changed_fields(step: Step, who: str, whose: str) -> Iterator[Difference]:
    for name, old in step.before.items():
        yield Difference(
            step.line, who, whose, Change.CHANGED, name, _as_text(old), _as_text(getattr(step.row, name))
        )


def _whose(person: Person) -> tuple[str, str]:
    """Say who it is, and as what the import knows her: a student by her expediente too."""
    for whose in _OF_A_PERSON:
        if whose in person._state.fields_cache:
            student = getattr(person, whose)
            return f"{person} ({student.expediente})" if whose == "student" else str(person), whose
    return str(person), "guardian"


def _as_text(value: object) -> str:
    return "" if value is None else str(value)


def _nothing(_step: Step) -> Iterable[Difference]:
    return ()


_TELLERS: dict[type[Model], Callable[[Step], Iterable[Difference]]] = {
    Person: _tell_person,
    Student: _tell_student,
    Enrolment: _tell_enrolment,
    Contact: _tell_contact,
    Guardianship: _tell_guardianship,
    Stage: _nothing,
}
