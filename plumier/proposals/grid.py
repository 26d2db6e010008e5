"""The table in which contacts are handed in: rows for a page, and what comes back from one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.translation import gettext as _

from plumier.importing.whose import Address
from plumier.models import ContactProposal, RegistrationChange, Relation, Slot, Student, User
from plumier.models.proposal_states import OPEN_STATES
from plumier.names import Name
from plumier.proposals.flags import is_renamed
from plumier.proposals.marks import Mark, state_mark
from plumier.proposals.reading import (
    NAME,
    SLOTS,
    Known,
    Problems,
    Typed,
    shown_name,
)
from plumier.proposals.register import known_guardians
from plumier.proposals.shown import Row


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of a row. `label` says whose it is; `before` is what the register has, where that is another thing."""

    name: str
    title: str
    label: str
    value: str
    before: str = ""
    changed: bool = False
    problem: str = ""
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class GridRow:
    """A guardian in the table. `number` is what she is called by in a sentence about rows."""

    key: str
    number: int
    student: Student
    first: bool
    relation: str
    cells: tuple[Cell, ...]
    registered: bool
    registered_on: date | None
    registration_changed: bool
    told_on: date | None
    mark: Mark | None
    problems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewRow:
    """Somebody new in the table, with what has been typed of her."""

    key: str
    student_id: int
    relation: str
    cells: tuple[Cell, ...]
    document: str
    note: str
    registered: bool
    told_on: date | None
    problems: Mapping[str, str]


@dataclass(slots=True)
class Grid:
    """The rows of some pupils as the register and one's own open changes have them, or as they have been typed."""

    students: Sequence[Student]
    known: Mapping[int, list[Known]]
    own: Mapping[tuple[int, int | None], list[ContactProposal]]

    def rows(self, typed: Mapping[str, Typed] = {}, problems: Mapping[str, Problems] = {}) -> list[GridRow]:
        """Every guardian; what was typed where it was."""
        rows: list[GridRow] = []
        for student in self.students:
            guardians = self.known.get(student.pk, [])
            for place, known in enumerate(guardians):
                key = key_of(known)
                own = self.own_of_guardian(known)
                text = typed.get(key) or _of_proposal(known, own)
                rows.append(
                    _row(len(rows) + 1, student, known, text, (own, problems.get(key, {}), place == 0))
                )
        return rows

    def shown(self) -> dict[str, Row]:
        """Every guardian as the page shows her, beside today's register."""
        return {key_of(one): self.shown_of(one) for group in self.known.values() for one in group}

    def shown_of(self, known: Known) -> Row:
        """One of them."""
        return Row(_of_proposal(known, self.own_of_guardian(known)), known)

    def carried(self) -> dict[str, Row]:
        """The same beside what each stands against: one's own open changes go on being against what they were."""
        return {
            key: replace(row, known=_carried(row.known, self.own_of_guardian(row.known)))
            for key, row in self.shown().items()
        }

    def own_of_guardian(self, known: Known) -> list[ContactProposal]:
        """What this user has handed in of a guardian and is open."""
        return self.own.get((known.student_id, known.guardian_id), [])

    def own_of(self, student: Student) -> list[ContactProposal]:
        """What this user has handed in of a pupil and is open."""
        return [one for (pk, _), rows in self.own.items() if pk == student.pk for one in rows]

    def waiting(self) -> list[ContactProposal]:
        """New guardians who have been handed in and are not in the register yet."""
        return [one for (_student, guardian), rows in self.own.items() if guardian is None for one in rows]


def key_of(known: Known) -> str:
    """What the fields of a guardian's row begin with."""
    return f"g{known.student_id}-{known.guardian_id}"


def grid_of(students: Iterable[Student], user: User, today: date) -> Grid:
    """The table of these pupils for this user, in a fixed number of queries."""
    pupils = list(students)
    own: dict[tuple[int, int | None], list[ContactProposal]] = defaultdict(list)
    mine = ContactProposal.objects.filter(
        batch__proposed_by=user, student__in=[one.pk for one in pupils], state__in=OPEN_STATES
    )
    for one in mine.select_related("student__person").prefetch_related("contacts").order_by("pk"):
        own[one.student_id, None if one.makes_guardian else one.guardian_id].append(one)
    return Grid(pupils, known_guardians([one.pk for one in pupils], today), own)


def _of_proposal(known: Known, own: Sequence[ContactProposal]) -> Typed:
    """The row as it is, with what this user has handed in of it."""
    addresses = {slot: known.shown(slot) for slot in SLOTS}
    name, registered, told_on = shown_name(known.name), known.registered_on is not None, None
    for one in own:
        if is_renamed(one):
            name = shown_name(Name(one.given_name, one.surname))
        addresses |= {Slot(address.slot): address.value for address in one.contacts.all()}
        if one.registration:
            registered, told_on = one.registration == RegistrationChange.BEGIN, one.registered_on
    return Typed(
        key_of(known),
        known.student_id,
        known.guardian_id,
        name,
        known.relation,
        addresses,
        registered,
        told_on,
    )


def _carried(known: Known, own: Sequence[ContactProposal]) -> Known:
    addresses, registered_on = dict(known.addresses), known.registered_on
    for one in own:
        addresses |= {
            Slot(address.slot): Address(address.old_kind, address.old_value, address.old_typed)
            for address in one.contacts.all()
        }
        if one.registration:
            registered_on = one.old_registered_on
    return replace(known, addresses=addresses, registered_on=registered_on)


def _row(
    number: int,
    student: Student,
    known: Known,
    typed: Typed,
    rest: tuple[Sequence[ContactProposal], Problems, bool],
) -> GridRow:
    own, problems, first = rest
    registered = bool(typed.registered)
    was = known.registered_on is not None
    return GridRow(
        key=typed.key,
        number=number,
        student=student,
        first=first,
        relation=str(Relation(known.relation).label),
        cells=tuple(_cells(typed, known, problems)),
        registered=registered,
        registered_on=known.registered_on,
        registration_changed=registered != was,
        told_on=typed.registered_on,
        mark=state_mark(own[-1].state) if own else None,
        problems=problems,
    )


def _cells(typed: Typed, known: Known, problems: Problems) -> Iterable[Cell]:
    whose = shown_name(known.name) or str(Relation(known.relation).label)
    before = shown_name(known.name)
    yield Cell(
        NAME, _("Nombre"), _("Nombre de %(who)s") % {"who": whose}, typed.name, before,
        typed.name != before, problems.get(NAME, ""),
    )  # fmt: skip
    for slot in SLOTS:
        text, old = typed.addresses.get(slot, ""), known.shown(slot)
        title = str(slot.label)
        label = _("%(what)s de %(who)s") % {"what": title, "who": whose}
        yield Cell(
            slot, title, label, text, old, text != old, problems.get(slot, ""),
            "email" if slot == Slot.EMAIL else "tel",
        )  # fmt: skip


def new_rows(typed: Iterable[Typed], problems: Mapping[str, Problems], fewest: int) -> list[NewRow]:
    """Rows for people who are new: those typed, and empty ones up to `fewest`."""
    rows = [one for one in typed if one.guardian_id is None]
    rows += [_blank(place) for place in range(len(rows), max(fewest, len(rows)))]
    return [
        _new_row(replace(one, key=f"n{place}"), problems.get(one.key, {})) for place, one in enumerate(rows)
    ]


def _blank(place: int) -> Typed:
    return Typed(f"n{place}", 0, None, "", "", dict.fromkeys(SLOTS, ""), registered=False)


def _new_row(typed: Typed, problems: Problems) -> NewRow:
    texts = [(NAME, _("Apellidos, nombre"), typed.name, "text")]
    texts += [
        (slot, str(slot.label), typed.addresses.get(slot, ""), "email" if slot == Slot.EMAIL else "tel")
        for slot in SLOTS
    ]
    cells = tuple(
        Cell(name, title, title, value, problem=problems.get(name, ""), kind=kind)
        for name, title, value, kind in texts
    )
    return NewRow(
        typed.key, typed.student_id, typed.relation, cells, typed.document, typed.note,
        bool(typed.registered), typed.registered_on, problems,
    )  # fmt: skip
