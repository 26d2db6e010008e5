"""What is known of each address of a person on each channel, and since when (requirement B8).

Read from what links, sends and questions have left; nobody is asked here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from channels_app.accounts import UsableAccount, accounts_by_owner, accounts_for
from channels_app.base import AddressKind
from channels_app.models import Activation, Suppression
from plumier.models import Contact, ContactKind, Person, School

STATES: Final[dict[str, Promise]] = {
    "linked": gettext_lazy("activo"),
    "blocked": gettext_lazy("bloqueado"),
    "inactive": gettext_lazy("sin activar"),
    "suppressed": gettext_lazy("ya no recibe"),
    "never_linked": gettext_lazy("nunca conectado"),
    "unknown": gettext_lazy("sin comprobar"),
    "usable": gettext_lazy("sirve"),
    "landline": gettext_lazy("fijo: no sirve"),
    "unreadable": gettext_lazy("ilegible: no se usa"),
    "not_configured": gettext_lazy("canal sin configurar"),
}
WORKS: Final = frozenset({"linked", "usable"})
_PHONES: Final = (ContactKind.MOBILE, ContactKind.LANDLINE)


@dataclass(frozen=True, slots=True)
class ChannelState:
    """One address on one channel. `checked_at` is when that was last learnt; None if it never was."""

    slot: str
    address: str
    channel: str
    state: str
    checked_at: datetime | None = None
    reason: str = ""

    @property
    def works(self) -> bool:
        """Whether a message can be tried there."""
        return self.state in WORKS


def states_of(school: School, people: Iterable[int]) -> dict[int, list[ChannelState]]:
    """By person: each of her addresses on each channel that takes it. Four queries for any number of people."""
    wanted = list(people)
    contacts = Contact.objects.filter(person__in=wanted, school=school).order_by("person_id", "slot")
    return _states(wanted, list(contacts), {school.pk: accounts_for(school.code)})


def states_in_their_schools(people: Iterable[Person]) -> dict[int, list[ChannelState]]:
    """The same for people of several schools, each on her own school's accounts; their `school` is best joined."""
    wanted = {person.pk: person.school for person in people}
    contacts = Contact.objects.filter(person__in=wanted).order_by("person_id", "slot")
    by_code = accounts_by_owner({school.code for school in wanted.values()})
    return _states(
        list(wanted), list(contacts), {school.pk: by_code[school.code] for school in wanted.values()}
    )


def _states(
    wanted: list[int], contacts: list[Contact], accounts: Mapping[int, Mapping[str, UsableAccount]]
) -> dict[int, list[ChannelState]]:
    """By person; `accounts` are by school, then by channel."""
    addresses = [contact.value for contact in contacts if contact.value]
    ids = {account.account_id for some in accounts.values() for account in some.values()}
    learnt = {
        (row.account_id, row.address): row
        for row in Activation.objects.filter(account__in=ids, address__in=addresses)
    }
    stopped = {
        (row.account_id, row.address): row
        for row in Suppression.objects.filter(account__in=ids, address__in=addresses)
    }
    found: dict[int, list[ChannelState]] = {person: [] for person in wanted}
    for contact in contacts:
        for name, account in accounts.get(contact.school_id, {}).items():
            if _takes(account, contact):
                key = (account.account_id, contact.value)
                found[contact.person_id].append(
                    _state(contact, name, account, learnt.get(key), stopped.get(key))
                )
    return found


def states_of_person(person: Person) -> list[ChannelState]:
    """Those of one person."""
    return states_of(person.school, [person.pk])[person.pk]


def _takes(account: UsableAccount, contact: Contact) -> bool:
    """A channel of phones says something of landlines and of what cannot be read in a phone's place, too."""
    is_phone = contact.slot.startswith("phone")
    return is_phone == (account.capabilities.address != AddressKind.EMAIL)


def _state(
    contact: Contact,
    channel: str,
    account: UsableAccount,
    learnt: Activation | None,
    stopped: Suppression | None,
) -> ChannelState:
    shown = contact.value or contact.typed
    if contact.kind in (ContactKind.UNREADABLE, ContactKind.LANDLINE):
        return ChannelState(contact.slot, shown, channel, str(contact.kind))
    if not account.configured:
        return ChannelState(contact.slot, shown, channel, "not_configured")
    if stopped is not None:
        return ChannelState(contact.slot, shown, channel, "suppressed", stopped.since, stopped.reason)
    if learnt is not None:
        return ChannelState(contact.slot, shown, channel, learnt.state, learnt.checked_at)
    return ChannelState(contact.slot, shown, channel, unasked(account))


def unasked(account: UsableAccount) -> str:
    """The state of an address of which nothing is known: must it be linked before it receives?"""
    if account.capabilities.needs_activation:
        return "never_linked"
    return "unknown" if account.capabilities.form == "chat" else "usable"
