"""An import's report as a person reads it in a terminal."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from plumier.importing.kinds import ROSTER, kind_labels
from plumier.importing.plan import Counts
from plumier.importing.problems import Problem
from plumier.importing.steps import ImportReport

SHOWN_AT_MOST = 40
SHOWN_IN_BRIEF = 5


def print_report(report: ImportReport, console: Console, *, dry_run: bool, most: int = SHOWN_AT_MOST) -> None:
    """Print the numbers, at most so many problems, and in one line what that means for the register."""
    if report.source:
        console.print(_("Leído como %(source)s.") % {"source": escape(report.source)})
    if not report.errors:
        console.print(_counts(report))
    _print_problems(console, _("Errores"), report.errors, most)
    _print_problems(console, _("Advertencias"), report.warnings, most)
    if report.errors:
        console.print(_("No se ha importado nada: corrija los errores y vuelva a importar el archivo."))
    elif dry_run:
        console.print(_("Es solo una prueba: no se ha importado nada."))
    else:
        console.print(_("Importado."))


def _counts(report: ImportReport) -> Table:
    table = Table()
    for title in ("", _("Nuevos"), _("Cambiados"), _("Iguales"), _("Ya no están")):
        table.add_column(title, justify="right" if title else "left")
    rows: tuple[tuple[str, Counts], ...] = (
        (_("Alumnado"), report.students),
        (_("Familias"), report.guardians),
        (_("Grupos"), report.groups),
    )
    labels = kind_labels()
    rows = rows if report.kind == ROSTER else ()
    others = ((str(labels.get(name, name)).capitalize(), counts) for name, counts in report.others.items())
    for title, counts in (*rows, *others):
        table.add_row(title, str(counts.new), str(counts.changed), str(counts.same), str(counts.gone))
    return table


def _print_problems(console: Console, title: str, problems: Sequence[Problem], most: int) -> None:
    if not problems:
        return
    console.print(f"{title}: {len(problems)}", style="bold")
    for problem in problems[:most]:
        row = _("fila %(row)d") % {"row": problem.row} if problem.row else ""
        sheet = _("hoja «%(sheet)s»") % {"sheet": problem.sheet} if problem.sheet else ""
        value = f"«{problem.value}»" if problem.value else ""
        place = " · ".join(filter(None, (sheet, row, problem.column, value)))
        console.print("  " + escape(f"{place}: {problem.message}" if place else problem.message))
    if len(problems) > most:
        console.print("  " + _("… y %(count)d más (todos con --json).") % {"count": len(problems) - most})
