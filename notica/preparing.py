"""Candidates planned in their school's context: shared by fan-out, the dry run and the next step."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from channels_app.accounts import UsableAccount
from notica.audience import Candidate, Scope, candidates
from notica.kinds import KINDS, Kind
from notica.models import Message
from notica.planning import Omission, Plan, Route, make_plan
from notica.quiet_hours import QuietHours
from notica.routing import gather_facts, quiet_hours_of, route_of, school_accounts
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


@dataclass(frozen=True, slots=True)
class Prepared:
    """A recipient with its plan. `outcome` is empty when there is something to try."""

    candidate: Candidate
    plan: Plan
    outcome: str
    reason: str


def context_of(message: Message) -> Context:
    """Read what is the same for everybody."""
    school = School.objects.select_related("policy").get(pk=message.school_id)
    policy: SchoolPolicy = school.policy
    return Context(
        message,
        school,
        KINDS[message.kind],
        route_of(message, school, policy),
        quiet_hours_of(school, policy),
        school_accounts(school),
    )


def prepare(context: Context, now: datetime, size: int) -> Iterator[list[Prepared]]:
    """Every recipient of the message with its plan, in chunks."""
    today = now.astimezone(context.quiet.zone).date()
    for chunk in candidates(Scope(context.message, today, size)):
        yield prepare_chunk(context, chunk)


def prepare_chunk(context: Context, chunk: list[Candidate]) -> list[Prepared]:
    """Plan these candidates with one look at the accounts."""
    facts = gather_facts(context.accounts, chunk, context.route)
    prepared: list[Prepared] = []
    for candidate in chunk:
        if candidate.excluded is not None:
            plan = Plan((), _all_omitted(candidate))
            prepared.append(Prepared(candidate, plan, "excluded", candidate.excluded.reason))
            continue
        made = make_plan(candidate.holders, context.route, facts)
        plan = Plan(made.steps, (*candidate.omitted, *made.omitted))
        if made.steps:
            prepared.append(Prepared(candidate, plan, "", ""))
        elif context.route.way == "notica":
            prepared.append(Prepared(candidate, plan, "reached", "notica"))
        else:
            reason = plan.reason if not made.omitted else made.omitted[0].reason
            prepared.append(Prepared(candidate, plan, "no_channel", reason))
    return prepared


def _all_omitted(candidate: Candidate) -> tuple[Omission, ...]:
    excluded = candidate.excluded
    if excluded is None or excluded in candidate.omitted:
        return candidate.omitted
    return (excluded, *candidate.omitted)
