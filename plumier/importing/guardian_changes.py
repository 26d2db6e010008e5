"""What a roster changes in guardians: who they are, how they are reached, and whose guardians they are.

A guardian whom the file no longer gives to a child stops being her guardian. A court's bar outlives every
import: it is never ended, it follows its person to a new entry, and whoever else takes the barred guardian's
place is not ticked by an import: the school does that itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from plumier.importing.columns import Holder
from plumier.importing.guardians import GuardianRow
from plumier.importing.headers import PHONES
from plumier.importing.matching import Guardian, gather_guardians
from plumier.importing.plan import Plan
from plumier.importing.problems import Findings
from plumier.importing.recognising import NAMELESS, RELATIONS, name_of, recognise
from plumier.importing.roster import Roster
from plumier.importing.rows import StudentRow
from plumier.importing.snapshot import Known, Snapshot, is_barred
from plumier.importing.student_changes import new_contact, plan_addresses, plan_person
from plumier.importing.whose import Address
from plumier.models import Guardianship, Person, Slot, Student
from plumier.models.people import Registration
from plumier.names import Name, same_name, similar_name

_OUT_OF_THE_WAY = 10


@dataclass(slots=True)
class _Work:
    """What the planning of one import leans on, and which guardians it found changed."""

    roster: Roster
    snapshot: Snapshot
    plan: Plan
    today: date
    people: dict[Guardian, Person] = field(default_factory=dict)
    changed: set[Guardian] = field(default_factory=set)
    left: set[int] = field(default_factory=set)


def plan_guardians(
    roster: Roster, snapshot: Snapshot, plan: Plan, students: Mapping[str, Student], today: date
) -> None:
    """Plan the guardians of a roster. `students` are its students by expediente.

    `today` tells which bars stand.
    """
    work = _Work(roster, snapshot, plan, today)
    guardians = gather_guardians(roster.students, roster.findings)
    recognised = recognise(guardians, snapshot)
    given: dict[str, list[tuple[Guardian, GuardianRow]]] = {}
    for guardian in guardians:
        plan.line = guardian.rows[0][1].row
        work.people[guardian] = _plan_guardian(work, guardian, recognised.get(guardian))
        for student, guardian_row in guardian.rows:
            given.setdefault(student.expediente, []).append((guardian, guardian_row))
    for row in roster.students:
        plan.line = row.row
        _plan_links(work, row, students[row.expediente], given.get(row.expediente, []))
    mine = {known.person.pk: guardian for guardian, known in recognised.items()}
    work.changed |= {mine[pk] for pk in work.left if pk in mine}
    for guardian in guardians:
        plan.guardians.add(new=guardian not in recognised, changed=guardian in work.changed)
    plan.guardians.gone += len(work.left - mine.keys())


def merge_addresses(guardian: Guardian, findings: Findings) -> dict[Slot, Address]:
    """Give one person's addresses out of the rows of her children; what the rows disagree on is told."""
    merged: dict[Slot, Address] = {}
    for _student, row in guardian.rows:
        for slot in (slot for slot in Slot if slot in row.addresses):
            address = row.addresses[slot]
            if not address.value:
                merged.setdefault(slot, address)
            elif not any(address.key == known.key for known in merged.values()):
                places = (slot, *PHONES) if slot in PHONES else (slot,)
                free = [p for p in places if p not in merged or (p == slot and not merged[p].value)]
                if free:
                    merged[free[0]] = address
                else:
                    message = _("%(person)s tiene otros datos en la fila %(row)s, y valen aquellos.")
                    words = {"person": guardian.name, "row": findings.place(guardian.rows[0][1].row)}
                    findings.warn(message % words, row=row.row, column=str(slot.label), value=address.typed)
    return merged


def _plan_guardian(work: _Work, guardian: Guardian, known: Known | None) -> Person:
    addresses = merge_addresses(guardian, work.roster.findings)
    typed = next((row.document.text for _s, row in guardian.rows if row.document.text), "")
    document = guardian.document or typed
    name = guardian.name if guardian.name.given else Name(guardian.name.family or NAMELESS)
    if known is None:
        person = Person(
            school=work.snapshot.school, given_name=name.given, surname=name.family, document=document
        )
        work.plan.make(person)
        for slot, address in addresses.items():
            work.plan.make(new_contact(person, slot, address))
        return person
    person = known.person
    if not guardian.name:
        name = Name(person.given_name, person.surname)
    governed = {slot for _s, row in guardian.rows for slot in row.governed}
    renamed = plan_person(work.plan, person, name, document)
    if plan_addresses(work.plan, known, addresses, governed) or renamed:
        work.changed.add(guardian)
    return person


def _plan_links(
    work: _Work, row: StudentRow, student: Student, given: Sequence[tuple[Guardian, GuardianRow]]
) -> None:
    """Plan whose guardians a student has: those of her row, and those whom no file can take away."""
    current = {link.guardian_id: link for link in work.snapshot.links.get(student.pk, ())}
    staying = {work.people[guardian].pk for guardian, _row in given}
    kinships = {RELATIONS[holder] for holder in row.holders}
    kept = []
    for link in (link for link in current.values() if link.guardian_id not in staying):
        if is_barred(link, work.today) or link.relation not in kinships:
            kept.append(link)
        else:
            work.plan.end_link(link)
            work.left.add(link.guardian_id)
    _warn_of_shared_addresses(work, row, [link for link in current.values() if is_barred(link, work.today)])
    orders = {_order(guardian_row, row.holders) for _guardian, guardian_row in given}
    for link in kept:
        if link.order in orders:
            work.plan.change(link, order=next(n for n in range(_OUT_OF_THE_WAY, 99) if n not in orders))
        orders.add(link.order)
    barred = [link for link in kept if is_barred(link, work.today)]
    for guardian, guardian_row in given:
        person = work.people[guardian]
        if _plan_link(work, (student, person, guardian_row, row.holders), current.get(person.pk), barred):
            work.changed.add(guardian)


def _plan_link(
    work: _Work,
    tie: tuple[Student, Person, GuardianRow, frozenset[Holder]],
    link: Guardianship | None,
    barred: Sequence[Guardianship],
) -> bool:
    """Plan one guardian of one student. `barred` are guardians of hers whom her row does not have."""
    student, person, row, holders = tie
    relation, order = RELATIONS[row.holder], _order(row, holders)
    receives = row.receives
    namesake = next((b for b in barred if _is_namesake(work.snapshot.guardians[b.guardian_id], row)), None)
    if any(other.relation == relation for other in barred):
        receives = link.receives_messages if link else False
        _warn_of_barred_place(work, row)
    if link is not None:
        receives = link.receives_messages if receives is None else receives
        return work.plan.change(
            link,
            relation=relation,
            order=order,
            receives_messages=receives,
            **row.days,
            **_registration(row, link, work.today),
        )
    work.plan.make(
        Guardianship(
            school=work.snapshot.school,
            student=student,
            guardian=person,
            relation=relation,
            order=order,
            receives_messages=receives is not False,
            **_bar_of(namesake),
            **row.days,
            **_registration(row, None, work.today),
        )
    )
    return True


def _warn_of_barred_place(work: _Work, row: GuardianRow) -> None:
    message = _(
        "Ocupa el lugar de una persona excluida por resolución judicial: márquelo usted si debe recibir."
    )
    work.roster.findings.warn(message, row=row.row, value=str(row.name))


def _bar_of(namesake: Guardianship | None) -> dict[str, Any]:
    """Give the bar that follows its person to a new entry."""
    if namesake is None:
        return {}
    return {name: getattr(namesake, name) for name in ("barred_from", "barred_until", "barred_reference")}


def _registration(row: GuardianRow, link: Guardianship | None, today: date) -> dict[str, Any]:
    """Give what a file changes in a registration: a yes counts from today, and does not make an older one new."""
    if row.registered is None:
        return {}
    known = link.registered_on if link else None
    if row.registered is False:
        return {"registered_on": None, "registered_how": ""}
    day = row.registered if isinstance(row.registered, date) else known or today
    return {} if day == known else {"registered_on": day, "registered_how": Registration.FILE}


def _is_namesake(barred: Known, row: GuardianRow) -> bool:
    name = name_of(barred.person)
    return same_name(name, row.name) or similar_name(name, row.name)


def _order(row: GuardianRow, holders: frozenset[Holder]) -> int:
    """Give the place of a guardian: father 1, mother 2.

    Tutors take these places where the file has no parents.
    """
    if row.holder in (Holder.FATHER, Holder.TUTOR_1):
        return 3 if row.holder == Holder.TUTOR_1 and Holder.FATHER in holders else 1
    return 4 if row.holder == Holder.TUTOR_2 and Holder.MOTHER in holders else 2


def _warn_of_shared_addresses(work: _Work, row: StudentRow, barred: Sequence[Guardianship]) -> None:
    """Tell when somebody of the row is reached where a guardian barred from this child is reached too."""
    for link in barred:
        theirs = work.snapshot.guardians[link.guardian_id].addresses()
        name = name_of(work.snapshot.guardians[link.guardian_id].person)
        others = [(g.name, g.addresses) for g in row.guardians if not same_name(g.name, name)]
        for owner, addresses in ((row.name, row.addresses), *others):
            for address in addresses.values():
                if address.key in theirs:
                    message = _("%(person)s comparte este dato con una persona excluida por un juez.")
                    work.roster.findings.warn(message % {"person": owner}, row=row.row, value=address.typed)
