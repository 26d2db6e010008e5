"""The words that people see for the states of a change and for what is to be looked at in it."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from plumier.models import ProposalState, Slot
from plumier.proposals.flags import Flag, Found


@dataclass(frozen=True, slots=True)
class Mark:
    """A word with its icon (`components/icons.html`) and the tone of its colours."""

    word: str
    icon: str
    tone: str


_LOOKS: Final[dict[str, tuple[str, str]]] = {
    ProposalState.PROPOSED: ("clock", "info"),
    ProposalState.TO_CONFIRM: ("question", "warn"),
    ProposalState.CONFIRMED: ("double-check", "good"),
    ProposalState.OUTDATED: ("hourglass", "warn"),
    ProposalState.APPLIED: ("check", "good"),
    ProposalState.RETURNED: ("bounce", "bad"),
    ProposalState.WITHDRAWN: ("minus", "plain"),
}
FLAGS: Final[dict[Flag, Promise]] = {
    Flag.BARRED: _("Es una persona excluida por resolución judicial"),
    Flag.BARRED_ADDRESS: _("Es la dirección de una persona excluida por resolución judicial"),
    Flag.BARRED_NAME: _("Se llama como una persona excluida por resolución judicial"),
    Flag.BARRED_PLACE: _("Ocupa el lugar de una persona excluida por resolución judicial"),
    Flag.PROTECTED: _("Datos protegidos"),
    Flag.OTHER_FAMILY: _("Ya es de otra familia"),
    Flag.FATHER_MOTHER: _("Es también de otro tutor del mismo alumno"),
    Flag.PUPIL: _("Es la dirección de un alumno"),
    Flag.STAFF: _("Es de alguien del personal"),
    Flag.TWICE: _("Está también en otro cambio sin tramitar"),
    Flag.RIVAL: _("Hay otro cambio de la misma persona sin tramitar"),
    Flag.LANDLINE: _("Es un fijo: no recibe SMS ni Telegram"),
    Flag.REMOVED: _("Se quita"),
    Flag.RENAMED: _("Cambia el nombre"),
    Flag.SAME_PERSON: _("Ya está en el registro por otro alumno: se une a su ficha"),
}


def state_mark(state: str) -> Mark:
    """A state as people see it."""
    return Mark(str(ProposalState(state).label), *_LOOKS[state])


def flag_mark(found: Found) -> Mark:
    """A flag as people see it, with the address that it is about."""
    words = str(FLAGS[found.flag])
    if found.slot:
        words = f"{Slot(found.slot).label}: {words[0].lower()}{words[1:]}"
    return Mark(words, "barred" if found.is_serious else "question", "bad" if found.is_serious else "warn")
