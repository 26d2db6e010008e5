"""What the page of an import shows: how far it is, counts in words, differences page by page, findings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumier.admin.import_words import apply_words, counts_in_words, undo_words
from plumier.importing.differences import field_in_words, value_in_words
from plumier.importing.kinds import kind_labels
from plumier.importing.runs import can_be_undone
from plumier.models import ImportDifference, ImportRun, Phase, RunState

PER_PAGE: Final = 100
SUSPICIOUS: Final = "suspicious"
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
_CANNOT_BE_SEEN: Final = gettext_lazy(
    "Una resolución judicial le aparta de alguien de este centro: el detalle de las importaciones lo ve otra persona"
    " del equipo directivo."
)


@dataclass(frozen=True, slots=True)
class Line:
    """A difference in words."""

    row: str
    who: str
    change: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Tab:
    """A choice of differences, and how many there are."""

    name: str
    words: str
    number: int


def kind_in_words(name: str) -> str:
    """What people call a kind of file."""
    return str(kind_labels().get(name, name))


def run_page(
    run: ImportRun, query: Mapping[str, str], now: datetime, *, hidden: bool = False
) -> dict[str, Any]:
    """The context of its template. `que` filters, `desde` is where the page begins; `hidden` shows no data at all.

    `shown` are the people, by id, of whose records it tells something.
    """
    context: dict[str, Any] = {"run": run, "progress": _progress(run), "kind": kind_in_words(run.kind)}
    if hidden:
        return context | {"notice": str(_CANNOT_BE_SEEN)}
    told: Mapping[str, int] = run.report.get("differences", {})
    changes = sum(told.values())
    warnings = run.report.get("warnings", [])
    suspicious = [one for one in warnings if one.get("code")]
    change = query.get("que", "") if query.get("que", "") in (*CHANGES, SUSPICIOUS) else ""
    since = _whole(query.get("desde", ""))
    counted = {**told, SUSPICIOUS: len(suspicious)}
    words = {**CHANGES, SUSPICIOUS: gettext_lazy("Sospechosos")}
    tabs = [Tab(name, str(word), counted[name]) for name, word in words.items() if counted.get(name)]
    return {
        **context,
        "notice": run.notice,
        "counts": counts_in_words(run.report),
        "tabs": [Tab("", _("Todas"), changes), *tabs] if tabs else [],
        "change": change,
        **(_suspicions(suspicious, since) if change == SUSPICIOUS else _differences(run, change, since)),
        **_findings(run.report, warnings),
        "can_apply": run.state == RunState.READY and changes > 0,
        "changes_nothing": run.state == RunState.READY and not changes,
        "apply_words": apply_words(run.report),
        "undo_words": undo_words(changes),
        "can_undo": can_be_undone(run, now),
    }


def findings_rows(report: Mapping[str, Any]) -> Iterator[list[str]]:
    """Errors and warnings as the rows of a workbook, titles first."""
    yield [_("Qué"), _("Hoja"), _("Fila"), _("Columna"), _("Valor"), _("Explicación")]
    for word, name in ((_("Error"), "errors"), (_("Aviso"), "warnings")):
        for one in report.get(name, []):
            yield [word, one["sheet"], str(one["row"] or ""), one["column"], one["value"], one["message"]]


def _progress(run: ImportRun) -> dict[str, Any] | None:
    if not run.waits:
        return None
    phase = str(Phase(run.phase).label) if run.phase else _("En cola")
    if run.total:
        phase += ": " + _("%(done)d de %(total)d") % {"done": run.done, "total": run.total}
    elif run.done:
        phase += f": {run.done}"
    return {"words": phase, "done": min(run.done, run.total), "total": run.total}


def _findings(report: Mapping[str, Any], warnings: list[Any]) -> dict[str, Any]:
    errors = report.get("errors", [])
    return {
        "errors": errors[:PER_PAGE],
        "error_count": len(errors),
        "more_errors": len(errors) > PER_PAGE,
        "warnings": warnings[:PER_PAGE],
        "warning_count": len(warnings),
        "more_warnings": len(warnings) > PER_PAGE,
    }


def _suspicions(found: list[Any], since: int) -> dict[str, Any]:
    after = since + PER_PAGE
    return {"suspicious": found[since:after], "next": after if len(found) > after else None}


def _differences(run: ImportRun, change: str, since: int) -> dict[str, Any]:
    rows = ImportDifference.objects.filter(run=run, pk__gte=since).order_by("id")
    if change:
        rows = rows.filter(change=change)
    page = list(rows[: PER_PAGE + 1])
    return {
        "lines": [_line(row) for row in page[:PER_PAGE]],
        "shown": {row.person_id for row in page[:PER_PAGE] if row.person_id is not None},
        "next": page[PER_PAGE].pk if len(page) > PER_PAGE else None,
    }


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


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
