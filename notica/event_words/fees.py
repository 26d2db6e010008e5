"""What a school is told of its fees' movements of a day, in the language in force (requirement E8)."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notica.event_words.absences import day_words
from notica.models import Message
from plumier.money import money

KINDS: Final = ("issued", "paid", "reversed", "annulled")


def fees_context(message: Message) -> dict[str, Any]:
    """Totals by concept, of all of them by currency, and where the detail is."""
    params = message.params
    lines: Sequence[Mapping[str, Any]] = params["lines"]
    head = _("Movimiento de tasas del %(day)s:") % {"day": day_words(params["day"])}
    by_concept = [f"• {one['concept']}: {_moved(one)}" for one in lines]
    path = reverse("profesores:fees_day")
    link = f"{settings.LINK_ROOT}{path}?centro={params['code']}&desde={params['day']}&hasta={params['day']}"
    foot = _("El detalle, movimiento a movimiento: %(link)s") % {"link": link}
    return {"body": "\n".join([head, *by_concept, "", *_totals(lines), "", foot])}


def _totals(lines: Sequence[Mapping[str, Any]]) -> list[str]:
    found: dict[str, dict[str, list[Any]]] = {}
    for one in lines:
        sums = found.setdefault(one["currency"], {})
        for kind in KINDS:
            number, amount = one.get(kind, (0, "0"))
            before = sums.get(kind, (0, Decimal(0)))
            sums[kind] = [before[0] + number, before[1] + Decimal(amount)]
    return [
        _("Total: %(moved)s") % {"moved": _moved({"currency": currency, **sums})}
        for currency, sums in sorted(found.items())
    ]


def _moved(one: Mapping[str, Any]) -> str:
    """«2 emitidas (50,00 €), 1 cobro (25,00 €)», of what there was."""
    said = []
    for kind in KINDS:
        number, amount = one.get(kind, (0, "0"))
        if number:
            said.append(
                f"{_counted(kind, number) % {'number': number}} ({money(Decimal(amount), one['currency'])})"
            )
    return ", ".join(said)


def _counted(kind: str, number: int) -> str:
    return {
        "issued": ngettext("%(number)d emitida", "%(number)d emitidas", number),
        "paid": ngettext("%(number)d cobro", "%(number)d cobros", number),
        "reversed": ngettext("%(number)d cobro devuelto", "%(number)d cobros devueltos", number),
        "annulled": ngettext("%(number)d anulada", "%(number)d anuladas", number),
    }[kind]


CONTEXTS: Final[dict[str, Callable[[Message], dict[str, Any]]]] = {"fees": fees_context}
