"""Her own phones and mails, school by school: their ends, how each stands, and which of them is written to first."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from notica.channel_marks import ChannelLine, channel_line
from notica.channel_state import ChannelState, states_in_their_schools
from notica.choices import Way, channel_word, way_channels
from notica.linking.bots import CHANNEL as TELEGRAM
from plumier.contacts import mask
from plumier.family_access import family_persons, shielded_of
from plumier.models import Contact, ContactKind, Person, School, Slot, User

_PHONES: Final = (Slot.PHONE_1, Slot.PHONE_2)


@dataclass(frozen=True, slots=True)
class OwnAddress:
    """A phone or a mail of hers; `states` are those of the channels that her school uses.

    `ways` are those by which a test can be tried there.
    """

    contact: Contact
    states: tuple[ChannelState, ...] = ()
    ways: tuple[Way, ...] = ()

    @property
    def slot(self) -> str:
        """Its place in the register, in words."""
        return str(self.contact.get_slot_display())

    @property
    def end(self) -> str:
        """As much of it as is shown."""
        return mask(self.contact.value or self.contact.typed)

    @property
    def kind(self) -> str:
        """What was read there."""
        return self.contact.kind

    @property
    def is_phone(self) -> bool:
        """Whether it stands in a phone's place."""
        return self.contact.slot in _PHONES

    @property
    def lines(self) -> list[ChannelLine]:
        """How it stands on each channel, in the language in force."""
        usable = self.contact.kind in (ContactKind.MOBILE, ContactKind.EMAIL)
        return [channel_line(state) for state in self.states] if usable else []

    @property
    def chats(self) -> list[str]:
        """The channels by which a message comes to a chat of this phone."""
        names = way_channels(Way.TELEGRAM_TOKAPP)
        return [one.channel for one in self.states if one.works and one.channel in names]

    @property
    def on_telegram(self) -> bool:
        """Whether it is linked to a bot."""
        return TELEGRAM in self.chats

    def off_telegram(self) -> "OwnAddress":
        """As it would be without the bot."""
        return replace(self, states=tuple(one for one in self.states if one.channel != TELEGRAM))


@dataclass(frozen=True, slots=True)
class OwnSchool:
    """Who she is in one school, and what the school has of her.

    With `shielded` the school writes to her by no channel: her children's data are protected.
    """

    person: Person
    school: School
    student: bool
    shielded: bool = False
    addresses: list[OwnAddress] = field(default_factory=list)

    @property
    def uses_chat(self) -> bool:
        """Whether the school writes by Telegram or TokApp."""
        return Way.TELEGRAM_TOKAPP in self.school.policy.channels and not self.shielded

    @property
    def reached_by_chat(self) -> bool:
        """Whether a message comes to a chat of hers."""
        return any(address.chats for address in self.addresses)

    @property
    def sentences(self) -> list[str]:
        """Which message goes where first, in the language in force."""
        return first_ways(self, self.addresses)


def own_schools(user: User, today: date) -> list[OwnSchool]:
    """By school's name, then by her own in it; six queries for any number of them."""
    people = list(
        family_persons(user)
        .select_related("school__policy", "student")
        .order_by("school__name", "sort_key", "pk")
    )
    contacts: dict[int, list[Contact]] = {person.pk: [] for person in people}
    places = list(Slot)
    rows = Contact.objects.filter(person__in=contacts)
    for contact in sorted(rows, key=lambda one: places.index(Slot(one.slot))):
        contacts[contact.person_id].append(contact)
    states = states_in_their_schools(people)
    shielded = shielded_of(contacts, today)
    return [
        OwnSchool(
            person,
            person.school,
            hasattr(person, "student"),
            person.pk in shielded,
            [_address(one, states[person.pk], _used(person, shielded)) for one in contacts[person.pk]],
        )
        for person in people
    ]


def _used(person: Person, shielded: Collection[int]) -> list[str]:
    """The ways by which her school may write to her."""
    return [] if person.pk in shielded else person.school.policy.channels


def own_contacts(user: User) -> list[Contact]:
    """All of hers as somebody's family or as a student."""
    rows = Contact.objects.filter(person__in=family_persons(user).values("pk"))
    return list(rows.select_related("person__school__policy").order_by("pk"))


def ways_to(contact: Contact, used: Sequence[str]) -> tuple[Way, ...]:
    """The ways that lead to an address, of those that its school uses."""
    if contact.kind == ContactKind.EMAIL:
        wanted: tuple[Way, ...] = (Way.EMAIL,)
    elif contact.kind == ContactKind.MOBILE:
        wanted = (Way.TELEGRAM_TOKAPP, Way.SMS)
    else:
        wanted = ()
    return tuple(way for way in wanted if way in used)


def _address(contact: Contact, states: Iterable[ChannelState], used: Sequence[str]) -> OwnAddress:
    """What is not configured is no way of this school's, and says nothing to a family."""
    shown = {name for way in used for name in way_channels(way)}
    own = tuple(
        one
        for one in states
        if one.slot == contact.slot and one.channel in shown and one.state != "not_configured"
    )
    works = {one.channel for one in own if one.works or one.state == "unknown"}
    ways = tuple(way for way in ways_to(contact, used) if works & set(way_channels(way)))
    return OwnAddress(contact, own, ways)


def first_ways(school: OwnSchool, addresses: Sequence[OwnAddress]) -> list[str]:
    """What goes to the phone first and what to the mail, as far as the school uses either."""
    if school.shielded:
        return [_("Datos protegidos: el centro no le escribe por ningún canal. En Mirador lo lee todo.")]
    found: list[str] = []
    if school.uses_chat:
        found.append(_to_phones([one for one in addresses if one.is_phone and one.chats]))
    if Way.EMAIL in school.school.policy.channels:
        slot = Slot.EMAIL_OFFICIAL if school.student else Slot.EMAIL
        mail = next((one for one in addresses if one.contact.slot == slot), None)
        works = mail is not None and any(state.works for state in mail.states)
        if mail is not None and works:
            found.append(_("Los correos del centro van a %(address)s.") % {"address": mail.end})
        else:
            found.append(_("El centro no tiene ningún correo suyo que funcione."))
    return found


def _to_phones(phones: Sequence[OwnAddress]) -> str:
    if not phones:
        return _("Hoy no le llega ningún aviso al móvil.")
    first = _place(phones[0])
    if len(phones) == 1:
        return _("Los avisos al móvil van a %(first)s.") % {"first": first}
    return _("Los avisos al móvil van primero a %(first)s; si ahí no se entregan, a %(second)s.") % {
        "first": first,
        "second": _place(phones[1]),
    }


def _place(phone: OwnAddress) -> str:
    """«Teléfono ***345 (Telegram y TokApp)»."""
    words = get_text_list([channel_word(name) for name in phone.chats], _("y"))
    return f"{phone.slot} {phone.end} ({words})"
