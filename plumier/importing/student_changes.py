"""What a roster changes in students, their classes and their addresses."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from plumier.importing.columns import Holder
from plumier.importing.groups import GroupName
from plumier.importing.plan import Plan
from plumier.importing.problems import Findings
from plumier.importing.roster import Roster
from plumier.importing.rows import StudentRow
from plumier.importing.snapshot import Known, Snapshot
from plumier.importing.whose import Address
from plumier.models import (
    Contact,
    Enrolment,
    EnrolmentStatus,
    Group,
    Person,
    Slot,
    Stage,
    StageKind,
    Student,
)
from plumier.models.groups import AbsenceMode
from plumier.names import Name

_NAMED_AT_MOST = 10
_BY_DATE = frozenset({StageKind.INFANTIL, StageKind.PRIMARIA})


def plan_students(roster: Roster, snapshot: Snapshot, plan: Plan) -> dict[str, Student]:
    """Plan the students of a roster; gives them by expediente, the new ones without a key yet."""
    groups = _plan_groups(roster.students, snapshot, plan)
    governed = roster.governed.get(Holder.STUDENT, frozenset())
    students: dict[str, Student] = {}
    for row in roster.students:
        plan.line = row.row
        known = snapshot.students.get(row.expediente)
        group = groups[row.group.key]
        if known is None:
            students[row.expediente] = _plan_new(row, group, snapshot, plan)
            plan.students.add(new=True, changed=True)
            continue
        students[row.expediente] = known
        changes = [
            plan_person(plan, known.person, row.name, row.document.text if row.document else ""),
            plan.change(
                known,
                nre=known.nre if row.nre is None else row.nre,
                protected=known.protected if row.protected is None else row.protected,
            ),
            _plan_enrolment(row, known, group, snapshot, plan),
            plan_addresses(plan, snapshot.people[known.person_id], row.addresses, governed),
        ]
        plan.students.add(new=False, changed=any(changes))
    return students


def tell_absent(roster: Roster, snapshot: Snapshot, plan: Plan) -> None:
    """Count who is enrolled and not in the file, and name them: they are left as they are.

    A file of one stage must not silence the families of the others.
    """
    absent = snapshot.missing_from({row.expediente for row in roster.students})
    plan.students.gone = len(absent)
    plan.miss(absent)
    if absent:
        named = ", ".join(student.expediente for student in absent[:_NAMED_AT_MOST])
        named += " …" if len(absent) > _NAMED_AT_MOST else ""
        message = _(
            "%(count)d matriculados no están en el archivo y se quedan como están: expedientes %(named)s"
        )
        roster.findings.warn(message % {"count": len(absent), "named": named})


def tell_withdrawn(roster: Roster, snapshot: Snapshot, findings: Findings) -> None:
    """Tell who is withdrawn in the register when a file without states of enrolment has them."""
    for row in roster.students:
        student = snapshot.students.get(row.expediente)
        enrolment = snapshot.enrolments.get(student.pk) if student else None
        if row.enrolled is None and enrolment and enrolment.status == EnrolmentStatus.WITHDRAWN:
            message = _("Sigue de baja: el archivo no tiene columna de estado de matrícula.")
            findings.warn(message, row=row.row, value=row.expediente)


def plan_person(plan: Plan, person: Person, name: Name, document: str) -> bool:
    """Plan a person's name and document; a file without a document does not take it away."""
    document = document or person.document
    return plan.change(person, given_name=name.given, surname=name.family, document=document)


def plan_addresses(
    plan: Plan, known: Known, addresses: Mapping[Slot, Address], governed: Iterable[Slot]
) -> bool:
    """Plan what a person is reached by.

    Slots that the file governs are emptied where it has nothing for them.
    """
    changed = False
    for slot in {*governed, *addresses}:
        contact, address = known.contacts.get(slot), addresses.get(slot)
        if address is None:
            if contact is not None:
                plan.empty(contact)
                changed = True
        elif contact is None:
            plan.make(new_contact(known.person, slot, address))
            changed = True
        else:
            changed |= plan.change(contact, kind=address.kind, value=address.value, typed=address.typed)
    return changed


def new_contact(person: Person, slot: Slot, address: Address) -> Contact:
    """Make a contact of a person, who may not have a key yet."""
    return Contact(
        school_id=person.school_id,
        person=person,
        slot=slot,
        kind=address.kind,
        value=address.value,
        typed=address.typed,
    )


def _plan_new(row: StudentRow, group: Group, snapshot: Snapshot, plan: Plan) -> Student:
    school = snapshot.school
    document = row.document.text if row.document else ""
    person = Person(school=school, given_name=row.name.given, surname=row.name.family, document=document)
    student = Student(
        school=school,
        person=person,
        expediente=row.expediente,
        nre=row.nre or "",
        protected=bool(row.protected),
    )
    plan.make(person)
    plan.make(student)
    plan.make(Enrolment(school=school, student=student, year=snapshot.year, group=group, status=_status(row)))
    for slot, address in row.addresses.items():
        plan.make(new_contact(person, slot, address))
    return student


def _plan_enrolment(row: StudentRow, student: Student, group: Group, snapshot: Snapshot, plan: Plan) -> bool:
    enrolment = snapshot.enrolments.get(student.pk)
    if enrolment is None:
        status = _status(row)
        plan.make(
            Enrolment(school=snapshot.school, student=student, year=snapshot.year, group=group, status=status)
        )
        return True
    status = enrolment.status if row.enrolled is None else _status(row)
    return plan.change(enrolment, group=group, status=status)


def _status(row: StudentRow) -> str:
    return EnrolmentStatus.WITHDRAWN if row.enrolled is False else EnrolmentStatus.ACTIVE


def _plan_groups(rows: Iterable[StudentRow], snapshot: Snapshot, plan: Plan) -> dict[str, Group]:
    """Find or make the classes of the rows, by the key of their names, and the stages that they need."""
    stages = dict(snapshot.stages)
    groups: dict[str, Group] = {}
    for row in rows:
        plan.line, name = row.row, row.group
        if name.key in groups:
            continue
        known = snapshot.groups.get(name.key)
        groups[name.key] = known or _plan_group(name, stages, snapshot, plan)
        plan.groups.add(new=known is None, changed=False)
    plan.groups.gone = len(snapshot.groups.keys() - groups.keys())
    return groups


def _plan_group(name: GroupName, stages: dict[str, Stage], snapshot: Snapshot, plan: Plan) -> Group:
    if name.stage not in stages:
        mode = AbsenceMode.BY_DATE if name.stage in _BY_DATE else AbsenceMode.BY_SESSION
        stages[name.stage] = Stage(school=snapshot.school, kind=name.stage, absence_mode=mode)
        plan.make(stages[name.stage])
    group = Group(school=snapshot.school, year=snapshot.year, stage=stages[name.stage], name=name.name)
    plan.make(group)
    return group
