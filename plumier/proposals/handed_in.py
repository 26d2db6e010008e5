"""What somebody has handed in and what became of it, and the history of one change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from django.db.models import QuerySet
from django.utils.formats import date_format

from plumier.models import (
    Confirming,
    ContactProposal,
    Person,
    ProposalEvent,
    ProposalStep,
    ProposedContact,
    Slot,
    User,
)
from plumier.names import Name
from plumier.proposals.comparing import has_moved, known_of
from plumier.proposals.marks import Mark, state_mark
from plumier.proposals.reading import Known, shown_name

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a change changes: the register's and the new one; empty where there is none.

    `now` is what the register has today, where that `moved` meanwhile.
    """

    title: str
    old: str
    new: str
    now: str = ""
    moved: bool = False


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A change in a list. `by` is who handed it in, by the name she has in that school."""

    proposal: ContactProposal
    by: str
    mark: Mark
    differences: list[Difference]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of its history. `who` is empty for the parent herself."""

    words: str
    who: str
    how: str
    reason: str
    at: datetime


def own_page(user: User, visible: QuerySet[ContactProposal], before: int) -> tuple[list[ProposalLine], int]:
    """Some of what this user handed in, newest first, older than the key `before`; and the next key, 0 at the end."""
    own = visible.filter(batch__proposed_by=user)
    if before:
        own = own.filter(pk__lt=before)
    found = list(with_all(own).order_by("-pk")[: PAGE + 1])
    return lines(found[:PAGE]), found[PAGE - 1].pk if len(found) > PAGE else 0


def with_all(proposals: QuerySet[ContactProposal]) -> QuerySet[ContactProposal]:
    """With what a page shows of each."""
    return proposals.select_related(
        "school", "student__person", "guardian", "batch__group", "batch__proposed_by"
    ).prefetch_related("contacts")


def lines(
    proposals: Sequence[ContactProposal], known: Mapping[int, Sequence[Known]] = MappingProxyType({})
) -> list[ProposalLine]:
    """As a list shows them; `known` are today's guardians by student, to show what has moved."""
    names = names_of([one.batch.proposed_by for one in proposals], {one.school_id for one in proposals})
    return [
        ProposalLine(
            one,
            names[one.batch.proposed_by_id, one.school_id],
            state_mark(one.state),
            differences(one, known.get(one.student_id, ()) if one.is_open else ()),
        )
        for one in proposals
    ]


def names_of(users: Iterable[User], schools: Iterable[int]) -> dict[tuple[int, int], str]:
    """By user and school: the name that she has there; who has none there goes by her user's."""
    chosen, places = {user.pk: user for user in users}, set(schools)
    people = Person.objects.filter(user__in=chosen, school__in=places).order_by("pk")
    names = {
        (user.pk, school): user.get_full_name() or user.username
        for user in chosen.values()
        for school in places
    }
    return names | {(person.user_id or 0, person.school_id): person.full_name for person in people}


def differences(one: ContactProposal, guardians: Iterable[Known] = ()) -> list[Difference]:
    """All that it changes, old beside new, and what is neither in today's register."""
    found: list[Difference] = []
    new_name = Name(one.given_name, one.surname)
    known = known_of(one, guardians)
    if one.makes_guardian or str(new_name) != one.old_name:
        now = str(known.name) if known else one.old_name
        is_moved = not one.makes_guardian and now not in (one.old_name, str(new_name))
        found.append(Difference(_title(one, "given_name"), one.old_name, shown_name(new_name), now, is_moved))
    if one.document:
        found.append(Difference(_title(one, "document"), "", one.document))
    found += [_of_address(address, known) for address in one.contacts.all()]
    if one.registration:
        found.append(
            Difference(_title(one, "registration"), _day(one.old_registered_on), _day(one.registered_on))
        )
    return found


def _of_address(address: ProposedContact, known: Known | None) -> Difference:
    return Difference(
        str(address.get_slot_display()),
        address.old_value or address.old_typed,
        address.value,
        known.shown(Slot(address.slot)) if known else "",
        known is not None and has_moved(address, known),
    )


def _day(day: date | None) -> str:
    return date_format(day, "SHORT_DATE_FORMAT") if day else ""


def _title(one: ContactProposal, name: str) -> str:
    words = str(one._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return f"{words[:1].upper()}{words[1:]}"


def history_of(one: ContactProposal, *, decisions: bool) -> list[Step]:
    """Every step, from the first on. Why a leader decided, which may tell of a court's order, is for reviewers."""
    events = list(ProposalEvent.objects.filter(proposal_id=one.pk).order_by("id"))
    users = User.objects.in_bulk({event.user_id for event in events if event.user_id})
    names = names_of(users.values(), [one.school_id])
    ways = dict(Confirming.choices) | {"sms": "SMS", "email": "E-mail"}
    return [
        Step(
            words=str(ProposalStep(event.step).label),
            who=names.get((event.user_id or 0, one.school_id), ""),
            how=str(ways.get(event.how, event.how)),
            reason=event.reason if decisions or event.step != ProposalStep.APPLIED else "",
            at=event.at,
        )
        for event in events
    ]
