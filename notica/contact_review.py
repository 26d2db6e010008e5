"""The desk on which changes of contacts are reviewed: the queue, one change, and who is not registered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Q, QuerySet

from plumier.access import people_kept_from
from plumier.models import ContactBatch, ContactProposal, Enrolment, Guardianship, ProposalState, User
from plumier.models.proposal_states import APPLICABLE_STATES, OPEN_STATES
from plumier.proposals.access import proposals_reviewed_by
from plumier.proposals.comparing import is_outdated
from plumier.proposals.flags import flags_of, is_serious
from plumier.proposals.handed_in import ProposalLine, lines, with_all
from plumier.proposals.marks import Mark, flag_mark, state_mark
from plumier.proposals.register import known_guardians
from plumier.proposals.reviewers import schools_reviewed_by

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One change on the desk, with what is to be looked at. `clean` ones may be applied together with others."""

    line: ProposalLine
    flags: list[Mark]
    serious: bool
    outdated: bool
    own: bool
    clean: bool

    @property
    def proposal(self) -> ContactProposal:
        return self.line.proposal


@dataclass(frozen=True, slots=True)
class Queue:
    """Some changes that wait, oldest first; `after` is the key after which the rest begins, 0 at the end."""

    batches: list[tuple[ContactBatch, list[ReviewLine]]]
    after: int
    clean: list[int]
    number: int


@dataclass(frozen=True, slots=True)
class GroupCount:
    """A group with how many changes wait there; `pk` 0 is none."""

    pk: int
    name: str
    number: int


def open_proposals(user: User, today: date) -> QuerySet[ContactProposal]:
    """What waits for this user."""
    return proposals_reviewed_by(user, today).filter(state__in=OPEN_STATES)


def queue_of(user: User, waiting: QuerySet[ContactProposal], after: int, today: date) -> Queue:
    """Some of what waits, by who handed it in, in a fixed number of queries."""
    found = list(with_all(waiting.filter(pk__gt=after)).order_by("pk")[: PAGE + 1])
    rows = review_lines(user, found[:PAGE], today)
    batches: dict[int, tuple[ContactBatch, list[ReviewLine]]] = {}
    for row in rows:
        batch = row.proposal.batch
        batches.setdefault(batch.pk, (batch, []))[1].append(row)
    return Queue(
        list(batches.values()),
        found[PAGE - 1].pk if len(found) > PAGE else 0,
        [row.proposal.pk for row in rows if row.clean],
        len(rows),
    )


def review_lines(user: User, proposals: Sequence[ContactProposal], today: date) -> list[ReviewLine]:
    """Changes as the desk shows them."""
    flags = flags_of(proposals, today)
    known = known_guardians({one.student_id for one in proposals}, today)
    found: list[ReviewLine] = []
    for line in lines(proposals, known):
        one = line.proposal
        outdated = one.is_open and (
            one.state == ProposalState.OUTDATED or is_outdated(one, known.get(one.student_id, ()))
        )
        own = one.batch.proposed_by_id == user.pk
        marks = [flag_mark(flag) for flag in flags[one.pk]] if one.is_open else []
        if outdated and one.state != ProposalState.OUTDATED:
            marks.insert(0, state_mark(ProposalState.OUTDATED))
        clean = one.state in APPLICABLE_STATES and not marks and not own
        found.append(ReviewLine(line, marks, is_serious(flags[one.pk]), outdated, own, clean))
    return found


def groups_waiting(waiting: QuerySet[ContactProposal]) -> list[GroupCount]:
    """In which groups changes wait, and how many."""
    rows = waiting.order_by().values("batch__group", "batch__group__name").annotate(number=Count("pk"))
    found = [
        GroupCount(row["batch__group"] or 0, row["batch__group__name"] or "—", row["number"]) for row in rows
    ]
    return sorted(found, key=lambda group: group.name)


def unregistered(user: User, today: date) -> QuerySet[Guardianship]:
    """Guardians of enrolled pupils who would receive and have not registered, where the school asks for it."""
    enrolled = Enrolment.objects.in_force(today).filter(year__is_current=True)
    late = Q(registered_on__isnull=True) | Q(registered_on__gt=today)
    ties = Guardianship.objects.filter(
        late,
        school__in=schools_reviewed_by(user, today).values("pk"),
        school__policy__registration_required=True,
        receives_messages=True,
        student__in=enrolled.values("student"),
    )
    kept = people_kept_from(user, today).values("pk")
    return ties.exclude(student__person__in=kept).exclude(guardian__in=kept)
