"""What the page of an import shows: counts in words, differences page by page, findings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from plumier.importing.differences import field_in_words, value_in_words
from plumier.importing.runs import UNDO_WITHIN
from plumier.models import ImportDifference, ImportRun, RunState

PER_PAGE: Final = 100
FINDINGS_SHOWN: Final = 100
CHANGES: Final[dict[str, Promise]] = {
    "new": gettext_lazy("Nuevos"),
    "changed": gettext_lazy("Cambian"),
    "gone": gettext_lazy("Ya no están"),
}
_CHANGE: Final[dict[str, Promise]] = {
    "new": gettext_lazy("nuevo"),
    "changed": gettext_lazy("cambia"),
    "gone": gettext_lazy("ya no está"),
}
_COUNTED: Final[dict[str, Promise]] = {
    "students": gettext_lazy("Alumnado"),
    "guardians": gettext_lazy("Padres, madres y tutores"),
    "groups": gettext_lazy("Grupos"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A difference in words."""

    row: str
    who: str
    change: str
    field: str
    before: str
    after: str


def run_page(run: ImportRun, query: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """The context of its template. `que` filters by kind of change, `desde` is the page's first difference."""
    change = query.get("que", "")
    rows = ImportDifference.objects.filter(run=run).order_by("id")
    if change in CHANGES:
        rows = rows.filter(change=change)
    since = query.get("desde", "0")
    page = list(rows.filter(pk__gte=int(since) if since.isdigit() else 0)[: PER_PAGE + 1])
    can_undo = run.state == RunState.APPLIED and run.applied_at is not None
    return {
        "run": run,
        "counts": _counts(run.report),
        "changes": CHANGES,
        "change": change,
        "lines": [_line(row) for row in page[:PER_PAGE]],
        "next": page[PER_PAGE].pk if len(page) > PER_PAGE else None,
        "errors": run.report.get("errors", [])[:FINDINGS_SHOWN],
        "error_count": len(run.report.get("errors", [])),
        "warnings": run.report.get("warnings", [])[:FINDINGS_SHOWN],
        "warning_count": len(run.report.get("warnings", [])),
        "can_apply": run.state == RunState.READY and rows.exists() and not change,
        "changes_nothing": run.state == RunState.READY
        and not ImportDifference.objects.filter(run=run).exists(),
        "apply_words": _apply_words(run.report),
        "can_undo": can_undo and run.applied_at is not None and now - run.applied_at <= UNDO_WITHIN,
    }


def _counts(report: Mapping[str, Any]) -> list[tuple[str, Mapping[str, int]]]:
    """Students, guardians, groups and whatever else it counts, by the names that people read."""
    found = [
        (name, counts) for name, counts in report.items() if isinstance(counts, dict) and "new" in counts
    ]
    return [(str(_COUNTED.get(name, name)), counts) for name, counts in found]


def _apply_words(report: Mapping[str, Any]) -> str:
    """The numbers of what is to be done, for the button that does it."""
    students, guardians = report.get("students", {}), report.get("guardians", {})
    new = ngettext("%(number)d alumno nuevo", "%(number)d alumnos nuevos", students.get("new", 0))
    changed = ngettext("%(number)d cambia", "%(number)d cambian", students.get("changed", 0))
    families = guardians.get("new", 0) + guardians.get("changed", 0)
    relatives = ngettext("%(number)d familiar", "%(number)d familiares", families)
    parts = [
        new % {"number": students.get("new", 0)},
        changed % {"number": students.get("changed", 0)},
        relatives % {"number": families},
    ]
    return _("Aplicar: %(what)s") % {"what": ", ".join(parts)}


def _line(row: ImportDifference) -> Line:
    place = "" if row.row is None else f"{row.row}" + (f" · {row.sheet}" if row.sheet else "")
    return Line(
        place,
        row.who,
        str(_CHANGE.get(row.change, row.change)),
        field_in_words(row.field) if row.field else "",
        value_in_words(row.field, row.before),
        value_in_words(row.field, row.after),
    )
