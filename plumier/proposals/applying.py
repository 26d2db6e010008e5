"""Applying changes to the register: one or many, in the same few statements, or not at all."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from plumier.access import schools_led_by
from plumier.clock import day_in
from plumier.history import acting
from plumier.models import ContactProposal, ProposalState, ProposalStep, School, User
from plumier.models.proposal_states import APPLICABLE_STATES
from plumier.proposals.access import proposals_reviewed_by
from plumier.proposals.comparing import is_outdated
from plumier.proposals.events import note_steps
from plumier.proposals.flags import Found, flags_of, is_serious
from plumier.proposals.refusals import AlreadyDone, NeedsConfirmation, NeedsDecision, NotYours, Outdated
from plumier.proposals.register import known_guardians
from plumier.proposals.reviewers import reviewers_of
from plumier.proposals.writing import write

LONGEST_REASON: Final = 300


@dataclass(slots=True)
class Applied:
    """What became of each: applied, left because the register had changed, or left for somebody to look at."""

    applied: list[int] = field(default_factory=list)
    outdated: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)


def apply(proposal: ContactProposal, *, decision: str = "", by: User, now: datetime) -> ContactProposal:
    """Bring one change into the register, whatever there is to look at in it.

    What touches a court's bar or protected data takes a leader's `decision`, which is its reason. Raises NotYours,
    AlreadyDone, NeedsConfirmation, NeedsDecision, or Outdated; in the last case the change is marked so.
    """
    decision = decision.strip()[:LONGEST_REASON]
    with transaction.atomic():
        found, flags = _lock([proposal.pk], proposal.school, by=by, now=now)
        if not found:
            raise NotYours(_("Ese cambio no es de los que usted revisa."))
        one, today = found[0], day_in(proposal.school, now)
        _check_state(one)
        check_other_eyes(one, by, today)
        if is_serious(flags[one.pk]):
            _check_decision(one.school, decision, by, today)
        outdated = _outdated(found, today)
        if not outdated:
            _finish(found, decision if is_serious(flags[one.pk]) else "", by=by, now=now)
        else:
            _mark_outdated(outdated, by=by, now=now)
    if outdated:
        raise Outdated(_("La ficha ha cambiado desde que se entregó: mírelo de nuevo antes de aplicarlo."))
    return one


@transaction.atomic
def apply_many(proposals: Collection[int], school: School, *, by: User, now: datetime) -> Applied:
    """Bring into the register those of these changes in which there is nothing to look at.

    What has any flag, is to be confirmed, was handed in by who applies, or was dealt with meanwhile is left.
    """
    today = day_in(school, now)
    found, flags = _lock(proposals, school, by=by, now=now)
    alone = not _has_other_reviewer(school, by, today)
    ready = [
        one
        for one in found
        if one.state in APPLICABLE_STATES
        and not flags[one.pk]
        and (alone or one.batch.proposed_by_id != by.pk)
    ]
    outdated = _outdated(ready, today)
    _mark_outdated(outdated, by=by, now=now)
    ready = [one for one in ready if one.pk not in outdated]
    _finish(ready, "", by=by, now=now)
    applied = [one.pk for one in ready]
    left = sorted(set(proposals) - set(applied) - outdated)
    return Applied(applied, sorted(outdated), left)


def _lock(
    ids: Collection[int], school: School, *, by: User, now: datetime
) -> tuple[list[ContactProposal], dict[int, list[Found]]]:
    """The changes, which nobody else deals with until the end, and what is to be looked at in each.

    Imports of the school wait too: theirs and ours are made against what the register has.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('plumier.importing'), %s)", [school.pk])
    today = day_in(school, now)
    allowed = proposals_reviewed_by(by, today).filter(school=school, pk__in=ids).values("pk")
    rows = ContactProposal.objects.filter(pk__in=allowed).select_for_update(of=("self",)).order_by("pk")
    found = list(rows.select_related("batch", "school").prefetch_related("contacts"))
    return found, flags_of(found, today)


def _check_state(one: ContactProposal) -> None:
    if one.state == ProposalState.TO_CONFIRM:
        raise NeedsConfirmation(_("Falta confirmarlo con la familia."))
    if one.state == ProposalState.OUTDATED:
        raise Outdated(_("La ficha ha cambiado desde que se entregó: mírelo de nuevo antes de aplicarlo."))
    if one.state not in APPLICABLE_STATES:
        raise AlreadyDone(
            _("Otra persona ya lo ha tramitado: %(state)s.") % {"state": one.get_state_display()}
        )


def check_other_eyes(one: ContactProposal, by: User, today: date) -> None:
    """Raise NotYours for one's own change where the school has somebody else to review it."""
    if one.batch.proposed_by_id == by.pk and _has_other_reviewer(one.school, by, today):
        raise NotYours(_("Lo entregó usted: debe revisarlo otra persona del centro."))


def _has_other_reviewer(school: School, by: User, today: date) -> bool:
    return reviewers_of(school, today).exclude(pk=by.pk).exists()


def _check_decision(school: School, decision: str, by: User, today: date) -> None:
    if not schools_led_by(by, today).filter(pk=school.pk).exists():
        raise NeedsDecision(_("Lo decide la dirección del centro."))
    if not decision:
        raise NeedsDecision(_("Escriba el motivo: afecta a una resolución judicial o a datos protegidos."))


def _outdated(proposals: Sequence[ContactProposal], today: date) -> set[int]:
    known = known_guardians({one.student_id for one in proposals}, today)
    return {one.pk for one in proposals if is_outdated(one, known.get(one.student_id, ()))}


def _mark_outdated(ids: Collection[int], *, by: User, now: datetime) -> None:
    if ids:
        ContactProposal.objects.filter(pk__in=ids).update(state=ProposalState.OUTDATED)
        note_steps(ids, ProposalStep.OUTDATED, by=by, now=now)


def _finish(proposals: Sequence[ContactProposal], decision: str, *, by: User, now: datetime) -> None:
    if not proposals:
        return
    ids = [one.pk for one in proposals]
    cause = f"proposal:{ids[0]}" if len(ids) == 1 else f"proposals:{ids[0]}-{ids[-1]}"
    with acting(by.pk, cause):
        write(proposals, day_in(proposals[0].school, now))
    for one in proposals:
        one.state, one.applied_by, one.applied_at, one.decision = ProposalState.APPLIED, by, now, decision
    ContactProposal.objects.bulk_update(
        proposals, ["guardian", "state", "applied_by", "applied_at", "decision"], batch_size=500
    )
    note_steps(ids, ProposalStep.APPLIED, by=by, now=now, reason=decision)
