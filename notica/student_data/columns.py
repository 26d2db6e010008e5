"""The columns of the workbook: what each is called, how wide it is and what it says of a student."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from notica.channel_state import STATES
from notica.choices import Way, channel_word, way_channels
from notica.student_data.reading import Holder, Pupil
from plumier.models import Slot
from plumier.workbooks import Value

PHONES: Final = (Slot.PHONE_1, Slot.PHONE_2)
MAILS: Final = (Slot.EMAIL, Slot.EMAIL_OFFICIAL, Slot.EMAIL_ALT)
FROZEN: Final = 4  # columns that stay in sight: who the row is about
_STATE_WIDTH, _DATE_WIDTH = 18, 16
_WIDTHS: Final = {Slot.PHONE_1: 16, Slot.PHONE_2: 16}
_MAIL_WIDTH: Final = 30


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    title: str
    width: int
    value: Callable[[Pupil], Value]


def columns(zone: ZoneInfo, *, leads: bool) -> list[Column]:
    """All of them, in the language in force. What courts have ordered is told to who leads the school alone."""
    own = _Of(_("Alumno"), lambda pupil: pupil.own, zone)
    first = _Of(_("Padre"), lambda pupil: pupil.first, zone)
    second = _Of(_("Madre"), lambda pupil: pupil.second, zone)
    return [
        *_of_student(),
        *own.addresses(),
        *first.guardian(_("Mensaje padre"), leads=leads),
        *second.guardian(_("Mensaje madre"), leads=leads),
    ]


def _of_student() -> Iterator[Column]:
    yield Column(_("Expediente"), 12, lambda pupil: pupil.student.expediente)
    yield Column("NRE", 12, lambda pupil: pupil.student.nre)
    yield Column(_("Apellidos"), 26, lambda pupil: pupil.own.person.surname)
    yield Column(_("Nombre"), 18, lambda pupil: pupil.own.person.given_name)
    yield Column(_("DNI o NIE"), 12, lambda pupil: pupil.own.person.document)
    yield Column(_("Grupo"), 14, lambda pupil: pupil.enrolment.group.name if pupil.enrolment else "")
    yield Column(
        _("Enseñanza"), 16, lambda pupil: str(pupil.enrolment.group.stage) if pupil.enrolment else ""
    )
    yield Column(
        _("Matrícula"), 14, lambda pupil: pupil.enrolment.get_status_display() if pupil.enrolment else ""
    )
    yield Column(_("Fecha de baja"), 14, lambda pupil: pupil.enrolment.left_on if pupil.enrolment else None)
    yield Column(_("Datos protegidos"), 16, lambda pupil: _("Sí") if pupil.student.protected else "")


@dataclass(frozen=True, slots=True)
class _Of:
    """The columns about one of the people of a row; `who` is what she is called in their titles."""

    who: str
    holder: Callable[[Pupil], Holder | None]
    zone: ZoneInfo

    def guardian(self, tick: str, *, leads: bool) -> Iterator[Column]:
        yield self._column(_("nombre"), 30, lambda one: str(one.person))
        yield self._column(_("parentesco"), 12, lambda one: one.tie.get_relation_display() if one.tie else "")
        yield self._column(_("DNI o NIE"), 12, lambda one: one.person.document)
        yield from self.addresses()
        ticked = self._column("", 15, _ticked)
        yield Column(tick, ticked.width, ticked.value)
        if leads:
            yield self._column(_("excluido desde"), 16, lambda one: one.tie.barred_from if one.tie else None)
            yield self._column(_("excluido hasta"), 16, lambda one: one.tie.barred_until if one.tie else None)

    def addresses(self) -> Iterator[Column]:
        for slot in PHONES:
            yield from self._address(slot, _words(Way.TELEGRAM_TOKAPP))
        for slot in MAILS:
            yield from self._address(slot, _words(Way.EMAIL))

    def _address(self, slot: Slot, channels: dict[str, str]) -> Iterator[Column]:
        def address(one: Holder) -> Value:
            contact = one.contacts.get(slot)
            return str(contact) if contact else ""

        yield self._column(str(slot.label), _WIDTHS.get(slot, _MAIL_WIDTH), address)
        for channel, name in channels.items():
            title = f"{slot.label} · {name}"
            yield self._column(title, _STATE_WIDTH, self._state(slot, channel))
            yield self._column(f"{title} · {_('comprobado')}", _DATE_WIDTH, self._checked(slot, channel))

    def _state(self, slot: str, channel: str) -> Callable[[Holder], Value]:
        def value(one: Holder) -> Value:
            state = one.states.get((slot, channel))
            return str(STATES.get(state.state, state.state)) if state else ""

        return value

    def _checked(self, slot: str, channel: str) -> Callable[[Holder], Value]:
        def value(one: Holder) -> Value:
            state = one.states.get((slot, channel))
            if state is None or state.checked_at is None:
                return None
            return state.checked_at.astimezone(self.zone).replace(tzinfo=None, second=0, microsecond=0)

        return value

    def _column(self, title: str, width: int, value: Callable[[Holder], Value]) -> Column:
        def of(pupil: Pupil) -> Value:
            one = self.holder(pupil)
            return value(one) if one is not None else None

        return Column(f"{self.who}: {title}", width, of)


def _ticked(one: Holder) -> str:
    if one.kept_away:
        return _("Consulte con la dirección del centro.")
    return _("Sí") if one.tie and one.tie.receives_messages else _("No")


def _words(way: Way) -> dict[str, str]:
    return {name: channel_word(name) for name in way_channels(way)}
