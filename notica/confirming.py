"""The parent's own word for an address she has given: a code sent there, told to the office or given back by a link."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notica.contact_codes import KEY_LENGTH, KIND, MOST_TRIES, find, is_code, is_open
from notica.kinds import CODE_LIFETIME
from notica.models import ContactCode
from notica.one_off import OneOff, release, send_one_off
from notica.refusals import NotAllowed, Refused
from plumier.clock import day_in
from plumier.models import ContactProposal, ProposalState, ProposalStep, ProposedContact, User
from plumier.proposals.access import proposals_reviewed_by
from plumier.proposals.applying import check_other_eyes
from plumier.proposals.events import note_steps
from plumier.proposals.flags import Flag, flags_of
from plumier.proposals.reviewing import confirm_by_code, confirm_by_link

MOST_A_DAY: Final = 5  # codes for one change: nobody's phone is rung all day
_NOT_TO: Final = frozenset({Flag.BARRED, Flag.BARRED_ADDRESS, Flag.BARRED_NAME})
KINDS_OF_ADDRESS: Final = ("mobile", "email")


@transaction.atomic
def send_code(proposal: ContactProposal, slot: str, *, by: User, now: datetime) -> ContactCode:
    """Send a code to one address of a change that waits for the family; an earlier one counts no more.

    Raises NotAllowed if it is not hers to review, Refused if it waits for nobody, if the address takes no message or
    may be that of somebody whom a court keeps from the child, and after too many on one day.
    """
    one = _locked(proposal, by, now)
    if one.state != ProposalState.TO_CONFIRM:
        raise Refused(_("Ya no espera confirmación."))
    address = one.contacts.filter(slot=slot, kind__in=KINDS_OF_ADDRESS).first()
    if address is None:
        raise Refused(_("Elija un móvil o un correo de los que se proponen."))
    if any(found.flag in _NOT_TO for found in flags_of([one], day_in(one.school, now))[one.pk]):
        raise Refused(
            _("No se envía ningún código: puede ser de una persona excluida por resolución judicial.")
        )
    earlier = ContactCode.objects.filter(proposal=one)
    if earlier.filter(sent_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        raise Refused(_("Ya se han enviado %(most)d códigos hoy: llame a la familia.") % {"most": MOST_A_DAY})
    earlier.filter(used_at__isnull=True, voided_at__isnull=True).update(voided_at=now)
    return _send(one, address, by=by, now=now)


def _send(one: ContactProposal, address: ProposedContact, *, by: User, now: datetime) -> ContactCode:
    key = secrets.token_hex(KEY_LENGTH // 2)
    message = send_one_off(
        OneOff(
            school=one.school,
            kind=KIND,
            address=address.value,
            address_kind=address.kind,
            client_key=f"code-{key}",
            student=one.student,
        ),
        by=by,
        now=now,
    )
    row = ContactCode.objects.create(
        school=one.school,
        proposal=one,
        message=message,
        slot=address.slot,
        address=address.value,
        key=key,
        seed=secrets.token_urlsafe(32),
        sent_by=by,
        sent_at=now,
        expires_at=now + CODE_LIFETIME,
    )
    release(message, now)
    note_steps([one.pk], ProposalStep.CODE_SENT, by=by, now=now, how=_how(address))
    return row


def _how(address: ProposedContact) -> str:
    return "sms" if address.kind == "mobile" else "email"


def check_code(proposal: ContactProposal, typed: str, *, by: User, now: datetime) -> ContactProposal:
    """Confirm by the code that a parent told. A wrong one counts, whatever becomes of the rest.

    Raises NotAllowed, or Refused for a wrong code and for one that counts no more.
    """
    left = 0
    with transaction.atomic():
        one = _locked(proposal, by, now)
        row = open_code(one, now)
        if row is None:
            raise Refused(_("No hay ningún código que valga: envíe otro."))
        if is_code(row, typed):
            ContactCode.objects.filter(pk=row.pk).update(used_at=now)
            return confirm_by_code(one, by=by, now=now)
        ContactCode.objects.filter(pk=row.pk).update(tries=F("tries") + 1)
        note_steps([one.pk], ProposalStep.CODE_WRONG, by=by, now=now)
        left = MOST_TRIES - row.tries - 1
    if left <= 0:
        raise Refused(_("El código no es ese, y ya no quedan intentos: envíe otro."))
    raise Refused(
        ngettext(
            "El código no es ese. Queda %(left)d intento.",
            "El código no es ese. Quedan %(left)d intentos.",
            left,
        )
        % {"left": left}
    )


@transaction.atomic
def confirm_by_token(token: str, *, now: datetime) -> bool:
    """Confirm by the link of a message; False for a link that is none, or counts no more, without saying which."""
    row = find(token, now)
    if row is None:
        return False
    list(ContactProposal.objects.filter(pk=row.proposal_id).select_for_update())
    row = find(token, now)
    if row is None:
        return False
    ContactCode.objects.filter(pk=row.pk).update(used_at=now)
    confirm_by_link(row.proposal, now=now)
    return True


def open_code(proposal: ContactProposal, now: datetime) -> ContactCode | None:
    """The code of this change that still counts."""
    rows = ContactCode.objects.select_related("proposal").filter(proposal=proposal)
    row = rows.filter(used_at__isnull=True, voided_at__isnull=True).first()
    return row if row is not None and is_open(row, now) else None


def _locked(proposal: ContactProposal, by: User, now: datetime) -> ContactProposal:
    today = day_in(proposal.school, now)
    if not proposals_reviewed_by(by, today).filter(pk=proposal.pk).exists():
        raise NotAllowed(_("Ese cambio no es de los que usted revisa."))
    rows = ContactProposal.objects.select_for_update(of=("self",))
    one = rows.select_related("school", "batch", "student__person").get(pk=proposal.pk)
    check_other_eyes(one, by, today)
    return one
