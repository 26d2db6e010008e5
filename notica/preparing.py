"""Candidates planned in their school's context: shared by fan-out, the dry run and the next step."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from channels_app.accounts import UsableAccount, accounts_for
from notica.audience import Scope, candidates
from notica.candidates import Candidate
from notica.choices import Way
from notica.kinds import KINDS, Kind
from notica.models import Message
from notica.planning import Facts, Omission, Plan, Route, make_plan
from notica.quiet_hours import QuietHours
from notica.routing import channels_of, gather_facts, quiet_hours_of, route_of, slots_of
from notica.told import Addresses, told_by
from plumier.models import School, SchoolPolicy


@dataclass(frozen=True, slots=True)
class Context:
    """All that is the same for every recipient of one message in one school."""

    message: Message
    school: School
    kind: Kind
    route: Route
    quiet: QuietHours
    accounts: dict[str, UsableAccount]

    def allowed_from(self, at: datetime) -> datetime:
        """When a message of this kind may go out, at this moment or later."""
        return self.quiet.next_allowed(at) if self.kind.quiet else at

    def allowed_until(self, at: datetime) -> datetime | None:
        """Until when one of this kind that goes out at this moment may still arrive; None: the night is no bar."""
        return self.quiet.next_quiet(at) if self.kind.quiet else None


class Prepared(NamedTuple):
    """A recipient with its plan. `outcome` is empty when there is something to try."""

    candidate: Candidate
    plan: Plan
    outcome: str
    reason: str


def context_of(message: Message) -> Context:
    """Read what is the same for everybody."""
    return contexts_of([message])[message.pk]


def contexts_of(messages: Iterable[Message]) -> dict[int, Context]:
    """The contexts of several messages, by message, reading each school once."""
    found = list(messages)
    wanted = {message.school_id for message in found}
    schools = School.objects.select_related("policy").in_bulk(wanted)
    accounts = {pk: accounts_for(school.code) for pk, school in schools.items()}
    return {message.pk: _context(message, schools[message.school_id], accounts) for message in found}


def _context(message: Message, school: School, accounts: dict[int, dict[str, UsableAccount]]) -> Context:
    policy: SchoolPolicy = school.policy
    return Context(
        message,
        school,
        KINDS[message.kind],
        route_of(message, school, policy),
        quiet_hours_of(school, policy),
        accounts[school.pk],
    )


@dataclass(frozen=True, slots=True)
class Written:
    """What an interrupted fan-out left: so many recipients, people and families up to these."""

    recipients: int = 0
    last_person: int = 0
    last_family: int = 0


def prepare(
    context: Context, now: datetime, size: int, written: Written = Written()
) -> Iterator[list[Prepared]]:
    """Every recipient of the message that is not written yet with its plan, in chunks."""
    today = now.astimezone(context.quiet.zone).date()
    slots = slots_of(context.route)
    scope = Scope(context.message, today, size, written.last_person, written.last_family, slots)
    used = channels_of(context.route)
    accounts = {name: account for name, account in context.accounts.items() if name in used}
    heard = context.message.audience.get("heard")
    told = None if heard is None else told_by(heard)
    for chunk in candidates(scope):
        facts = gather_facts(accounts, chunk)
        planned = [plan_candidate(context, candidate, facts) for candidate in chunk]
        yield planned if told is None else [_as_told(one, told) for one in planned]


def _as_told(prepared: Prepared, told: Mapping[int, Addresses]) -> Prepared:
    """By the addresses at which she was told, all at once; who read it in Mirador alone reads this there, too."""
    candidate, plan = prepared.candidate, prepared.plan
    if prepared.outcome or candidate.person_id is None:
        return prepared
    hers = told.get(candidate.person_id, frozenset())
    targets = tuple(one for step in plan.steps for one in step if (one.channel, one.address) in hers)
    if targets:
        return prepared._replace(plan=Plan((targets,), plan.omitted))
    return Prepared(candidate, Plan((), plan.omitted), "reached", "notica")


def plan_candidate(context: Context, candidate: Candidate, facts: Facts) -> Prepared:
    """The plan of one candidate, or the reason for having none. Pure."""
    if candidate.excluded is not None:
        plan = Plan((), _all_omitted(candidate))
        return Prepared(candidate, plan, "excluded", candidate.excluded.reason)
    made = make_plan(candidate.holders, context.route, facts)
    plan = Plan(made.steps, (*candidate.omitted, *made.omitted))
    if made.steps:
        return Prepared(candidate, plan, "", "")
    if context.route.way == Way.NOTICA and candidate.inbox:
        return Prepared(candidate, plan, "reached", "notica")
    reason = made.reason if candidate.holders else plan.reason
    return Prepared(candidate, plan, "no_channel", reason)


def _all_omitted(candidate: Candidate) -> tuple[Omission, ...]:
    excluded = candidate.excluded
    if excluded is None or excluded in candidate.omitted:
        return candidate.omitted
    return (excluded, *candidate.omitted)
