"""What a reviewer must know of a change before it is applied, found for many changes in the same few queries.

Serious ones touch a court's bar or protected data: they are never applied in bulk, nor without a leader's reason.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.db.models import Q
from django.db.models.functions import Lower

from plumier.importing.snapshot import is_barred
from plumier.models import Contact, ContactProposal, Guardianship, ProposedContact, Student
from plumier.models.proposal_states import OPEN_STATES
from plumier.names import Name, same_name, similar_name
from plumier.proposals.matching import same_people


class Flag(StrEnum):
    """What is to be looked at."""

    BARRED = "barred"
    BARRED_ADDRESS = "barred_address"
    BARRED_NAME = "barred_name"
    BARRED_PLACE = "barred_place"
    PROTECTED = "protected"
    OTHER_FAMILY = "other_family"
    FATHER_MOTHER = "father_mother"
    PUPIL = "pupil"
    STAFF = "staff"
    TWICE = "twice"
    RIVAL = "rival"
    LANDLINE = "landline"
    REMOVED = "removed"
    RENAMED = "renamed"
    SAME_PERSON = "same_person"


SERIOUS = frozenset({Flag.BARRED, Flag.BARRED_ADDRESS, Flag.BARRED_NAME, Flag.BARRED_PLACE, Flag.PROTECTED})


@dataclass(frozen=True, slots=True)
class Found:
    """A flag of one change; `slot` where it is about one address."""

    flag: Flag
    slot: str = ""

    @property
    def is_serious(self) -> bool:
        """Whether a leader must decide."""
        return self.flag in SERIOUS


@dataclass(slots=True)
class _Register:
    """What the flags lean on. `owners` are the people of the school who have an address, by its key."""

    links: dict[int, list[Guardianship]]  # by student
    children: dict[int, set[int]]  # by guardian
    barred_addresses: dict[int, set[str]]  # by barred person
    owners: dict[str, set[int]]
    pupils: set[int]  # persons who are pupils
    staff: set[int]  # persons who are staff
    protected: set[int]
    proposed: dict[str, set[tuple[int, int | None, int]]] = field(default_factory=dict)
    rivals: list[ContactProposal] = field(default_factory=list)
    matches: dict[int, int] = field(default_factory=dict)


def flags_of(proposals: Sequence[ContactProposal], today: date) -> dict[int, list[Found]]:
    """By change, what is to be looked at, the serious first. Their `contacts` are best prefetched."""
    register = _read(proposals, today)
    found: dict[int, list[Found]] = {}
    for one in proposals:
        flags = [*_bars(one, register, today), *_addresses(one, register), *_person(one, register)]
        found[one.pk] = sorted(dict.fromkeys(flags), key=lambda flag: not flag.is_serious)
    return found


def is_serious(flags: Iterable[Found]) -> bool:
    """Whether a leader must decide."""
    return any(flag.is_serious for flag in flags)


def _read(proposals: Sequence[ContactProposal], today: date) -> _Register:
    matches = {pk: person.pk for pk, person in same_people(proposals).items()}
    guardians = {one.guardian_id for one in proposals if one.guardian_id} | set(matches.values())
    children: dict[int, set[int]] = defaultdict(set)
    ties = Guardianship.objects.filter(guardian__in=guardians).values_list("guardian_id", "student_id")
    for guardian, student in ties:
        children[guardian].add(student)
    students = {one.student_id for one in proposals}.union(*children.values())
    links: dict[int, list[Guardianship]] = defaultdict(list)
    for link in Guardianship.objects.filter(student__in=students).select_related("guardian"):
        links[link.student_id].append(link)
    barred = {link.guardian_id for group in links.values() for link in group if is_barred(link, today)}
    register = _Register(
        links, children, defaultdict(set), defaultdict(set), set(), set(), set(), defaultdict(set)
    )
    register.protected = set(
        Student.objects.filter(pk__in=students, protected=True).values_list("pk", flat=True)
    )
    about = Q(guardian__in=guardians) | Q(student__in=students, makes_guardian=True)
    register.rivals = list(
        ContactProposal.objects.filter(about, state__in=OPEN_STATES).prefetch_related("contacts")
    )
    register.matches = matches
    _read_owners(register, proposals, barred)
    return register


def _read_owners(register: _Register, proposals: Sequence[ContactProposal], barred: set[int]) -> None:
    keys = {address.value.casefold() for one in proposals for address in one.contacts.all() if address.value}
    schools = {one.school_id for one in proposals}
    known = Contact.objects.filter(school__in=schools).exclude(value="").annotate(key=Lower("value"))
    rows = known.filter(Q(value__in=keys) | Q(key__in=keys, kind="email") | Q(person__in=barred))
    columns = rows.values_list("key", "person_id", "person__student", "person__staff")
    for key, person, student, staff in columns:
        if person in barred:
            register.barred_addresses[person].add(key.casefold())
        register.owners[key.casefold()].add(person)
        if student:
            register.pupils.add(person)
        if staff:
            register.staff.add(person)
    others = ProposedContact.objects.filter(
        proposal__school__in=schools, proposal__state__in=OPEN_STATES, value__in=keys
    )
    for value, pk, guardian, student in others.values_list(
        "value", "proposal_id", "proposal__guardian_id", "proposal__student_id"
    ):
        register.proposed[value.casefold()].add((pk, guardian, student))


def _bars(one: ContactProposal, register: _Register, today: date) -> list[Found]:
    """A court's orders about this child, and about the other children of the same guardian, known or recognised."""
    found: list[Found] = []
    guardian = one.guardian_id or register.matches.get(one.pk, 0)
    own = {one.student_id} | register.children.get(guardian, set())
    barred = [link for pk in sorted(own) for link in register.links[pk] if is_barred(link, today)]
    if any(link.guardian_id == guardian for link in barred):
        found.append(Found(Flag.BARRED))
    others = [link for link in barred if link.guardian_id != guardian]
    kept = {key for link in others for key in register.barred_addresses[link.guardian_id]}
    found += [
        Found(Flag.BARRED_ADDRESS, address.slot)
        for address in one.contacts.all()
        if address.value and address.value.casefold() in kept
    ]
    names = [Name(link.guardian.given_name, link.guardian.surname) for link in others]
    if any(is_namesake(name, name_of(one)) for name in names) and (one.makes_guardian or is_renamed(one)):
        found.append(Found(Flag.BARRED_NAME))
    elif one.makes_guardian and any(
        link.student_id == one.student_id and link.relation == one.relation for link in others
    ):
        found.append(Found(Flag.BARRED_PLACE))
    if own & register.protected:
        found.append(Found(Flag.PROTECTED))
    return found


def is_namesake(one: Name, other: Name) -> bool:
    """Whether one name may be the other's: the bar then follows it."""
    return same_name(one, other) or similar_name(one, other)


def is_renamed(one: ContactProposal) -> bool:
    """Whether the name of a known guardian would be another."""
    return not one.makes_guardian and one.old_name != str(name_of(one))


def name_of(one: ContactProposal) -> Name:
    """The guardian's name as it would be."""
    return Name(one.given_name, one.surname)


def _addresses(one: ContactProposal, register: _Register) -> list[Found]:
    found: list[Found] = []
    own = {one.guardian_id, register.matches.get(one.pk)}
    relatives = {link.guardian_id for link in register.links[one.student_id]} - own
    for address in one.contacts.all():
        slot = address.slot
        if not address.value:
            found.append(Found(Flag.REMOVED, slot))
            continue
        key = address.value.casefold()
        holders = register.owners[key] - own
        if address.kind == "landline":
            found.append(Found(Flag.LANDLINE, slot))
        if holders & relatives:
            found.append(Found(Flag.FATHER_MOTHER, slot))
        if holders & register.pupils:
            found.append(Found(Flag.PUPIL, slot))
        if holders & register.staff - relatives:
            found.append(Found(Flag.STAFF, slot))
        if holders - relatives - register.pupils - register.staff:
            found.append(Found(Flag.OTHER_FAMILY, slot))
        if any(_is_other(one, *other) for other in register.proposed[key]):
            found.append(Found(Flag.TWICE, slot))
    return found


def _is_other(one: ContactProposal, pk: int, guardian: int | None, student: int) -> bool:
    """Whether another open change gives the same address to somebody else."""
    if pk == one.pk:
        return False
    return guardian != one.guardian_id or (guardian is None and student == one.student_id)


def _person(one: ContactProposal, register: _Register) -> list[Found]:
    found: list[Found] = []
    if is_renamed(one):
        found.append(Found(Flag.RENAMED))
    if any(_is_rival(one, other) for other in register.rivals):
        found.append(Found(Flag.RIVAL))
    if one.pk in register.matches:
        found.append(Found(Flag.SAME_PERSON))
    return found


def _is_rival(one: ContactProposal, other: ContactProposal) -> bool:
    """Whether another open change would have it otherwise, or make the same guardian again."""
    if other.pk == one.pk:
        return False
    if one.makes_guardian:
        same_pupil = other.makes_guardian and other.student_id == one.student_id
        return same_pupil and is_namesake(name_of(one), name_of(other))
    if other.guardian_id != one.guardian_id:
        return False
    wanted = {address.slot: address.value for address in one.contacts.all()}
    return any(wanted.get(address.slot, address.value) != address.value for address in other.contacts.all())
