"""What a roster changes in students, their classes and their addresses."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from django.utils.translation import gettext as _

from plumier.importing.groups import GroupName
from plumier.importing.plan import Plan
from plumier.importing.problems import Findings
from plumier.importing.roster import Roster
from plumier.importing.rows import StudentRow
from plumier.importing.snapshot import Frame, Known, Snapshot
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
_FETCHED_AT_ONCE = 2_000
_BY_DATE = frozenset({StageKind.INFANTIL, StageKind.PRIMARIA})


def plan_students(roster: Roster, snapshot: Snapshot, plan: Plan) -> dict[str, Student]:
    """Plan the students of a roster; gives them by expediente, the new ones without a key yet."""
    students: dict[str, Student] = {}
    for row in roster.students:
        plan.line = row.row
        known = snapshot.students.get(row.expediente)
        group = snapshot.frame.groups[row.group.key]
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
            plan_addresses(plan, snapshot.people[known.person_id], row.addresses, row.governed),
        ]
        plan.students.add(new=False, changed=any(changes))
    return students


def tell_absent(frame: Frame, present: AbstractSet[str], findings: Findings, plan: Plan) -> None:
    """Count who is enrolled and not among those `present` in the file, and name them: they are left as they are.

    A file of one stage must not silence the families of the others.
    """
    if frame.year._state.adding:
        return
    enrolled = Student.objects.filter(
        enrolments__year_id=frame.year.pk, enrolments__status=EnrolmentStatus.ACTIVE
    ).select_related("person")
    in_order = enrolled.order_by("expediente").iterator(_FETCHED_AT_ONCE)
    absent = [student for student in in_order if student.expediente not in present]
    plan.students.gone = len(absent)
    plan.miss(absent)
    if absent:
        named = ", ".join(student.expediente for student in absent[:_NAMED_AT_MOST])
        named += " …" if len(absent) > _NAMED_AT_MOST else ""
        message = _(
            "%(count)d matriculados no están en el archivo y se quedan como están: expedientes %(named)s"
        )
        findings.warn(message % {"count": len(absent), "named": named})


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
    _plan_enrolment(row, student, group, snapshot, plan)
    for slot, address in row.addresses.items():
        plan.make(new_contact(person, slot, address))
    return student


def _plan_enrolment(row: StudentRow, student: Student, group: Group, snapshot: Snapshot, plan: Plan) -> bool:
    enrolment = snapshot.enrolments.get(student.pk) if student.pk else None
    if enrolment is None:
        status = _status(row)
        plan.make(
            Enrolment(
                school=snapshot.school,
                student=student,
                year=snapshot.year,
                group=group,
                status=status,
                left_on=row.left,
            )
        )
        return True
    status = enrolment.status if row.enrolled is None else _status(row)
    left = row.left if row.tells_left else enrolment.left_on
    return plan.change(enrolment, group=group, status=status, left_on=left)


def _status(row: StudentRow) -> str:
    return EnrolmentStatus.WITHDRAWN if row.enrolled is False else EnrolmentStatus.ACTIVE


def plan_groups(names: Mapping[GroupName, int], frame: Frame, plan: Plan) -> None:
    """Find or make the classes of a file, and the stages that they need. `names` tell the row of each."""
    present: set[str] = set()
    known = set(frame.groups)
    for name, row in names.items():
        if name.key not in present:
            plan.line = row
            present.add(name.key)
            if name.key not in known:
                _plan_group(name, frame, plan)
            plan.groups.add(new=name.key not in known, changed=False)
    plan.groups.gone = len(known - present)


def _plan_group(name: GroupName, frame: Frame, plan: Plan) -> None:
    if name.stage not in frame.stages:
        mode = AbsenceMode.BY_DATE if name.stage in _BY_DATE else AbsenceMode.BY_SESSION
        frame.stages[name.stage] = Stage(school=frame.school, kind=name.stage, absence_mode=mode)
        plan.make(frame.stages[name.stage])
    group = Group(school=frame.school, year=frame.year, stage=frame.stages[name.stage], name=name.name)
    frame.groups[name.key] = group
    plan.make(group)
