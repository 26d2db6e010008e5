"""The columns of the workbook: addresses masked, moments in the school's time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from notica.choices import SUCCESS_STATES, Outcome, channel_word
from notica.marks import delivery_mark, outcome_mark
from notica.models import Delivery
from notica.plan_words import omission_words, step_words
from notica.reasons import sentence
from notica.send_result.reading import Told
from notica.summaries import name_of
from plumier.contacts import mask
from plumier.workbooks import Value


@dataclass(frozen=True, slots=True)
class Column:
    """A title, how wide it is in characters, and what stands in it."""

    title: str
    width: int
    value: Callable[[Told], Value]


def columns(zone: ZoneInfo, now: datetime) -> list[Column]:
    """In the language in force."""
    return [
        Column(_("Destinatario"), 32, _name),
        Column(_("Alumnado"), 32, lambda told: "; ".join(map(str, told.children))),
        Column(_("Grupo"), 16, lambda told: ", ".join(told.groups)),
        Column(_("Resultado"), 20, _mark),
        Column(_("Motivo"), 36, _reason),
        Column(_("Canal"), 18, lambda told: _of(_reaching(told), lambda one: channel_word(one.channel))),
        Column(_("Dirección"), 22, lambda told: _of(_reaching(told), lambda one: mask(one.address))),
        Column(_("Paso"), 8, lambda told: _of(_reaching(told), lambda one: str(one.step))),
        Column(_("Hora"), 18, lambda told: _moment(_ended(_reaching(told)), zone)),
        Column(_("Leído en Mirador"), 18, lambda told: _moment(told.read_at, zone)),
        Column(_("Plan"), 50, _plan),
        Column(_("Intentos"), 60, lambda told: "; ".join(_tries(told, zone, now))),
        Column(_("Lo que quedó fuera"), 50, _left_out),
    ]


def _name(told: Told) -> str:
    name = name_of(told.recipient)
    return _("Familia de %(name)s") % {"name": name} if told.recipient.family_of is not None else name


def _mark(told: Told) -> str:
    return outcome_mark(told.recipient.outcome, told.recipient.reason).word


def _reason(told: Told) -> str:
    recipient = told.recipient
    if recipient.outcome == Outcome.REACHED:
        return ""
    params: dict[str, Any] = next(
        (one["params"] for one in _omitted(told) if one["reason"] == recipient.reason), {}
    )
    return sentence(recipient.reason, params)


def _reaching(told: Told) -> Delivery | None:
    """The first address that took it."""
    return next((one for one in told.deliveries if one.state in SUCCESS_STATES), None)


def _of(delivery: Delivery | None, word: Callable[[Delivery], str]) -> str:
    return word(delivery) if delivery is not None else ""


def _ended(delivery: Delivery | None) -> datetime | None:
    return delivery.ended_at if delivery is not None else None


def _moment(moment: datetime | None, zone: ZoneInfo) -> Value:
    """Without a zone: a workbook has none, and it is read at the school."""
    return moment.astimezone(zone).replace(tzinfo=None) if moment is not None else None


def _plan(told: Told) -> str:
    steps = told.recipient.plan.get("steps", [])
    return " → ".join(f"{number} {step_words(step)}" for number, step in enumerate(steps, 1))


def _tries(told: Told, zone: ZoneInfo, now: datetime) -> Iterable[str]:
    for one in told.deliveries:
        words = f"{channel_word(one.channel)} ({mask(one.address)}): {delivery_mark(one, now, zone).word}"
        why = sentence(one.reason)
        yield f"{words}, {why}" if why and why not in words else words


def _left_out(told: Told) -> str:
    return "; ".join(dict.fromkeys(omission_words(one) for one in _omitted(told)))


def _omitted(told: Told) -> list[dict[str, Any]]:
    omitted: list[dict[str, Any]] = told.recipient.plan.get("omitted", [])
    return omitted
