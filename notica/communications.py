"""«Resumen de comunicaciones»: what is sent to whom, by which ways and steps, said from the kinds themselves (E10).

There is no second table: every word comes from a field of a row of `KINDS`, in the language in force. Pure.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from notica.choices import Audience, Lane, Way, channel_word, way_channels
from notica.kinds import UNSENT, Kind, step_deadline
from notica.planning import PHONE_SLOTS
from notica.reasons import SLOTS

# By the letter of the chapter from which a kind comes.
_GROUPS: Final[dict[str, tuple[str, Promise]]] = {
    "C": ("staff", gettext_lazy("Lo que escribe o pide el personal")),
    "D": ("families", gettext_lazy("Lo que escriben las familias y el alumnado, y lo que se les responde")),
    "E": ("events", gettext_lazy("Lo que avisa de algo que ha ocurrido")),
    "AB": ("system", gettext_lazy("Lo que mantiene al día los contactos y los canales")),
}
_PHONES: Final = (Way.TELEGRAM_TOKAPP, Way.SMS)
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Step:
    """One try; `wait` is how long it may take before the next is made, empty for the last."""

    word: str
    wait: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind as people read it: it goes by one of its `chains` of steps, for the reason that `how` says."""

    code: str
    title: str
    to: str
    how: str
    chains: tuple[tuple[Step, ...], ...]
    kept: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The kinds that one sort of occasion sends."""

    key: str
    title: str
    rules: tuple[Rule, ...]


def summary_of(kinds: Iterable[Kind]) -> list[Group]:
    """The kinds that something here sends, in their groups; a group without any is left out."""
    used = [kind for kind in kinds if kind.code not in UNSENT]
    groups = [
        Group(key, str(title), tuple(rule_of(kind) for kind in used if kind.source[0] in letters))
        for letters, (key, title) in _GROUPS.items()
    ]
    return [group for group in groups if group.rules]


def rule_of(kind: Kind) -> Rule:
    """One kind in words."""
    return Rule(
        kind.code,
        str(kind.label),
        ", ".join(str(Audience(audience).label) for audience in kind.audiences),
        _how(kind),
        tuple(_chains(kind)),
        _("No queda en Notica.")
        if kind.one_address
        else _("Hasta %(time)s en Notica.") % {"time": time_words(kind.keep)},
        tuple(_notes(kind)),
    )


def time_words(time: timedelta) -> str:
    """A length of time in its largest whole unit."""
    minutes = int(time.total_seconds()) // 60
    if time > 2 * 24 * _HOUR and minutes % 1440 == 0:
        return ngettext("%(number)d día", "%(number)d días", minutes // 1440) % {"number": minutes // 1440}
    if minutes % 60 == 0:
        return ngettext("%(number)d hora", "%(number)d horas", minutes // 60) % {"number": minutes // 60}
    return ngettext("%(number)d minuto", "%(number)d minutos", minutes) % {"number": minutes}


def _how(kind: Kind) -> str:
    if kind.one_address:
        return _("Por la vía de la dirección que se indique")
    return _("Por la vía que elija quien escribe") if kind.chosen else _("Por estas vías")


def _ways(kind: Kind) -> list[Way]:
    """By which it is tried: those that this installation has a channel for; the copy in Notica is no try."""
    return [way for way in kind.ways if way_channels(way)]


def _chains(kind: Kind) -> Iterator[tuple[Step, ...]]:
    ways = _ways(kind)
    if kind.one_address:
        yield from ((Step(channel_word(way)),) for way in ways)
    elif kind.chosen:
        yield from (_chain(kind, [way]) for way in ways)
    elif ways:
        after = [Way.EMAIL] if kind.email_after and Way.EMAIL not in ways and way_channels(Way.EMAIL) else []
        yield _chain(kind, [*ways, *after])
    else:
        yield (Step("Notica"),)


def _chain(kind: Kind, ways: list[Way]) -> tuple[Step, ...]:
    tries = [(way, word) for way in ways for word in _tries(way)]
    waits = [time_words(step_deadline(kind, way_channels(way))) for way, _word in tries]
    waits[-1] = ""
    return tuple(Step(word, wait) for (_way, word), wait in zip(tries, waits, strict=True))


def _tries(way: Way) -> list[str]:
    word = channel_word(way)
    if way not in _PHONES:
        return [word]
    return [_("%(way)s, al %(phone)s") % {"way": word, "phone": SLOTS[slot]} for slot in PHONE_SLOTS]


def _notes(kind: Kind) -> Iterator[str]:
    ways = _ways(kind)
    if not kind.one_address:
        yield from _notes_of_ways(kind, set(ways))
    if kind.attachments:
        yield (
            _("Con archivos va solo por correo y no queda en Notica.")
            if kind.files_to_mail
            else _("Puede llevar archivos.")
        )
    if kind.moderated:
        yield _("Antes de salir lo revisa quien tiene ese encargo en el centro.")
    if kind.lane == Lane.URGENT:
        yield _("Sale antes que los demás.")
    if not kind.quiet:
        yield _("Sale también en las horas de silencio del centro.")
    if ways:
        yield _("Si en %(time)s no ha podido salir, ya no sale.") % {"time": time_words(kind.lifetime)}
    if kind.acuse:
        yield _("Quien lo envía recibe un acuse con el resultado.")


def _notes_of_ways(kind: Kind, ways: set[Way]) -> Iterator[str]:
    if kind.chosen and {Way.EMAIL, Way.TELEGRAM_TOKAPP} <= ways:
        yield _("Después de Telegram/TokApp va también por correo, si quien escribe lo pide.")
    if Way.SMS not in ways:
        return
    if Audience.FAMILY in kind.audiences:
        yield _("SMS a una familia: primero los teléfonos del padre y después los de la madre.")
    yield (
        _("SMS también a muchos a la vez.")
        if kind.sms_to_many
        else _("SMS a una sola persona o familia, salvo que el centro permita más.")
    )
