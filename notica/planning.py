"""The planner: who is reached by which steps, and why not by others. Pure, no database.

Requirements A3, B9, B10 and B12: Teléfono before Teléfono 2, Telegram and TokApp always at once, e-mail
after them only if asked for or the kind says so; an SMS to a family goes to the father's phones, then the
mother's. Everything is told by codes, never by sentences.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from notica.choices import Way, way_channels

PHONE_SLOTS = ("phone_1", "phone_2")
SHARED_WITH_BARRED = "shared_with_barred"
NO_SMS = "no_room_in_sms"


class Point(NamedTuple):
    """One slot of the register: `kind` is mobile, landline, email, unreadable, or shared with a barred parent."""

    slot: str
    kind: str
    value: str


class Holder(NamedTuple):
    """Somebody with addresses; `role` is father, mother, other, student or staff."""

    person_id: int
    role: str
    points: tuple[Point, ...] = ()

    def point(self, slot: str) -> Point | None:
        for point in self.points:
            if point.slot == slot:
                return point
        return None


class AccountFact(NamedTuple):
    """An account that this school sends with. Without `configured` there is nothing to send with."""

    account_id: int
    configured: bool
    needs_activation: bool = False


class Reach(NamedTuple):
    """What an account knows of an address: linked, blocked, inactive, suppressed (with its reason) or unknown."""

    state: str
    endpoint: str = ""
    reason: str = ""


UNKNOWN = Reach("unknown")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the planner is told about the ways out, by channel and by (channel, address)."""

    accounts: Mapping[str, AccountFact]
    reach: Mapping[tuple[str, str], Reach] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
    """What was chosen. `email_slots` is the order in which a holder's mail addresses are looked at.

    `sms_after`: whoever no chat reaches gets an SMS, as the school has it; `no_sms`: but this text has no room in one.
    """

    way: str
    email_after: bool
    email_slots: tuple[str, ...]
    allowed: frozenset[str]  # ways that the school uses
    sms_after: bool = False  # to the same phones, where the chosen way reaches none of them
    no_sms: bool = False


class Target(NamedTuple):
    """One address to try in a step, and why it stands there."""

    channel: str
    address: str
    endpoint: str
    account_id: int
    person_id: int
    reason: str

    def as_json(self) -> dict[str, Any]:
        return {
            "channel": self.channel,
            "address": self.address,
            "person": self.person_id,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Omission:
    """Something that is left out and why. `slot` may be empty (a child, a whole way)."""

    reason: str
    person_id: int | None = None
    channel: str = ""
    slot: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "channel": self.channel,
            "person": self.person_id,
            "slot": self.slot,
            "reason": self.reason,
            "params": dict(self.params),
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """Ordered steps, each a set of targets tried at once, and every omission."""

    steps: tuple[tuple[Target, ...], ...] = ()
    omitted: tuple[Omission, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "steps": [[target.as_json() for target in step] for step in self.steps],
            "omitted": [omission.as_json() for omission in self.omitted],
        }

    @property
    def reason(self) -> str:
        """Why there is no step at all: that the text is too long for an SMS, which its writer mends, or the first."""
        if self.steps:
            return ""
        reasons = [omission.reason for omission in self.omitted]
        return NO_SMS if NO_SMS in reasons else next(iter(reasons), "no_address")


def make_plan(holders: tuple[Holder, ...], route: Route, facts: Facts) -> Plan:
    """Steps over these holders in their order (one person, or a family's father and mother).

    E-mail after the chosen way comes after everybody's phones. An address stands in one step only.
    """
    steps: list[tuple[Target, ...]] = []
    omitted: list[Omission] = []
    seen: set[tuple[str, str]] = set()
    for found in _ways(holders, route, facts):
        if isinstance(found, Omission):
            omitted.append(found)
            continue
        fresh = tuple([target for target in found if (target.channel, target.address) not in seen])
        if len(fresh) < len(found):
            omitted += [_repeated(target) for target in found if target not in fresh]
        seen.update([(target.channel, target.address) for target in fresh])
        if fresh:
            steps.append(fresh)
    return Plan(tuple(steps), tuple(omitted))


def _repeated(target: Target) -> Omission:
    slot = next((slot for slot in PHONE_SLOTS if target.reason.endswith(slot)), "")
    return Omission("repeated", target.person_id, channel=target.channel, slot=slot)


def _ways(holders: tuple[Holder, ...], route: Route, facts: Facts) -> Iterator[tuple[Target, ...] | Omission]:
    if route.way == Way.NOTICA:
        return
    for holder in holders:
        if route.way not in route.allowed:
            yield Omission("way_off", holder.person_id, channel=route.way)
        elif route.way == Way.EMAIL:
            yield from _email_step(holder, route, facts, "email")
        else:
            yield from _phone_steps(holder, route.way, facts)
    if route.sms_after and Way.SMS in route.allowed:
        for holder in holders:
            yield from _phone_steps(holder, Way.SMS, facts)
    if route.no_sms:
        yield from _without_sms(holders)
    if route.email_after and route.way != Way.EMAIL:
        for holder in holders:
            yield from _email_step(holder, route, facts, "email_after")


def _without_sms(holders: tuple[Holder, ...]) -> Iterator[Omission]:
    """The phones that an SMS would have reached."""
    for holder in holders:
        for slot in PHONE_SLOTS:
            if not _phone_problem(holder.point(slot)):
                yield Omission(NO_SMS, holder.person_id, channel=Way.SMS, slot=slot)


def _phone_steps(holder: Holder, way: str, facts: Facts) -> Iterator[tuple[Target, ...] | Omission]:
    channels = way_channels(way)
    for slot in PHONE_SLOTS:
        point = holder.point(slot)
        problem = _phone_problem(point)
        if point is None or problem:
            yield Omission(problem, holder.person_id, channel=way, slot=slot)
            continue
        targets: list[Target] = []
        for channel in channels:
            found = _target(channel, point, holder, facts, f"{holder.role}_{slot}")
            if isinstance(found, Omission):
                yield found
            else:
                targets.append(found)
        yield tuple(targets)


def _phone_problem(point: Point | None) -> str:
    if point is None:
        return "no_phone"
    known = {"mobile": "", "landline": "landline", SHARED_WITH_BARRED: SHARED_WITH_BARRED}
    return known.get(point.kind, "unreadable_phone")


def _email_step(
    holder: Holder, route: Route, facts: Facts, reason: str
) -> Iterator[tuple[Target, ...] | Omission]:
    if Way.EMAIL not in route.allowed:
        yield Omission("way_off", holder.person_id, channel="email")
        return
    missing = "no_email"
    for slot in route.email_slots:
        point = holder.point(slot)
        if point is not None and point.kind != "email":
            missing = SHARED_WITH_BARRED if point.kind == SHARED_WITH_BARRED else "unreadable_email"
        elif point is not None:
            found = _target("email", point, holder, facts, reason)
            yield found if isinstance(found, Omission) else (found,)
            if not isinstance(found, Omission):
                return
            missing = ""
    if missing:
        yield Omission(missing, holder.person_id, channel="email", slot=route.email_slots[0])


def _target(channel: str, point: Point, holder: Holder, facts: Facts, reason: str) -> Target | Omission:
    account = facts.accounts.get(channel)
    if account is None or not account.configured:
        return Omission("not_configured", holder.person_id, channel=channel, slot=point.slot)
    reach = facts.reach.get((channel, point.value), UNKNOWN)
    problem = _reach_problem(reach, account)
    if problem:
        why = {"why": reach.reason} if reach.reason else {}
        return Omission(problem, holder.person_id, channel=channel, slot=point.slot, params=why)
    endpoint = reach.endpoint or point.value
    return Target(channel, point.value, endpoint, account.account_id, holder.person_id, reason)


def _reach_problem(reach: Reach, account: AccountFact) -> str:
    if reach.state in ("suppressed", "blocked", "inactive"):
        return reach.state
    return "never_linked" if account.needs_activation and not reach.endpoint else ""
