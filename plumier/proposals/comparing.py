"""Whether the register still is what a change was made against. Pure."""

from collections.abc import Iterable

from plumier.importing.whose import Address
from plumier.models import ContactProposal, ProposedContact, Slot
from plumier.names import Name, same_name
from plumier.proposals.reading import NOTHING, Known


def is_outdated(proposal: ContactProposal, guardians: Iterable[Known]) -> bool:
    """Whether something it would change has become another thing since. `guardians` are the pupil's today.

    What already is as it would be is no reason: there is nothing left to change.
    """
    if proposal.makes_guardian:
        name = Name(proposal.given_name, proposal.surname)
        return any(same_name(one.name, name) for one in guardians if not one.barred)
    known = known_of(proposal, guardians)
    if known is None:
        return True
    if any(has_moved(address, known) for address in proposal.contacts.all()):
        return True
    wanted, current = str(Name(proposal.given_name, proposal.surname)), str(known.name)
    if wanted != proposal.old_name and current not in (proposal.old_name, wanted):
        return True
    return bool(proposal.registration) and known.registered_on not in (
        proposal.old_registered_on,
        proposal.registered_on,
    )


def known_of(proposal: ContactProposal, guardians: Iterable[Known]) -> Known | None:
    """Whom it is about, as the register has her today."""
    return next((one for one in guardians if one.guardian_id == proposal.guardian_id), None)


def has_moved(address: ProposedContact, known: Known) -> bool:
    """Whether the register has another thing there by now than it was and than it would be."""
    current = known.addresses.get(Slot(address.slot), NOTHING)
    return not _is(current, address.kind, address.value) and (
        not _is(current, address.old_kind, address.old_value)
        or (not address.old_value and current.typed != address.old_typed)
    )


def _is(address: Address, kind: str, value: str) -> bool:
    return (address.kind, address.value) == (kind, value)
