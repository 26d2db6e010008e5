"""What came of making accounts, in words."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumier.accounts.making import Made, Result

RESULTS: Final[dict[Result, Promise]] = {
    Result.MADE: gettext_lazy("Cuentas nuevas: %(number)d"),
    Result.JOINED: gettext_lazy("Ya tenían usuario en otro centro y entran con el mismo: %(number)d"),
    Result.WITHOUT_PASSWORD: gettext_lazy("Tenían cuenta y aún no contraseña: %(number)d"),
    Result.KEPT: gettext_lazy("Ya tienen cuenta y contraseña: %(number)d"),
    Result.REFUSED: gettext_lazy("Sin cuenta, porque su DNI es el usuario de otra persona: %(number)d"),
}
NAMED_AT_MOST: Final = 10


def in_words(made: Made, codes: int) -> str:
    """A line for each result that there was, the names of those without an account, and how many got a code."""
    lines = [
        str(words) % {"number": made.counts[result]}
        for result, words in RESULTS.items()
        if made.counts.get(result)
    ]
    refused = [one.person.full_name for one in made.accounts if one.result == Result.REFUSED]
    if refused:
        lines.append(", ".join(refused[:NAMED_AT_MOST]) + ("…" if len(refused) > NAMED_AT_MOST else ""))
    lines.append(_("Con código o enlace: %(number)d") % {"number": codes})
    return "\n".join(lines)
