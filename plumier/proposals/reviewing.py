"""What happens to a change between its hand-in and the register: taken back, returned, confirmed, looked at again."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from plumier.clock import day_in
from plumier.importing.whose import Address
from plumier.models import (
    Confirming,
    ContactProposal,
    ProposalState,
    ProposalStep,
    ProposedContact,
    Registration,
    School,
    Slot,
    User,
)
from plumier.models.proposal_states import OPEN_STATES
from plumier.proposals.access import proposals_reviewed_by
from plumier.proposals.applying import LONGEST_REASON, check_other_eyes
from plumier.proposals.events import note_steps
from plumier.proposals.reading import NOTHING
from plumier.proposals.refusals import AlreadyDone, NeedsDecision, NotYours, Outdated
from plumier.proposals.register import known_guardians

BY_STAFF = (Confirming.CALL, Confirming.IN_PERSON, Confirming.PAPER)
_REGISTERED: dict[str, Registration] = {
    Confirming.CALL: Registration.PHONE,
    Confirming.IN_PERSON: Registration.IN_PERSON,
    Confirming.PAPER: Registration.PAPER,
    Confirming.CODE: Registration.CODE,
    Confirming.LINK: Registration.CODE,
}


@transaction.atomic
def withdraw(proposal: ContactProposal, *, by: User, now: datetime) -> ContactProposal:
    """Take back what one has handed in. Raises NotYours, or AlreadyDone when it is not open any more."""
    one = _lock_one(proposal.pk)
    if one.batch.proposed_by_id != by.pk:
        raise NotYours(_("Solo lo retira quien lo entregó."))
    _check_open(one)
    _close([one.pk], ProposalState.WITHDRAWN, "", by=by, now=now)
    note_steps([one.pk], ProposalStep.WITHDRAWN, by=by, now=now)
    one.refresh_from_db()
    return one


@transaction.atomic
def return_(
    proposals: Collection[int], school: School, reason: str, *, by: User, now: datetime
) -> list[ContactProposal]:
    """Give changes back to who handed them in, with a reason; those that are not open any more are left.

    Raises NotYours if one is not hers to review, NeedsDecision without a reason.
    """
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if not reason:
        raise NeedsDecision(_("Escriba el motivo: lo leerá quien lo entregó."))
    found = _lock_many(proposals, school, by=by, now=now)
    ids = [one.pk for one in found if one.is_open]
    if not ids:
        raise AlreadyDone(_("Ya no está pendiente: otra persona lo ha tramitado."))
    _close(ids, ProposalState.RETURNED, reason, by=by, now=now)
    note_steps(ids, ProposalStep.RETURNED, by=by, now=now, reason=reason)
    return [one for one in found if one.pk in ids]


@transaction.atomic
def confirm_by_staff(proposal: ContactProposal, how: str, *, by: User, now: datetime) -> ContactProposal:
    """Note that a parent has given her word, and how. Raises NotYours, AlreadyDone, NeedsDecision without a way."""
    if how not in BY_STAFF:
        raise NeedsDecision(_("Elija cómo lo ha confirmado con la familia."))
    return _confirm(proposal, how, by=by, now=now)


@transaction.atomic
def confirm_by_code(proposal: ContactProposal, *, by: User, now: datetime) -> ContactProposal:
    """Note that the parent told this user the right code. Whether it was right, the caller knows."""
    return _confirm(proposal, Confirming.CODE, by=by, now=now)


@transaction.atomic
def confirm_by_link(proposal: ContactProposal, *, now: datetime) -> ContactProposal:
    """Note that the parent confirmed by the link of the message. That it was hers, the caller knows."""
    one = _lock_one(proposal.pk)
    return _write_confirmation(one, Confirming.LINK, by=None, now=now)


def _confirm(proposal: ContactProposal, how: str, *, by: User, now: datetime) -> ContactProposal:
    one = _lock_many([proposal.pk], proposal.school, by=by, now=now)[0]
    check_other_eyes(one, by, day_in(one.school, now))
    return _write_confirmation(one, how, by=by, now=now)


def _write_confirmation(one: ContactProposal, how: str, *, by: User | None, now: datetime) -> ContactProposal:
    if one.state != ProposalState.TO_CONFIRM:
        raise AlreadyDone(_("Ya no espera confirmación."))
    one.state, one.confirmed_by, one.confirmed_at, one.confirmed_how = ProposalState.CONFIRMED, by, now, how
    if one.registered_on is not None:
        one.registered_how = _REGISTERED[how]
    one.save(update_fields=["state", "confirmed_by", "confirmed_at", "confirmed_how", "registered_how"])
    note_steps([one.pk], ProposalStep.CONFIRMED, by=by, now=now, how=how)
    return one


@transaction.atomic
def look_again(proposal: ContactProposal, *, by: User, now: datetime) -> ContactProposal:
    """Compare a change with today's register: from now on that is what it changes.

    Raises NotYours, AlreadyDone, or Outdated when there is nobody or nothing left to change.
    """
    one = _lock_many([proposal.pk], proposal.school, by=by, now=now)[0]
    _check_open(one)
    known = known_guardians([one.student_id], day_in(one.school, now)).get(one.student_id, [])
    guardian = next((found for found in known if found.guardian_id == one.guardian_id), None)
    if guardian is None and not one.makes_guardian:
        raise Outdated(_("Esa persona ya no está en la ficha del alumno: devuelva el cambio."))
    if guardian is not None:
        _renew(one, {slot: guardian.addresses.get(slot, NOTHING) for slot in Slot})
        one.old_name, one.old_registered_on = str(guardian.name), guardian.registered_on
    if one.state == ProposalState.OUTDATED:
        one.state = _state_before(one)
    one.save(update_fields=["state", "old_name", "old_registered_on"])
    note_steps([one.pk], ProposalStep.LOOKED_AGAIN, by=by, now=now)
    return one


def _renew(one: ContactProposal, current: dict[Slot, Address]) -> None:
    same: list[int] = []
    changed: list[ProposedContact] = []
    for address in one.contacts.all():
        old = current[Slot(address.slot)]
        if (old.kind, old.value) == (address.kind, address.value):
            same.append(address.pk)
            continue
        address.old_kind, address.old_value, address.old_typed = old.kind, old.value, old.typed
        changed.append(address)
    ProposedContact.objects.filter(pk__in=same).delete()
    ProposedContact.objects.bulk_update(changed, ["old_kind", "old_value", "old_typed"])


def _state_before(one: ContactProposal) -> ProposalState:
    if not one.needs_confirmation:
        return ProposalState.PROPOSED
    return ProposalState.CONFIRMED if one.confirmed_at else ProposalState.TO_CONFIRM


def _lock_one(pk: int) -> ContactProposal:
    rows = ContactProposal.objects.select_for_update(of=("self",)).select_related("batch", "school")
    return rows.get(pk=pk)


def _lock_many(ids: Collection[int], school: School, *, by: User, now: datetime) -> list[ContactProposal]:
    today = day_in(school, now)
    allowed = proposals_reviewed_by(by, today).filter(school=school, pk__in=ids).values("pk")
    rows = ContactProposal.objects.filter(pk__in=allowed).select_for_update(of=("self",)).order_by("pk")
    found = list(rows.select_related("batch", "school", "batch__group", "student__person"))
    if len(found) < len(set(ids)):
        raise NotYours(_("Ese cambio no es de los que usted revisa."))
    return found


def _check_open(one: ContactProposal) -> None:
    if one.state not in OPEN_STATES:
        raise AlreadyDone(
            _("Otra persona ya lo ha tramitado: %(state)s.") % {"state": one.get_state_display()}
        )


def _close(ids: Collection[int], state: ProposalState, reason: str, *, by: User, now: datetime) -> None:
    rows = ContactProposal.objects.filter(pk__in=ids)
    rows.update(state=state, closed_by=by, closed_at=now, reason=reason)
