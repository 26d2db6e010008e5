import io

import pytest
from rich.console import Console

from plumier.importing.actions import ImportReport
from plumier.importing.plan import Counts
from plumier.importing.printing import SHOWN_AT_MOST, SHOWN_IN_BRIEF, print_report
from plumier.importing.problems import Problem

PROBLEM = Problem(7, "Teléfono", "[bold]600", "No se entiende.")


def printed(errors: int = 0, warnings: int = 0, *, dry_run: bool = False, most: int = SHOWN_AT_MOST) -> str:
    file = io.StringIO()
    report = ImportReport(Counts(1, 2, 3, 4), Counts(), Counts(), (PROBLEM,) * errors, (PROBLEM,) * warnings)
    print_report(report, Console(file=file, width=120), dry_run=dry_run, most=most)
    return " ".join(file.getvalue().split())


@pytest.mark.parametrize(
    ("errors", "dry_run", "sentence"),
    [
        (0, False, "Importado."),
        (0, True, "Es solo una prueba: no se ha importado nada."),
        (1, False, "No se ha importado nada: corrija los errores y vuelva a importar el archivo."),
        (1, True, "No se ha importado nada: corrija los errores y vuelva a importar el archivo."),
    ],
)
def test_print_report_ends_with_what_it_means(errors: int, dry_run: bool, sentence: str) -> None:
    assert printed(errors, dry_run=dry_run).endswith(sentence)


def test_print_report_shows_the_numbers_only_where_something_is_done() -> None:
    assert "│ Alumnado │ 1 │ 2 │ 3 │ 4 │" in printed().replace("  ", " ")
    assert "Alumnado" not in printed(errors=1)


def test_print_report_names_the_cell_as_it_is_and_shows_not_too_many() -> None:
    text = printed(warnings=45)
    assert text.count("fila 7 · Teléfono · «[bold]600»: No se entiende.") == 40
    assert "Advertencias: 45" in text
    assert "… y 5 más (todos con --json)." in text


def test_print_report_can_be_brief() -> None:
    assert "… y 40 más (todos con --json)." in printed(warnings=45, most=SHOWN_IN_BRIEF)


def test_print_report_tells_what_is_about_the_whole_file() -> None:
    report = ImportReport(Counts(), Counts(), Counts(), (), (Problem(None, "", "", "Faltan dos."),))
    file = io.StringIO()
    print_report(report, Console(file=file, width=120, color_system=None), dry_run=False)
    assert file.getvalue().splitlines()[-2:] == ["  Faltan dos.", "Importado."]
