"""The words for states: icon and word together, and one sentence for what each proves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notica.choices import DeliveryState, MessageState, Outcome
from notica.models import Delivery


@dataclass(frozen=True, slots=True)
class Mark:
    """A state as people see it; `icon` names a symbol of `components/icons.html`, `tone` its colours."""

    word: str
    icon: str
    tone: str


# By value: a state called the same looks the same, be it of a delivery, a recipient or a whole send.
_LOOKS: Final[dict[str, tuple[str, str]]] = {
    DeliveryState.READY: ("clock", "plain"),
    DeliveryState.SENDING: ("running", "info"),
    DeliveryState.UNCERTAIN: ("question", "warn"),
    DeliveryState.ACCEPTED: ("check", "good"),
    DeliveryState.DELIVERED: ("double-check", "good"),
    DeliveryState.READ: ("eye", "good"),
    DeliveryState.UNDELIVERED: ("bounce", "bad"),
    DeliveryState.SENT_UNCONFIRMED: ("question", "warn"),
    DeliveryState.SUPPRESSED: ("barred", "plain"),
    DeliveryState.QUARANTINED: ("question", "warn"),
    Outcome.OPEN: ("running", "info"),
    Outcome.REACHED: ("check", "good"),
    Outcome.UNCONFIRMED: ("question", "warn"),
    Outcome.FAILED: ("cross", "bad"),
    Outcome.NO_CHANNEL: ("no-channel", "warn"),
    Outcome.EXCLUDED: ("barred", "plain"),
    Outcome.CANCELLED: ("minus", "plain"),
    Outcome.EXPIRED: ("hourglass", "bad"),
    MessageState.DRAFT: ("clock", "plain"),
    MessageState.IN_REVIEW: ("eye", "info"),
    MessageState.QUEUED: ("clock", "plain"),
    MessageState.FINISHED: ("flag", "plain"),
}


def outcome_mark(outcome: str, reason: str = "") -> Mark:
    """What came of a recipient. Some reasons are a word of their own."""
    if outcome == Outcome.EXCLUDED and reason == "protected":
        return Mark(_("Datos protegidos"), "shield", "plain")
    if outcome == Outcome.REACHED and reason == "notica":
        return Mark(_("En Notica"), "inbox", "good")
    return Mark(str(Outcome(outcome).label), *_LOOKS[outcome])


def delivery_mark(delivery: Delivery, now: datetime, zone: ZoneInfo) -> Mark:
    """What is known of one address, times in the school's zone."""
    if delivery.state == DeliveryState.READY and delivery.not_before > now:
        if delivery.tries:
            return Mark(tried_again(delivery.not_before, now, zone), "running", "warn")
        return Mark(postponed(delivery.not_before, now, zone), "clock", "plain")
    return Mark(str(DeliveryState(delivery.state).label), *_LOOKS[delivery.state])


def message_mark(state: str) -> Mark:
    """Where a whole send stands."""
    return Mark(str(MessageState(state).label), *_LOOKS[state])


def tried_again(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """«Se reintenta a las 14:20»: it failed or came back for a passing reason; with the day if it is another one."""
    local = moment.astimezone(zone)
    hour = date_format(local, "G:i")
    if local.date() == now.astimezone(zone).date():
        return _("Se reintenta a las %(hour)s") % {"hour": hour}
    day = date_format(local, "SHORT_DATE_FORMAT")
    return _("Se reintenta el %(day)s a las %(hour)s") % {"day": day, "hour": hour}


def postponed(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """«Aplazado a las 6:00», with the day if it is another one."""
    local = moment.astimezone(zone)
    hour = date_format(local, "G:i")
    if local.date() == now.astimezone(zone).date():
        return _("Aplazado a las %(hour)s") % {"hour": hour}
    day = date_format(local, "SHORT_DATE_FORMAT")
    return _("Aplazado al %(day)s a las %(hour)s") % {"day": day, "hour": hour}


_PROOFS: Final[tuple[tuple[Promise, str, str, Promise], ...]] = (
    (gettext_lazy("En cola"), "clock", "plain", gettext_lazy("Todavía no ha salido.")),
    (
        gettext_lazy("Aplazado"),
        "clock",
        "plain",
        gettext_lazy("Saldrá a la hora que se indica: así se programó, o es hora de silencio en el centro."),
    ),
    (gettext_lazy("En curso"), "running", "info", gettext_lazy("Se está enviando y aún no hay respuesta.")),
    (
        gettext_lazy("Entregado al canal"),
        "check",
        "good",
        gettext_lazy("El canal aceptó el mensaje. No prueba que haya llegado, ni que se haya leído."),
    ),
    (
        gettext_lazy("Recibido"),
        "double-check",
        "good",
        gettext_lazy("El canal dice que llegó al teléfono o al buzón."),
    ),
    (gettext_lazy("Leído"), "eye", "good", gettext_lazy("El canal dice que se abrió.")),
    (gettext_lazy("Leído en Mirador"), "eye", "good", gettext_lazy("Lo abrió en la web de las familias.")),
    (gettext_lazy("Rebotado"), "bounce", "bad", gettext_lazy("El canal lo aceptó y después lo devolvió.")),
    (gettext_lazy("Fallido"), "cross", "bad", gettext_lazy("No se entregó; el motivo está al lado.")),
    (
        gettext_lazy("Sin confirmar"),
        "question",
        "warn",
        gettext_lazy("Salió y el canal no respondió: puede que llegara y puede que no."),
    ),
    (
        gettext_lazy("Sin canal"),
        "no-channel",
        "warn",
        gettext_lazy("No hay teléfono ni correo por el que escribirle."),
    ),
    (
        gettext_lazy("Datos protegidos"),
        "shield",
        "plain",
        gettext_lazy("A esta familia no se le escribe por ningún canal; puede leerlo en Mirador."),
    ),
    (gettext_lazy("Anulado"), "minus", "plain", gettext_lazy("Se anuló antes de que saliera.")),
)


def legend() -> list[tuple[Mark, str]]:
    """Every word with the sentence that says what it proves, in the language in force."""
    return [(Mark(str(word), icon, tone), str(proof)) for word, icon, tone, proof in _PROOFS]
