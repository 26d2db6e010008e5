"""Whose a number or an address is, when the cell says that it is somebody else's.

«600123456 (madre)» in the father's cell must never become a number of the father: he may be barred from that
child, and she may be hiding from him. It goes to the mother's first free place if the row has a mother;
if it has none, or the word is not understood, it stays as typed and nobody is reached by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from plumier.annotations import FATHER, MOTHER, STUDENT, TUTOR, read_annotation
from plumier.contacts import Email, Phone
from plumier.importing.columns import Holder
from plumier.importing.headers import PHONES
from plumier.importing.problems import Findings
from plumier.models import ContactKind, Slot
from plumier.names import Name, plain_words

_LONGEST_TYPED = 300
_CALLED = {
    Holder.STUDENT: STUDENT,
    Holder.FATHER: FATHER,
    Holder.MOTHER: MOTHER,
    Holder.TUTOR_1: TUTOR,
    Holder.TUTOR_2: TUTOR,
}


@dataclass(frozen=True, slots=True)
class Address:
    """What the register keeps in one slot. `kind` is a `ContactKind`; without a value it is unreadable."""

    kind: str
    value: str
    typed: str

    @property
    def key(self) -> str:
        """What two ways of writing one address have in common; empty for what is unreadable."""
        return self.value.casefold()


@dataclass(frozen=True, slots=True)
class AddressCell:
    """One cell of addresses: its place in the register, its title in the sheet, and what was read in it."""

    slot: Slot
    title: str
    typed: str
    found: tuple[Phone | Email, ...] = ()
    unreadable: tuple[str, ...] = ()


@dataclass(slots=True)
class Owner:
    """Somebody of a row with the cells of addresses that are hers, and the addresses that end up hers."""

    holder: Holder
    name: Name
    cells: list[AddressCell]
    addresses: dict[Slot, Address] = field(default_factory=dict)

    def has(self, value: str) -> bool:
        """Say whether the person already has an address."""
        return any(address.key == value.casefold() for address in self.addresses.values())


def give_out(owners: Sequence[Owner], findings: Findings, row: int) -> None:
    """Put every address of a row in the place of the person whose it is, and tell what found none."""
    strangers: list[tuple[Owner, AddressCell, Phone | Email]] = []
    spare: list[tuple[Owner, AddressCell, Phone | Email]] = []
    for owner in owners:
        for cell in owner.cells:
            own = [found for found in cell.found if _whose(found.note, owner, owners) is owner]
            strangers += [(owner, cell, found) for found in cell.found if found not in own]
            spare += [(owner, cell, found) for found in own[1:]]
            if cell.typed and (cell.found or cell.unreadable):
                owner.addresses[cell.slot] = _address(own[0] if own else None, cell.typed)
            for part in cell.unreadable:
                findings.warn(_unreadable(cell), row=row, column=cell.title, value=part)
    for owner, cell, found in spare:
        if not owner.has(found.value) and not _put(owner, found):
            findings.warn(
                _("Sobra: no cabe en la ficha y no se usa."), row=row, column=cell.title, value=found.typed
            )
    for owner, cell, found in strangers:
        message = _hand_over(found, _whose(found.note, owner, owners))
        findings.warn(message, row=row, column=cell.title, value=found.typed)


def _hand_over(found: Phone | Email, other: Owner | None) -> str:
    """Give somebody else's address to that person, and tell in a sentence what became of it."""
    if other is None:
        return _("La anotación dice que es de otra persona: se guarda como está escrito y no se usa.")
    if other.has(found.value) or _put(other, found):
        return _("La anotación dice que es de %(person)s: se ha pasado a su ficha.") % {"person": other.name}
    return _("La anotación dice que es de %(person)s, que ya no tiene sitio en su ficha: no se usa.") % {
        "person": other.name
    }


def _put(owner: Owner, found: Phone | Email) -> bool:
    """Use the first free place for a phone, or a guardian's for an address.

    A pupil's are for the school to fill.
    """
    places: tuple[Slot, ...] = PHONES
    if isinstance(found, Email):
        places = () if owner.holder == Holder.STUDENT else (Slot.EMAIL,)
    free = next((slot for slot in places if slot not in owner.addresses), None)
    if free is None:
        return False
    owner.addresses[free] = _address(found, found.typed)
    return True


def _address(found: Phone | Email | None, typed: str) -> Address:
    if found is None:
        return Address(ContactKind.UNREADABLE, "", typed[:_LONGEST_TYPED])
    kind = found.kind.value if isinstance(found, Phone) else ContactKind.EMAIL
    return Address(ContactKind(kind), found.value, typed[:_LONGEST_TYPED])


def _whose(note: str, owner: Owner, owners: Sequence[Owner]) -> Owner | None:
    """Say who of a row a note means: the owner of the cell if it names nobody.

    None where that cannot be told.
    """
    meant = read_annotation(note)
    if not meant:
        return owner
    candidates = list(owners)
    if meant.people:
        candidates = [other for other in candidates if _CALLED[other.holder] in meant.people]
    if meant.unknown:
        candidates = [
            other for other in candidates if meant.unknown <= set(plain_words(str(other.name)).split())
        ]
    if owner in candidates:
        return owner
    return candidates[0] if len(candidates) == 1 else None


def _unreadable(cell: AddressCell) -> str:
    if cell.slot in PHONES:
        return _("No se entiende como teléfono: se guarda como está escrito y no se usa.")
    return _("No se entiende como correo: se guarda como está escrito y no se usa.")
