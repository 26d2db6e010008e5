"""Changes of contacts as the command lists them. Addresses are masked: what is printed is often kept in a log."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from plumier.contacts import mask
from plumier.models import ContactProposal, ProposalState, School
from plumier.models.proposal_states import OPEN_STATES
from plumier.refusals import Refused


def listed(code: str, state: str) -> QuerySet[ContactProposal]:
    """Those of a school in a state, oldest first; all that are open without one. Raises Refused for what is none."""
    school = School.objects.filter(code=code).first()
    if school is None:
        raise Refused(_("No hay ningún centro con el código %(code)s.") % {"code": code})
    if state and state not in ProposalState.values:
        raise Refused(
            _("No hay ningún estado «%(state)s»: %(states)s.")
            % {"state": state, "states": ", ".join(ProposalState.values)}
        )
    rows = ContactProposal.objects.filter(school=school, state__in=[state] if state else OPEN_STATES)
    return rows.select_related("batch__group", "batch__proposed_by", "student").order_by("pk")


def described(proposals: QuerySet[ContactProposal]) -> Iterator[dict[str, Any]]:
    """Each as a record."""
    for one in proposals.prefetch_related("contacts").iterator(chunk_size=500):
        yield {
            "id": one.pk,
            "state": one.state,
            "source": one.batch.source,
            "group": one.batch.group.name if one.batch.group else "",
            "expediente": one.student.expediente,
            "relation": one.relation,
            "new": one.makes_guardian,
            "changes": {
                address.slot: mask(address.value) if address.value else "" for address in one.contacts.all()
            },
            "registration": one.registration,
            "by": one.batch.proposed_by.username,
            "at": one.batch.proposed_at.isoformat(),
        }
