"""Who handed in changes of contacts is told of those that come back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from notica.actions import send
from notica.choices import Audience, Way
from notica.drafts import Choice, Draft
from notica.one_off import OneOff, release, send_one_off
from notica.own_channels.mail import mail_of
from plumier.access import staff_persons_of
from plumier.clock import day_in
from plumier.models import (
    ContactProposal,
    ProposalSource,
    SchoolPolicy,
    User,
)
from plumier.proposals.access import proposals_visible_to


def tell_returned(proposals: Iterable[ContactProposal], reason: str, *, by: User, now: datetime) -> int:
    """One message to each person who handed in some of these; how many people were told.

    It says how many and why, and to staff of which group; the rest is on her page. What a reviewer decides or sees in
    a change is not told.
    """
    groups: dict[tuple[int, bool], list[ContactProposal]] = defaultdict(list)
    for one in proposals:
        is_family = one.batch.source == ProposalSource.FAMILY
        groups[one.batch.proposed_by_id, is_family].append(one)
    return sum(
        (_tell_family if is_family else _tell)(rows, reason, by=by, now=now)
        for (_proposer, is_family), rows in groups.items()
    )


def _tell_family(rows: Sequence[ContactProposal], reason: str, *, by: User, now: datetime) -> int:
    """Her alone, and not the child's other guardians; nobody whom a court has come to keep from the child."""
    first = rows[0]
    school, proposer, person = first.school, first.batch.proposed_by, first.guardian
    today = day_in(school, now)
    seen = proposals_visible_to(proposer, today).filter(pk__in=[one.pk for one in rows]).count()
    if person is None or proposer == by or not seen:
        return 0
    address = mail_of(person)
    message = send_one_off(
        OneOff(
            school=school,
            kind="contacts_returned",
            address=address,
            address_kind="email",
            client_key=f"returned-{first.pk}-{int(now.timestamp())}",
            person=person,
            way=Way.EMAIL if address else Way.NOTICA,
            params={"count": seen, "group": "", "reason": reason, "family": True},
            inbox=True,
        ),
        by=by,
        now=now,
    )
    release(message, now)
    return 1


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
