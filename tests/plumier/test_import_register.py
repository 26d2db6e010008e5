import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from plumier.models import School, Student
from tests.factories.register import make_school
from tests.factories.rosters import Cell, csv_file, roster

ANA: dict[str, Cell] = {"Alumno/a": "Gil Ruiz, Ana", "Padre": "Gil, Paco", "Teléfono padre": "600123456"}


@pytest.fixture
def school(db: None) -> School:
    return make_school("30000001")


def run(path: Path, *options: str) -> str:
    out = io.StringIO()
    call_command("import_register", str(path), "--school", "30000001", *options, stdout=out)
    return out.getvalue()


def file_of(folder: Path, *students: dict[str, Cell]) -> Path:
    path = folder / "roster.xlsx"
    path.write_bytes(roster(*students, titles=["Mensaje padre"]))
    return path


def test_import_register_imports_and_says_so(school: School, tmp_path: Path) -> None:
    printed = run(file_of(tmp_path, ANA))
    assert printed.rstrip().endswith("Importado.")
    assert str(Student.objects.get().person) == "Gil Ruiz, Ana"


def test_import_register_reads_csv(school: School, tmp_path: Path) -> None:
    path = tmp_path / "roster.txt"
    path.write_bytes(
        csv_file([["Nº Exp.", "Alumno", "Unidad"], ["1", "Gil, Ana", "1ESOA"]], encoding="utf-8-sig")
    )
    run(path)
    assert str(Student.objects.get().person) == "Gil, Ana"


def test_import_register_dry_run_writes_nothing(school: School, tmp_path: Path) -> None:
    assert run(file_of(tmp_path, ANA), "--dry-run").rstrip().endswith("no se ha importado nada.")
    assert Student.objects.count() == 0


def test_import_register_json_is_one_object_and_nothing_else(school: School, tmp_path: Path) -> None:
    printed = json.loads(run(file_of(tmp_path, ANA | {"Teléfono padre": "60012345"}), "--json"))
    nothing = {"new": 0, "changed": 0, "same": 0, "gone": 0}
    expected: dict[str, Any] = {
        "students": nothing | {"new": 1},
        "guardians": nothing | {"new": 1},
        "groups": nothing | {"new": 1},
        "errors": [],
        "warnings": [
            {
                "row": 2,
                "column": "Teléfono padre",
                "value": "60012345",
                "message": "No se entiende como teléfono: se guarda como está escrito y no se usa.",
                "sheet": "",
                "code": "",
            }
        ],
        "source": "Excel (.xlsx)",
        "kind": "roster",
    }
    assert printed == expected


@pytest.mark.parametrize("options", [(), ("--json",), ("--dry-run",)])
def test_import_register_ends_with_one_if_a_row_is_wrong(
    school: School, tmp_path: Path, options: tuple[str, ...]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(file_of(tmp_path, ANA, {"Grupo": None}), *options)
    assert ended.value.code == 1
    assert Student.objects.count() == 0


def refusal(path: Path, *options: str) -> tuple[int, str]:
    with pytest.raises(CommandError) as refused:
        run(path, *options)
    return refused.value.returncode, str(refused.value)


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_import_register_ends_with_two_if_the_file_is_no_roster(
    school: School, tmp_path: Path, options: tuple[str, ...]
) -> None:
    path = tmp_path / "no.csv"
    assert refusal(path, *options) == (2, "No se puede leer el archivo no.csv.")
    path.write_text("hola")
    assert refusal(path, *options) == (
        2, "El archivo no es un listado de alumnado: faltan los títulos Expediente, Alumno/a y Grupo.",
    )  # fmt: skip


def test_import_register_ends_with_two_if_there_is_no_such_school(db: None, tmp_path: Path) -> None:
    assert refusal(file_of(tmp_path, ANA)) == (2, "No hay ningún centro con el código 30000001.")
