"""Who handed in changes of contacts is told of those that come back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from notica.actions import send
from notica.choices import Audience, Way
from notica.drafts import Choice, Draft
from plumier.access import staff_persons_of
from plumier.clock import day_in
from plumier.models import ContactProposal, SchoolPolicy, User


def tell_returned(proposals: Iterable[ContactProposal], reason: str, *, by: User, now: datetime) -> int:
    """One message to each member of staff who handed in some of these; how many people were told.

    It says how many, of which group and why; the rest is on her page.
    """
    groups: dict[int, list[ContactProposal]] = defaultdict(list)
    for one in proposals:
        groups[one.batch.proposed_by_id].append(one)
    return sum(_tell(rows, reason, by=by, now=now) for rows in groups.values())


def _tell(rows: Sequence[ContactProposal], reason: str, *, by: User, now: datetime) -> int:
    first = rows[0]
    school, proposer = first.school, first.batch.proposed_by
    person = staff_persons_of(proposer, day_in(school, now)).filter(school=school).first()
    if person is None or proposer == by:
        return 0
    channels = SchoolPolicy.objects.get(school=school).channels
    draft = Draft(
        school=school,
        kind="contacts_returned",
        choice=Choice(Audience.STAFF, staff=(person.pk,)),
        way=Way.EMAIL if Way.EMAIL in channels else Way.NOTICA,
        client_key=f"returned-{first.pk}-{int(now.timestamp())}",
        params={
            "count": len(rows),
            "group": first.batch.group.name if first.batch.group else "",
            "reason": reason,
        },
    )
    send(draft, by=by, now=now)
    return 1
