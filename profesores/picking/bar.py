"""The bar at the foot of a page: what can be done with those picked, and why not."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notica.choices import Way
from profesores.picking.picker import Picker

_LOOKS: Final[dict[Way, tuple[Promise | str, str]]] = {
    Way.EMAIL: (gettext_lazy("Correo"), "mail"),
    Way.TELEGRAM_TOKAPP: ("Telegram/TokApp", "telegram"),
    Way.SMS: ("SMS", "sms"),
}


@dataclass(frozen=True, slots=True)
class WayButton:
    """A way of the school's; `off` where it cannot be taken to so many."""

    value: str
    word: str
    icon: str
    off: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """The ways, and a sentence where something is off."""

    ways: list[WayButton]
    note: str


def bar_of(picker: Picker, picked: int) -> Bar:
    """What the bar says with so many picked.

    With nobody the ways are left on for a page without a script, whose ticks come with the button; the script
    puts them off.
    """
    if not picker.writes:
        return Bar([], picker.why_not)
    several = why_not_sms(picker, picked)
    used = picker.school.policy.channels
    ways = [
        WayButton(way, str(word), icon, off=way == Way.SMS and bool(several))
        for way, (word, icon) in _LOOKS.items()
        if way in used
    ]
    if not picked:
        return Bar(ways, _("Marque a quién quiere escribir."))
    return Bar(ways, several if Way.SMS in used else "")


def why_not_sms(picker: Picker, number: int) -> str:
    """An SMS goes to one alone, unless the school allows more (requirements B3, C1); empty if it may go."""
    return "" if number <= 1 or picker.school.policy.sms_to_many else str(picker.one_only)
