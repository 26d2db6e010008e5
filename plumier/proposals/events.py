"""Every step of a change is kept: who, when, how and why."""

from collections.abc import Iterable
from datetime import datetime

from plumier.models import ContactProposal, ProposalEvent, ProposalStep, User


def note_steps(
    proposals: Iterable[int],
    step: ProposalStep,
    *,
    by: User | None,
    now: datetime,
    how: str = "",
    reason: str = "",
) -> None:
    """Keep that a step was taken with each of these changes; by nobody if the parent took it herself."""
    schools = ContactProposal.objects.filter(pk__in=list(proposals)).order_by("pk")
    ProposalEvent.objects.bulk_create(
        ProposalEvent(
            school_id=school,
            proposal_id=proposal,
            step=step,
            user_id=by.pk if by else None,
            how=how,
            reason=reason,
            at=now,
        )
        for proposal, school in schools.values_list("pk", "school_id")
    )
