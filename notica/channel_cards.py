"""An account in words: how it stands, what waits on it, what came of the last tries, and what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.formats import date_format, number_format, time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from channels_app import environment, registry
from channels_app.base import Channel
from channels_app.models import ChannelAccount
from channels_app.reasons import reason_text
from notica.channel_figures import CAP, Figures
from notica.choices import channel_word
from notica.linking.heard import is_unheard
from notica.marks import Mark
from notica.reasons import sentence

WORST_FIRST = ("bad", "warn", "good", "plain")


@dataclass(frozen=True, slots=True)
class Card:
    """An account: `facts` are pairs of a word and what holds of it, `to_do` whole sentences.

    `moves` says that something waits or is on its way.
    """

    account_id: int
    title: str
    mark: Mark
    facts: list[tuple[str, str]]
    to_do: list[str]
    moves: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What a card is made of. `others` says that another school has something due on the same account."""

    account: ChannelAccount
    figures: Figures
    now: datetime
    others: bool = False

    @property
    def channel(self) -> type[Channel]:
        return registry.channel_class(self.account.channel)

    @property
    def configured(self) -> bool:
        return environment.is_configured(self.channel, self.account.owner)

    @property
    def paused(self) -> bool:
        until = self.account.paused_until
        return until is not None and until > self.now

    @property
    def stalled(self) -> bool:
        """Whether something waits too long and nothing goes out; a message to many takes its time."""
        most = settings.CHANNEL_STALLED_SECONDS
        success = self.figures.last_success
        rests = success is None or (self.now - success).total_seconds() > most
        return rests and (self.figures.queue.oldest or 0) > most

    @property
    def word(self) -> str:
        """How it stands, for machines: the worst that holds."""
        if self.account.circuit_open_until is not None:
            return "circuit_open"
        return "stalled" if self.stalled else "paused" if self.paused else "ok"


def card_of(standing: Standing) -> Card:
    """In the language and the zone in force."""
    account, queue = standing.account, standing.figures.queue
    whose = _("cuenta propia") if account.owner else _("cuenta común")
    return Card(
        account.pk,
        f"{channel_word(account.channel)} · {whose} {account.owner}".strip(),
        _mark(standing),
        [*_now(standing), *_before(standing)] if standing.configured or queue.due or queue.later else [],
        list(_to_do(standing)),
        moves=bool(queue.due or standing.figures.sending or standing.figures.uncertain),
    )


def span(seconds: float) -> str:
    """«3 min»."""
    if seconds < 60:
        return _("%(number)d s") % {"number": seconds}
    if seconds < 3600:
        return _("%(number)d min") % {"number": seconds // 60}
    return _("%(number)d h") % {"number": seconds // 3600}


def _problems(standing: Standing) -> list[str]:
    return environment.problems(standing.channel, standing.account.owner)


def _mark(standing: Standing) -> Mark:
    if _problems(standing):
        return Mark(_("Mal configurada"), "no-channel", "bad")
    if not standing.configured:
        return Mark(_("Sin configurar"), "minus", "plain")
    if standing.account.circuit_open_until is not None:
        return Mark(_("Cortada"), "barred", "bad")
    if standing.stalled:
        return Mark(_("Atascada"), "hourglass", "bad")
    if standing.paused:
        return Mark(_("En pausa"), "clock", "warn")
    return Mark(_("Funciona"), "check", "good")


def _now(standing: Standing) -> Iterator[tuple[str, str]]:
    account, figures, queue = standing.account, standing.figures, standing.figures.queue
    if account.circuit_open_until is not None:
        yield _("Por qué está cortada"), reason_text(account.circuit_reason)
        again = _("enseguida")
        if account.circuit_open_until > standing.now:
            again = _hour(account.circuit_open_until)
        yield _("Se prueba de nuevo"), again
    if standing.paused and account.paused_until is not None:
        yield _("En pausa hasta"), _hour(account.paused_until)
    due = _many(queue.due)
    if queue.oldest is not None:
        due += " · " + _("la más antigua espera %(time)s") % {"time": span(queue.oldest)}
    yield _("Por salir ahora"), due
    if queue.later:
        yield _("Para más tarde"), _many(queue.later)
    if figures.sending:
        yield _("En camino"), _many(figures.sending)
    if figures.uncertain:
        yield _("Sin respuesta del canal"), _many(figures.uncertain)
    if standing.others:
        yield _("Otros centros"), _("también envían ahora por esta cuenta")


def _before(standing: Standing) -> Iterator[tuple[str, str]]:
    figures = standing.figures
    _five, quarter, hour = figures.accepted
    taken = _("%(quarter)s en 15 minutos · %(hour)s en una hora")
    yield _("Entregados al canal"), taken % {"quarter": number_format(quarter), "hour": number_format(hour)}
    yield _("Ritmo"), _rate(standing)
    if figures.last_success is not None:
        yield _("Último entregado"), _moment(figures.last_success)
    if figures.last_error_at is not None:
        words = sentence(figures.last_error) or _("sin motivo")
        yield _("Último fallo"), f"{_moment(figures.last_error_at)} · {words}"
    if figures.bounced:
        yield _("Rebotados en una hora"), number_format(figures.bounced)


def _rate(standing: Standing) -> str:
    now = _("%(rate)s por segundo ahora") % {"rate": number_format(standing.figures.rate, 1)}
    most = standing.account.rate or standing.channel.capabilities.rate
    limit = _("sin límite")
    if most is not None:
        limit = _("admite %(rate)s") % {"rate": number_format(most, 0 if most >= 1 else 2)}
    return f"{now} · {limit}"


def _to_do(standing: Standing) -> Iterator[str]:
    """The first thing that is wrong: what follows from it is not told too."""
    account, channel = standing.account, standing.channel
    ending = f"{environment.SEPARATOR}{environment.owner_suffix(account.owner)}" if account.owner else ""
    names = ", ".join(f"{name}{ending}" for name in channel.required)
    if problems := _problems(standing):
        yield from problems
        yield _("Corríjalo en el servidor y vuelva a arrancarlo.")
    elif account.circuit_open_until is not None:
        yield _("Revise en el servidor: %(names)s. Lo que espera sale cuando vuelva a funcionar.") % {
            "names": names
        }
    elif standing.stalled and standing.paused:
        yield _("Lo que espera sale cuando termine la pausa.")
    elif standing.stalled:
        name = account.channel
        yield _("Compruebe en el servidor que un proceso atiende la cola «%(name)s».") % {"name": name}
    elif standing.configured and is_unheard(account.pk):
        yield _(
            "Nadie atiende lo que se escribe al bot, y quien pulsa «Iniciar» no se conecta: en el servidor,"
            " ponga en marcha telegram_bot o dele un webhook con telegram_bot --webhook."
        )
    elif not standing.configured and standing.figures.queue.due:
        yield _("Hay envíos que esperan y la cuenta ya no está: indique %(names)s en el servidor.") % {
            "names": names
        }


def _many(number: int) -> str:
    if number > CAP:
        return _("más de %(number)s") % {"number": number_format(CAP, force_grouping=True)}
    return ngettext("%(number)s envío", "%(number)s envíos", number) % {"number": number_format(number)}


def _hour(moment: datetime) -> str:
    return time_format(localtime(moment), "H:i:s")


def _moment(moment: datetime) -> str:
    return date_format(localtime(moment), "SHORT_DATETIME_FORMAT")
