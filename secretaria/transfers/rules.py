"""The steps of a transfer: whose turn each state is, what may be done in it, and by when (requirement E7). Pure.

The steps are data: a state says which side must act and within how many school days of its own, and each act says from
which states it leads where.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from plumier.school_days import Calendar

_LONGEST: Final = 60  # days ahead that are looked at for school days


class Side(models.TextChoices):
    """The two schools of a transfer: where the student is, and where she goes."""

    ORIGIN = "origen", _("centro de origen")
    DESTINATION = "destino", _("centro de destino")


class State(models.TextChoices):
    """Where a transfer stands."""

    ASKED = "asked", _("Solicitado")
    OFFERED = "offered", _("Propuesto")
    ASKED_BACK = "asked_back", _("Solicitud devuelta")
    OFFERED_BACK = "offered_back", _("Propuesta devuelta")
    ACCEPTED = "accepted", _("Aceptado")
    SENT = "sent", _("Expediente enviado")
    RECEIVED = "received", _("Expediente conforme")
    WITHDRAWN = "withdrawn", _("Baja en origen")
    ENROLLED = "enrolled", _("Alta en destino")
    CLOSED = "closed", _("Terminado")
    ANNULLED = "annulled", _("Anulado")


class Action(models.TextChoices):
    """What a side does."""

    ASK = "ask", _("Solicita el traslado")
    OFFER = "offer", _("Propone el traslado")
    ACCEPT = "accept", _("Acepta el traslado")
    RETURN = "return", _("Lo devuelve")
    RESEND = "resend", _("Lo corrige y vuelve a enviarlo")
    SEND = "send", _("Envía el expediente")
    INCOMPLETE = "incomplete", _("Devuelve el expediente incompleto")
    CONFORM = "conform", _("Recibe el expediente y da su conformidad")
    WITHDRAW = "withdraw", _("Da de baja en origen")
    ENROL = "enrol", _("Da de alta en destino")
    CLOSE = "close", _("Cierra el traslado")
    ANNUL = "annul", _("Anula el traslado")


ENDED: Final = (State.CLOSED, State.ANNULLED)
# Whose turn it is, and how many of its school days it has.
TURNS: Final[dict[State, tuple[Side, int]]] = {
    State.ASKED: (Side.ORIGIN, 5),
    State.OFFERED: (Side.DESTINATION, 5),
    State.ASKED_BACK: (Side.DESTINATION, 10),
    State.OFFERED_BACK: (Side.ORIGIN, 10),
    State.ACCEPTED: (Side.ORIGIN, 10),
    State.SENT: (Side.DESTINATION, 5),
    State.RECEIVED: (Side.ORIGIN, 3),
    State.WITHDRAWN: (Side.DESTINATION, 3),
    State.ENROLLED: (Side.ORIGIN, 5),
}


@dataclass(frozen=True, slots=True)
class Step:
    """An act and where it leads from a state; `reasoned` if it must say why, `main` if it is the way forward."""

    action: Action
    to: State
    reasoned: bool = False
    main: bool = False


# What the side whose turn it is may do.
STEPS: Final[dict[State, tuple[Step, ...]]] = {
    State.ASKED: (
        Step(Action.ACCEPT, State.ACCEPTED, main=True),
        Step(Action.RETURN, State.ASKED_BACK, reasoned=True),
    ),
    State.OFFERED: (
        Step(Action.ACCEPT, State.ACCEPTED, main=True),
        Step(Action.RETURN, State.OFFERED_BACK, reasoned=True),
    ),
    State.ASKED_BACK: (Step(Action.RESEND, State.ASKED, reasoned=True, main=True),),
    State.OFFERED_BACK: (Step(Action.RESEND, State.OFFERED, reasoned=True, main=True),),
    State.ACCEPTED: (Step(Action.SEND, State.SENT, main=True),),
    State.SENT: (
        Step(Action.CONFORM, State.RECEIVED, main=True),
        Step(Action.INCOMPLETE, State.ACCEPTED, reasoned=True),
    ),
    State.RECEIVED: (Step(Action.WITHDRAW, State.WITHDRAWN, main=True),),
    State.WITHDRAWN: (Step(Action.ENROL, State.ENROLLED, main=True),),
    State.ENROLLED: (Step(Action.CLOSE, State.CLOSED, main=True),),
}
ANNUL: Final = Step(Action.ANNUL, State.ANNULLED, reasoned=True)
# Until the student has left her school, who began it may take it back, whoever's turn it is.
ANNULLABLE: Final = (
    *(State.ASKED, State.OFFERED, State.ASKED_BACK, State.OFFERED_BACK),
    *(State.ACCEPTED, State.SENT, State.RECEIVED),
)
# The way of a transfer in which nothing is returned, for who wants to see how far it is.
WAY: Final[dict[Side, tuple[State, ...]]] = {
    side: (
        first,
        *(State.ACCEPTED, State.SENT, State.RECEIVED, State.WITHDRAWN, State.ENROLLED, State.CLOSED),
    )
    for side, first in ((Side.DESTINATION, State.ASKED), (Side.ORIGIN, State.OFFERED))
}


def next_side(state: State) -> Side | None:
    """Who must act; nobody in a transfer that has ended."""
    turn = TURNS.get(state)
    return turn[0] if turn else None


def steps_of(state: State, side: Side, begun_by: Side) -> tuple[Step, ...]:
    """What a side may do now, its turn's acts first."""
    own = STEPS.get(state, ()) if next_side(state) == side else ()
    return (*own, ANNUL) if side == begun_by and state in ANNULLABLE else own


def step_for(state: State, side: Side, begun_by: Side, action: str) -> Step | None:
    """That act, if this side may do it now."""
    return next((step for step in steps_of(state, side, begun_by) if step.action == action), None)


def first_state(begun_by: Side) -> State:
    """Where a transfer begins that this side has begun."""
    return State.ASKED if begun_by == Side.DESTINATION else State.OFFERED


def is_back(state: State) -> bool:
    """Whether it was returned to who began it."""
    return state in (State.ASKED_BACK, State.OFFERED_BACK)


def deadline(state: State, calendar: Calendar, today: date) -> date | None:
    """The last day on which the side whose turn it is may act, in school days of that school after today.

    Transfers go on between two courses, so that the year's first and last day do not bound it. Of a calendar without
    enough school days the last day looked at.
    """
    turn = TURNS.get(state)
    if turn is None:
        return None
    open_all_year = replace(calendar, starts_on=None, ends_on=None)
    last = today + timedelta(days=_LONGEST)
    days = open_all_year.open_days(today + timedelta(days=1), last)[: turn[1]]
    return days[-1] if len(days) == turn[1] else last


def days_over(due: date | None, today: date) -> int:
    """How many civil days ago its time was over; 0 where it is not."""
    return max((today - due).days, 0) if due else 0
