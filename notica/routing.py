"""What stands round a plan: the school's policy, its accounts and what they know of the addresses."""

from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from channels_app.accounts import Known, UsableAccount, known_addresses
from notica.candidates import Candidate
from notica.choices import Audience, Way, way_channels
from notica.kinds import KINDS, LENGTHS
from notica.linking.foreign import foreign_phones
from notica.models import Message
from notica.planning import PHONE_SLOTS, AccountFact, Facts, Holder, Reach, Route
from notica.quiet_hours import QuietHours
from plumier.models import School, SchoolKind, SchoolPolicy

EMAIL_SLOTS: dict[str, tuple[str, ...]] = {
    Audience.STUDENT: ("email_official",),
    Audience.FAMILY: ("email",),
}


def route_of(message: Message, school: School, policy: SchoolPolicy) -> Route:
    """The way that this message goes in this school.

    Staff of a public school are written to at their official address, others at the one on file (E2).
    """
    slots = EMAIL_SLOTS.get(message.to)
    if slots is None:
        public = school.kind == SchoolKind.PUBLIC
        slots = ("email_official", "email") if public else ("email", "email_official")
    allowed = frozenset({*policy.channels, Way.NOTICA.value})
    follows = _sms_follows(message, policy)
    has_room = not KINDS[message.kind].chosen or len(message.body) <= LENGTHS[Way.SMS]
    return Route(
        message.way, message.email_after, slots, allowed, follows and has_room, follows and not has_room
    )


def _sms_follows(message: Message, policy: SchoolPolicy) -> bool:
    """Whether whom a chat does not reach gets an SMS: by the kind, or of what somebody writes as the school has it.

    Of that only what an SMS has room for (requirement B3).
    """
    kind = KINDS[message.kind]
    if message.way != Way.TELEGRAM_TOKAPP or Way.SMS not in kind.ways:
        return False
    if not kind.chosen:
        return True
    return sms_follows(message.kind, message.to, policy)


def sms_follows(code: str, to: str, policy: SchoolPolicy) -> bool:
    """Whether the school sends an SMS to a parent whom no chat reaches, of what somebody writes of this kind."""
    return bool(
        policy.sms_by_default
        and Way.SMS in policy.channels
        and to == Audience.FAMILY
        and (policy.sms_to_many or KINDS[code].sms_to_many)
    )


def quiet_hours_of(school: School, policy: SchoolPolicy) -> QuietHours:
    """The school's quiet hours in its own zone."""
    return QuietHours(ZoneInfo(school.time_zone), policy.quiet_from, policy.quiet_until)


def channels_of(route: Route) -> tuple[str, ...]:
    """Channels that a route may use."""
    after = ("email",) if route.email_after else ()
    sms = way_channels(Way.SMS) if route.sms_after else ()
    return (*way_channels(route.way), *sms, *after)


def slots_of(route: Route) -> tuple[str, ...]:
    """Slots of the register that a route looks at."""
    phones = () if route.way == Way.EMAIL else PHONE_SLOTS
    mails = route.email_slots if route.way == Way.EMAIL or route.email_after else ()
    return (*phones, *mails)


def gather_facts(accounts: dict[str, UsableAccount], candidates: Iterable[Candidate]) -> Facts:
    """What the accounts know of every address of these candidates, in one query; in another whose chats they are.

    What was linked for others, who had the number before, is as if it had never been linked.
    """
    holders = [holder for candidate in candidates for holder in candidate.holders]
    known = known_addresses(accounts.values(), addresses_of(holders)) if holders else {}
    facts = {
        name: AccountFact(account.account_id, account.configured, account.capabilities.needs_activation)
        for name, account in accounts.items()
    }
    foreign = _foreign(accounts, known)
    reach = {
        key: Reach(value.state, value.endpoint, value.reason)
        for key, value in known.items()
        if key not in foreign
    }
    return Facts(facts, reach)


def _foreign(
    accounts: Mapping[str, UsableAccount], known: Mapping[tuple[str, str], Known]
) -> set[tuple[str, str]]:
    """By (channel, address), what is linked for people who have it no more."""
    linking = {one.account_id: name for name, one in accounts.items() if one.capabilities.needs_activation}
    linked = {
        address for (name, address), value in known.items() if value.endpoint and name in linking.values()
    }
    return {(linking[account], phone) for account, phone in foreign_phones(linking, linked)}


def addresses_of(holders: Iterable[Holder]) -> set[str]:
    """Every readable address that these holders have."""
    return {point.value for holder in holders for point in holder.points if point.value}
