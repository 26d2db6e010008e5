"""What somebody sees of herself on the bots of her schools: her phones' ends, how they stand, and her link."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import segno
from django.utils.safestring import SafeString

from channels_app.models import Activation, ActivationState, ChannelAccount
from notica.channel_state import STATES
from notica.choices import Way
from notica.linking.bots import accounts_of
from notica.linking.invitations import token_of
from notica.models import LinkInvitation
from plumier.contacts import mask
from plumier.models import Contact, School, User

WRONG: Final = {"landline": "landline", "unreadable": "unreadable"}


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """One phone on record, by its end, and how it stands on the bot."""

    end: str
    state: str
    checked_at: datetime | None = None

    @property
    def words(self) -> str:
        """In the language in force."""
        return str(STATES[self.state])

    @property
    def works(self) -> bool:
        """Whether messages come to a chat."""
        return self.state == ActivationState.LINKED


@dataclass(frozen=True, slots=True)
class Panel:
    """One bot and the schools of hers that it serves."""

    account: ChannelAccount
    schools: list[School]
    phones: list[PhoneLine]
    invitation: LinkInvitation | None
    connected: bool

    @property
    def waiting(self) -> bool:
        """Whether her link is open and no phone has been linked since it was asked for."""
        return self.invitation is not None and not self.connected

    @property
    def opened(self) -> bool:
        """Whether a chat has her link, and lacks the phone."""
        return self.invitation is not None and bool(self.invitation.used_by)

    @property
    def link(self) -> str:
        """The deep link into the bot; empty without one, and while the bot's name is not known."""
        return f"https://t.me/{self.account.handle}?start={self.token}" if self.token else ""

    @property
    def token(self) -> str:
        """What is typed after /start where neither the link nor its code can be opened; empty as `link`."""
        if self.invitation is None or not self.account.handle:
            return ""
        return token_of(self.invitation)

    @property
    def qr(self) -> SafeString:
        """The link's QR code as an SVG, dark on white whatever the page is in."""
        code = segno.make(self.link, micro=False)
        return SafeString(code.svg_inline(scale=5, border=4, dark="#000", light="#fff"))


def panels_of(user: User, now: datetime) -> tuple[list[Panel], list[School]]:
    """By bot, and the schools of hers that write to nobody by Telegram. Five queries."""
    schools = list(
        School.objects.select_related("policy").filter(people__user=user).distinct().order_by("name", "pk")
    )
    users = [one for one in schools if Way.TELEGRAM_TOKAPP in one.policy.channels]
    accounts = accounts_of(users)
    by_account: dict[int, list[School]] = {}
    for school in users:
        if school.pk in accounts:
            by_account.setdefault(accounts[school.pk].pk, []).append(school)
    contacts = list(
        Contact.objects.filter(person__user=user, slot__startswith="phone").order_by("slot", "pk")
    )
    known = _known(by_account, contacts)
    rows = LinkInvitation.objects.filter(user=user, account__in=by_account, expires_at__gt=now)
    open_ones = {row.account_id: row for row in rows}
    found = {account.pk: account for account in accounts.values()}
    panels = [
        _panel(found[pk], served, contacts, known, open_ones.get(pk)) for pk, served in by_account.items()
    ]
    return panels, [school for school in schools if school.pk not in accounts]


def _known(accounts: Iterable[int], contacts: Iterable[Contact]) -> dict[tuple[int, str], Activation]:
    phones = [one.value for one in contacts if one.value]
    rows = Activation.objects.filter(account__in=list(accounts), address__in=phones)
    return {(row.account_id, row.address): row for row in rows}


def _panel(
    account: ChannelAccount,
    schools: list[School],
    contacts: Iterable[Contact],
    known: dict[tuple[int, str], Activation],
    invitation: LinkInvitation | None,
) -> Panel:
    served = {school.pk for school in schools}
    lines: dict[str, PhoneLine] = {}
    connected = False
    for contact in contacts:
        if contact.school_id in served:
            row = known.get((account.pk, contact.value)) if contact.value else None
            lines.setdefault(contact.value or contact.typed, _line(contact, row))
            linked = row is not None and row.state == ActivationState.LINKED
            if linked and row is not None and invitation is not None and row.checked_at >= invitation.made_at:
                connected = True
    return Panel(account, schools, list(lines.values()), invitation, connected)


def _line(contact: Contact, row: Activation | None) -> PhoneLine:
    end = mask(contact.value or contact.typed)
    if contact.kind in WRONG:
        return PhoneLine(end, WRONG[contact.kind])
    return PhoneLine(end, row.state, row.checked_at) if row is not None else PhoneLine(end, "never_linked")
