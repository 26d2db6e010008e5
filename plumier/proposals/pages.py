"""What the pages of contacts have in common."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.contrib import messages as notices
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plumier.clock import database_now
from plumier.models import Person, User
from plumier.policies import user_of
from plumier.proposals.access import admits_pupils, collects_contacts, reviews_contacts
from plumier.proposals.grid import Grid
from plumier.proposals.posted import Posted
from plumier.proposals.proposing import HandedIn, HandIn, hand_in
from plumier.proposals.reading import Problems
from plumier.refusals import Refused


def people(grid: Grid) -> list[Person]:
    """Everybody whose record the table shows."""
    guardians = {one.guardian_id for group in grid.known.values() for one in group}
    return [*(student.person for student in grid.students), *Person.objects.filter(pk__in=guardians)]


def try_to_hand_in(
    request: HttpRequest, handed: HandIn, posted: Posted, grid: Grid
) -> tuple[HandedIn | None, Mapping[str, Problems]]:
    """What came of it, which is told, and what is wrong with the rows; None where all of it was refused."""
    try:
        found = hand_in(handed, by=user_of(request), now=database_now())
    except Refused as refusal:
        notices.error(request, str(refusal))
        return None, posted.held
    problems = found.problems | posted.held
    _tell(request, found, _called(grid, problems), bool(posted.gone))
    if found.moved:
        _tell_moved(request, _called(grid, found.moved))
    return found, problems


def _called(grid: Grid, keys: Iterable[str]) -> list[str]:
    """What rows are called: their number in the table, or that they are new."""
    numbers = {row.key: str(row.number) for row in grid.rows()}
    return [numbers.get(key, _("nueva")) for key in keys]


def _tell_moved(request: HttpRequest, rows: list[str]) -> None:
    words = ngettext(
        "En la fila %(rows)s la ficha cambió mientras usted escribía: quien lo revise verá los dos datos.",
        "En las filas %(rows)s la ficha cambió mientras usted escribía: quien lo revise verá los dos datos.",
        len(rows),
    )
    notices.warning(request, words % {"rows": ", ".join(rows)})


def _tell(request: HttpRequest, found: HandedIn, wrong: list[str], has_gone: bool) -> None:
    """«3 cambios entregados, 1 no se entiende (fila 4)»."""
    number = len(found.proposals)
    parts = []
    if number:
        parts.append(
            ngettext("%(number)d cambio entregado", "%(number)d cambios entregados", number)
            % {"number": number}
        )
    if found.taken_back:
        parts.append(
            ngettext("%(number)d retirado", "%(number)d retirados", found.taken_back)
            % {"number": found.taken_back}
        )
    if wrong:
        words = ngettext(
            "%(number)d no se entiende (fila %(rows)s)",
            "%(number)d no se entienden (filas %(rows)s)",
            len(wrong),
        )
        parts.append(words % {"number": len(wrong), "rows": ", ".join(wrong)})
    if not parts and not has_gone:
        notices.success(request, _("No hay ningún cambio que entregar."))
    elif parts:
        tell = notices.error if wrong else notices.success
        tell(request, ", ".join(parts) + ".")


def pages_of(user: User, today: date) -> dict[str, bool]:
    """Which pages of contacts are this user's."""
    return {
        "collects": collects_contacts(user, today),
        "admits": admits_pupils(user, today),
        "reviews": reviews_contacts(user, today),
    }


def number_of(typed: str) -> int:
    """A key out of an address; 0 for what is none."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 18 else 0
