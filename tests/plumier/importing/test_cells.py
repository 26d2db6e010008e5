import datetime as dt

import pytest

from plumier.importing.cells import read_enrolled, read_yes_or_no, text_of
from plumier.importing.cells_of_files import Cell


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (4100.0, "4100"),
        (1.5, "1.5"),
        (True, "Sí"),
        (False, "No"),
        (dt.date(2026, 9, 1), "2026-09-01"),
        (" Jose\u0301\u00a0 Gil\n", "José Gil"),
    ],
)
def test_text_of_reads_a_cell_as_a_person_does(cell: Cell | None, text: str) -> None:
    assert text_of(cell) == text


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        *(
            (text, True)
            for text in ("Sí", "SI", "si\u0301", "s", "X", "x", "1", "Verdadero", "TRUE", "✓", "✔")
        ),
        *((text, False) for text in ("", "No", "NO", "n", "0", "Falso", "FALSE", "-", "☐")),
        *((text, None) for text in ("quizá", "2", "Sí y no", "?", "madre")),
    ],
)
def test_read_yes_or_no_never_guesses(text: str, answer: bool | None) -> None:
    assert read_yes_or_no(text) is answer


@pytest.mark.parametrize(
    ("text", "enrolled"),
    [
        *((text, True) for text in ("", "Matriculado", "MATRICULADA", "Matriculado/a", "Activo", "Alta")),
        *(
            (text, False)
            for text in (
                "Baja",
                "De baja",
                "Trasladado",
                "Traslado",
                "Anulada",
                "Matrícula anulada",
                "No matriculado",
            )
        ),
        *((text, None) for text in ("Pendiente", "Repite")),
    ],
)
def test_read_enrolled_knows_the_words_of_both_states(text: str, enrolled: bool | None) -> None:
    assert read_enrolled(text) is enrolled
