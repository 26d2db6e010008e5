"""The sample roster: a school of about a thousand students as a real register hands it over, blemishes and all.

`python -m demo.roster` writes it anew; the same code always writes the same cells. People are invented, addresses are
in domains reserved for examples, and the numbers go nowhere but to the sandbox.
"""

import random
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import openpyxl
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from demo.roster_people import Adult, Drawing, Family

FILE = Path(__file__).parent / "rosters" / "ies-ribera-de-los-molinos.xlsx"
Cell = str | int | None

_SEED = 20260901
_FIRST_EXPEDIENTE = 4100
_STUDENT_COLUMNS = (
    "Nº Exp.",
    "NRE",
    "Alumno/a",
    "Curso",
    "Grupo",
    "Localidad",
    "Tfno.",
    "Móvil",
    "E-mail oficial",
    "E-mail alt",
    "Estado matrícula",
    "Datos protegidos",
)
_PARENT_COLUMNS = ("Nombre {}", "DNI {}", "Teléfono {}", "Teléfono 2 {}", "E-mail {}", "Mensaje {}")
HEADER = (*_STUDENT_COLUMNS, *(title.format(who) for who in ("padre", "madre") for title in _PARENT_COLUMNS))
TITLE_ROWS = (
    ("IES Ribera de los Molinos",),
    ("Relación de alumnado con datos familiares · Curso 2026/2027",),
    ("Primaria (5º y 6º), ESO, Bachillerato y Formación Profesional",),
    (),
)

# Course, its groups, students in each, and of a hundred of them those with a phone of their own and of age.
_CLASSES: tuple[tuple[str, str, int, int, int], ...] = (
    *((f"{year}º Primaria", "AB", 24, 5, 0) for year in (5, 6)),
    *((f"{year}º ESO", "ABCDE", 27, 20 + 15 * year, 0) for year in (1, 2, 3, 4)),
    *((f"{year}º Bachillerato", "ABCD", 27, 90, 25 * (year - 1)) for year in (1, 2)),
    *((f"{year}º FPB Informática y Comunicaciones", "A", 16, 85, 0) for year in (1, 2)),
    *((f"{year}º CFGM Gestión Administrativa", "A", 22, 95, 40) for year in (1, 2)),
    *((f"{year}º CFGM Sistemas Microinformáticos y Redes", "A", 22, 95, 40) for year in (1, 2)),
    *((f"{year}º CFGS Administración y Finanzas", "A", 20, 98, 90) for year in (1, 2)),
)
_TOWNS = ("Mula", "Mula", "Mula", "Pliego", "Bullas", "Albudeite", "Campos del Río", "Los Baños de Mula")
_WITHDRAWN = ("Baja", "Trasladado", "Matrícula anulada")


def rows() -> list[tuple[Cell, ...]]:
    """Give every row of the sheet, its letterhead and total included."""
    students = list(_students(Drawing(random.Random(_SEED))))  # noqa: S311 (the same people every time, no secret)
    total = (f"Total alumnos: {len(students)}",)
    return [*TITLE_ROWS, HEADER, *students, (), total]


def write(path: Path = FILE) -> None:
    """Write the workbook."""
    workbook = openpyxl.Workbook()
    workbook.properties.creator = "Plumier"
    sheet = workbook.worksheets[0]
    sheet.title = "Alumnado"
    for row in rows():
        sheet.append(row)
    header = len(TITLE_ROWS) + 1
    for number, title in enumerate(HEADER, start=1):
        sheet.cell(header, number).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = 26 if title.startswith(("Al", "N")) else 18
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    sheet.freeze_panes = f"A{header + 1}"
    path.parent.mkdir(exist_ok=True)
    workbook.save(path)


def _students(drawing: Drawing) -> Iterator[tuple[Cell, ...]]:
    seats = [
        (course, letter, own_phone, of_age)
        for course, letters, size, own_phone, of_age in _CLASSES
        for letter in letters
        for _ in range(size - drawing.chance.randrange(3))
    ]
    families = _families(drawing, len(seats))
    for number, (seat, family) in enumerate(zip(seats, families, strict=True)):
        course, letter, own_phone, of_age = seat
        name = drawing.child(family)
        nre = 1_000_000 + number * 7 + drawing.chance.randrange(7)
        alone = drawing.happens(of_age / 2)
        yield (
            _FIRST_EXPEDIENTE + number,
            nre,
            unicodedata.normalize("NFD", name) if drawing.happens(2) else name,
            course,
            letter,
            drawing.chance.choice(_TOWNS),
            _typed(drawing, drawing.landline()) if drawing.happens(12) else None,
            _typed(drawing, drawing.mobile()) if drawing.happens(own_phone) else None,
            f"{nre}@alu.ribera.example",
            drawing.email(*reversed(name.split(", "))) if drawing.happens(35) else None,
            drawing.chance.choice(_WITHDRAWN) if drawing.happens(2) else "Matriculado",
            "Sí" if drawing.happens(1) else "No",
            *_parents(drawing, None if alone else family),
        )


def _families(drawing: Drawing, seats: int) -> list[Family]:
    """Draw one family for each seat; brothers and sisters stand far apart, so that they are seldom classmates."""
    families: list[Family] = []
    while len(families) < seats:
        family = drawing.family()
        families += [family] * min(family.children, seats - len(families))
    drawing.chance.shuffle(families)
    return families


def _parents(drawing: Drawing, family: Family | None) -> Iterator[Cell]:
    father, mother = (family.father, family.mother) if family else (None, None)
    cells = [_parent(drawing, adult) for adult in (father, mother)]
    if father and mother and mother.mobile and drawing.happens(2):
        both = " / ".join(filter(None, (father.landline or father.mobile, f"{mother.mobile} (madre)")))
        cells[0][2:4] = [both, None]
        cells[1][2:4] = [None, None]
    for parent in cells:
        yield from parent


def _parent(drawing: Drawing, adult: Adult | None) -> list[Cell]:
    if adult is None:
        return [None] * len(_PARENT_COLUMNS)
    first, second = adult.mobile, adult.landline
    if adult.landline_first and second:
        first, second = second, first
    phones: list[Cell] = [_typed(drawing, first), _typed(drawing, second)]
    if first and second and drawing.happens(3):
        phones = [f"{_spaced(first)} / {second}", None]
    name = unicodedata.normalize("NFD", adult.written) if drawing.happens(2) else adult.written
    ticked = drawing.chance.choice(("Sí", "Sí", "Sí", "X")) if adult.ticked else "No"
    return [name, adult.document or None, *phones, _mail(drawing, adult.email), ticked]


def _typed(drawing: Drawing, number: str) -> Cell:
    """Write a number in one of the ways of school offices; one in a hundred loses a digit."""
    if not number:
        return None
    if drawing.happens(1):
        return number[:-1]
    ways: tuple[Cell, ...] = (
        int(number),
        int(number),
        number,
        _spaced(number),
        f"+34 {_spaced(number)}",
        f"0034{number}",
        f"{number[:3]}-{number[3:6]}-{number[6:]}",
    )
    return drawing.chance.choice(ways)


def _spaced(number: str) -> str:
    return f"{number[:3]} {number[3:5]} {number[5:7]} {number[7:]}"


def _mail(drawing: Drawing, address: str) -> Cell:
    """Write an address, two of a hundred of them broken."""
    if not address:
        return None
    if drawing.happens(2):
        return drawing.chance.choice(
            (address.replace(".example", ""), address.replace(".", " ", 1), "no tiene")
        )
    return drawing.chance.choice((address, address, address, address.upper(), f"{address} "))


if __name__ == "__main__":
    write()
