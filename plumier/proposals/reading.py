"""What was typed about a guardian, read as an import reads it, and what that changes. Pure.

What cannot be read is said at once, beside what was typed, and is not handed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from plumier.annotations import FATHER, MOTHER, TUTOR, read_annotation
from plumier.contacts import Email, Phone, read_email, read_phones
from plumier.importing.documents import read_document
from plumier.importing.recognising import NAMELESS
from plumier.importing.row_cells import LONGEST_GIVEN_NAME, LONGEST_SURNAME
from plumier.importing.whose import Address
from plumier.models import RegistrationChange, Relation, Slot
from plumier.names import Name, plain_words, read_name, same_name, similar_name

SLOTS: Final = (Slot.PHONE_1, Slot.PHONE_2, Slot.EMAIL)
PHONES: Final = (Slot.PHONE_1, Slot.PHONE_2)
STUDENT, NAME, RELATION, DOCUMENT = "student", "name", "relation", "document"
REGISTERED, NOTE = "registered", "note"
LONGEST_TYPED: Final = 300
_LONGEST_DOCUMENT = 20
_CALLED: Final = {Relation.FATHER: FATHER, Relation.MOTHER: MOTHER, Relation.OTHER: TUTOR}
NOTHING: Final = Address("", "", "")


@dataclass(frozen=True, slots=True)
class Known:
    """A guardian of a student as the register has her today; `addresses` by slot."""

    student_id: int
    guardian_id: int
    name: Name
    relation: str
    registered_on: date | None
    addresses: Mapping[Slot, Address] = field(default_factory=dict)
    link_id: int = 0
    barred: bool = False

    def shown(self, slot: Slot) -> str:
        """An address as a person sees it: what was read, or what could not be."""
        address = self.addresses.get(slot, NOTHING)
        return address.value or address.typed


@dataclass(frozen=True, slots=True)
class Typed:
    """A guardian as somebody typed her. `guardian_id` is None for a new one.

    Slots that were not asked for are not in `addresses`; `registered` is None where it was not asked for, and
    `registered_on` where no day was told. `shown` is what she was shown of the register where she changed something,
    and today's register elsewhere; None where all is compared with today's.
    """

    key: str
    student_id: int
    guardian_id: int | None
    name: str
    relation: str
    addresses: Mapping[Slot, str]
    registered: bool | None = None
    registered_on: date | None = None
    document: str = ""
    note: str = ""
    shown: Known | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was typed of a new guardian."""
        told = (self.name, self.document, self.note, self.registered, *self.addresses.values())
        return self.guardian_id is None and not any(told)


@dataclass(frozen=True, slots=True)
class AddressChange:
    """What becomes of one slot. An empty `new` empties it."""

    slot: Slot
    new: Address
    old: Address


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody's typing would change of a guardian."""

    typed: Typed
    name: Name
    old_name: str
    addresses: tuple[AddressChange, ...]
    registration: str
    old_registered_on: date | None

    @property
    def content(self) -> tuple[object, ...]:
        """What tells two changes of one guardian apart."""
        new = tuple((change.slot, change.new.kind, change.new.value) for change in self.addresses)
        return str(self.name), self.typed.relation, new, self.registration


Problems = dict[str, str]  # by field or slot, the sentence that stands beside it


def read_change(typed: Typed, known: Known | None, region: str) -> tuple[Change | None, Problems]:
    """What is changed, None if nothing is; and what is wrong with what was typed, by the field it is in."""
    problems: Problems = {}
    typed = replace(typed, relation=known.relation) if known else typed
    name = _read_name(typed, known, problems)
    _check_rest(typed, known, region, problems)
    addresses = tuple(_read_addresses(typed, known, (name, region), problems))
    if problems:
        return None, problems
    registration = _registration(typed, known)
    old_name = str(known.name) if known else ""
    renamed = known is not None and str(name) != str(known.name)
    if known is not None and not (renamed or addresses or registration):
        return None, {}
    old = known.registered_on if known else None
    return Change(typed, name, old_name, addresses, registration, old), {}


def against_today(change: Change, today: Known) -> tuple[Change | None, bool]:
    """What of a change the register does not have already; and whether it had become another thing meanwhile.

    The change is against what its author was shown.
    """
    left = tuple(one for one in change.addresses if not _is_same(one.new, _in(today, one.slot)))
    name, began = str(today.name), today.registered_on is not None
    is_renamed = str(change.name) not in (change.old_name, name)
    registration = change.registration
    if registration and began == (registration == RegistrationChange.BEGIN):
        registration = RegistrationChange.KEEP
    if not (left or is_renamed or registration):
        return None, False
    moved = any(not _is_same(one.old, _in(today, one.slot)) for one in left)
    moved |= is_renamed and change.old_name != name
    return replace(change, addresses=left, registration=registration), moved


def _in(known: Known, slot: Slot) -> Address:
    return known.addresses.get(slot, NOTHING)


def _is_same(one: Address, other: Address) -> bool:
    return (one.kind, one.value) == (other.kind, other.value) and (
        bool(one.value) or one.typed == other.typed
    )


def _read_name(typed: Typed, known: Known | None, problems: Problems) -> Name:
    name = read_name(typed.name)
    if known is not None and (
        not name or str(name) == str(known.name) or typed.name == shown_name(known.name)
    ):
        return known.name
    if not name.given and not name.family:
        problems[NAME] = _("Falta el nombre.")
    elif len(name.given) > LONGEST_GIVEN_NAME or len(name.family) > LONGEST_SURNAME:
        problems[NAME] = _("El nombre es demasiado largo.")
    elif known is not None and known.name.given != NAMELESS and not _is_correction(known.name, name):
        problems[NAME] = _("Parece otra persona: no cambie su nombre, añádala como nueva.")
    return name if name.given else Name(name.family)


def _is_correction(old: Name, new: Name) -> bool:
    return same_name(old, new) or similar_name(old, new)


def shown_name(name: Name) -> str:
    """«Apellidos, Nombre», as lists show it and `read_name` reads it."""
    return f"{name.family}, {name.given}" if name.family else name.given


def _check_rest(typed: Typed, known: Known | None, region: str, problems: Problems) -> None:
    if known is None and typed.relation not in Relation.values:
        problems[RELATION] = _("Elija el parentesco.")
    if len(typed.note) > LONGEST_TYPED:
        problems[NOTE] = _("La nota es demasiado larga.")
    if typed.document and (
        len(typed.document) > _LONGEST_DOCUMENT or not read_document(typed.document, region).key
    ):
        problems[DOCUMENT] = _("No es un documento válido: corríjalo o déjelo vacío.")


def _registration(typed: Typed, known: Known | None) -> str:
    was = known is not None and known.registered_on is not None
    if typed.registered is None or typed.registered == was:
        return RegistrationChange.KEEP
    return RegistrationChange.BEGIN if typed.registered else RegistrationChange.END


def _read_addresses(
    typed: Typed, known: Known | None, who: tuple[Name, str], problems: Problems
) -> list[AddressChange]:
    changes: list[AddressChange] = []
    for slot in (slot for slot in SLOTS if slot in typed.addresses):
        text = typed.addresses[slot].strip()
        old = known.addresses.get(slot, NOTHING) if known else NOTHING
        if text in (old.value, old.typed) and text:
            continue
        new, problem = read_address(slot, text, who, typed.relation) if text else (NOTHING, "")
        if problem:
            problems[slot] = problem
        elif (new.kind, new.value) != (old.kind, old.value):
            changes.append(AddressChange(slot, new, old))
    _check_phones_differ(changes, known, problems)
    return changes


def _check_phones_differ(changes: list[AddressChange], known: Known | None, problems: Problems) -> None:
    old = {slot: known.addresses[slot].value for slot in PHONES if known and slot in known.addresses}
    values = old | {change.slot: change.new.value for change in changes if change.slot in PHONES}
    if values.get(Slot.PHONE_1) and values.get(Slot.PHONE_1) == values.get(Slot.PHONE_2):
        changed = [change.slot for change in changes if change.slot in PHONES]
        if changed:
            problems[changed[-1]] = _("Los dos teléfonos son el mismo: deje uno solo.")


def read_address(slot: Slot, text: str, who: tuple[Name, str], relation: str) -> tuple[Address, str]:
    """One address out of a cell, or why there is none. `who` is whose cell it is and the region of her phones."""
    name, region = who
    found: tuple[Phone | Email, ...]
    if len(text) > LONGEST_TYPED:
        return NOTHING, _("Es demasiado largo.")
    if slot in PHONES:
        phones = read_phones(text, region)
        found, wrong = phones.phones, _("No se entiende como teléfono.")
        clear = bool(found) and not phones.unreadable
    else:
        mails = read_email(text)
        found, wrong = mails.emails, _("No se entiende como correo.")
        clear = bool(found) and not mails.unreadable
    if not clear:
        return NOTHING, wrong
    if len(found) > 1:
        return NOTHING, _("Hay más de uno: escriba uno solo en cada casilla.")
    if not _is_hers(found[0].note, name, relation):
        return NOTHING, _("La anotación dice que es de otra persona: escríbalo en su fila.")
    kind = found[0].kind.value if isinstance(found[0], Phone) else "email"
    return Address(kind, found[0].value, text), ""


def _is_hers(note: str, name: Name, relation: str) -> bool:
    meant = read_annotation(note)
    named = (
        not meant.people or _CALLED.get(Relation(relation)) in meant.people if relation else not meant.people
    )
    return bool(named) and meant.unknown <= set(plain_words(str(name)).split())
