"""The kinds of files that can be imported. Apps above the register add theirs when they are ready."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumier.importing.forms import Form, FormRow, find_form
from plumier.importing.headers import is_roster
from plumier.importing.plan import Plan
from plumier.importing.problems import Findings, RosterError
from plumier.importing.tables import Source
from plumier.models import AcademicYear, School

ROSTER = "roster"


@dataclass(frozen=True, slots=True)
class Setting:
    """What an import is about, and where it puts what it finds."""

    school: School
    year: AcademicYear
    today: date
    plan: Plan
    findings: Findings


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its columns, and what becomes of its rows.

    `before_rosters` is for a kind whose files have all that a roster has, and more.
    """

    name: str
    label: str | Promise
    form: Form
    plan: Callable[[Iterator[FormRow], Setting], None]
    before_rosters: bool = False


ROSTER_LABEL = gettext_lazy("alumnado y familias")
_kinds: dict[str, Kind] = {}


def add_kind(kind: Kind) -> None:
    """Add a kind; those added first are thought of first when a file does not say what it is."""
    _kinds[kind.name] = kind


def kind_named(name: str) -> Kind:
    """Give a kind by its name. Raises `RosterError` for a name that there is not."""
    if name not in _kinds:
        known = ", ".join(kind_names())
        raise RosterError(
            _("No hay archivos de tipo «%(kind)s»: %(known)s.") % {"kind": name, "known": known}
        )
    return _kinds[name]


def kind_names() -> list[str]:
    """Give the names of all kinds, the roster first."""
    return [ROSTER, *_kinds]


def kind_labels() -> dict[str, str | Promise]:
    """Give what people call each kind."""
    return {ROSTER: ROSTER_LABEL} | {name: kind.label for name, kind in _kinds.items()}


def guess_kind(source: Source, region: str) -> Kind | None:
    """Guess what a file is by its titles; None where it is a roster, or nothing that is known."""
    ahead = [kind for kind in _kinds.values() if kind.before_rosters]
    if found := _first(ahead, source):
        return found
    if is_roster(source, region):
        return None
    return _first(list(_kinds.values()), source)


def _first(kinds: list[Kind], source: Source) -> Kind | None:
    return next((kind for kind in kinds if find_form(source, kind.form)), None)
