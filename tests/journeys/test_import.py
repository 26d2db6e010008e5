"""A director brings a roster with mistakes, mends it, looks, applies, and takes it back (V 2, A5)."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from plumier.importing.applying import work
from plumier.importing.runs import waiting
from plumier.models import ImportRun, School, Student
from tests.factories.register import make_director, make_school
from tests.factories.rosters import Cell, csv_file
from tests.journeys.conftest import VIEWS, violations
from tests.journeys.test_administration import be
from tests.plumier.importing.test_runs import FIRST, NOBODY, SECOND, applied

LANDLINE: list[Cell] = [
    "9",
    "Mas Rey, Leo",
    "1º ESO B",
    "Matriculado",
    "",
    *NOBODY,
    "Rey Sanz, Pilar",
    "",
    "968123456",
    "Sí",
]


@pytest.fixture
def school(transactional_db: None, settings: Any, tmp_path: Path) -> School:
    settings.DATA_DIR = tmp_path
    return make_school(name="IES Ribera de los Molinos")


def do_the_jobs() -> None:
    """What the workers do; the page then renews itself."""
    for run in waiting():
        work(run)


def upload(page: Page, live_server: LiveServer, content: bytes, state: str) -> None:
    page.goto(f"{live_server.url}/admin/plumier/student/")
    page.get_by_role("link", name="Importar", exact=True).click()
    page.get_by_label("Archivo").set_input_files(
        {"name": "matrícula.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="Ver qué cambiaría").click()
    expect(page.get_by_role("status")).to_contain_text("Leyendo el archivo · En cola")
    do_the_jobs()
    expect(page.get_by_role("status")).to_contain_text(state)


def test_director_mends_a_roster_applies_it_and_takes_it_back(
    school: School, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    be(visitor, live_server, make_director(school))
    upload(page, live_server, csv_file([*FIRST, FIRST[1]]), "Con errores")
    expect(page.get_by_role("heading", name="1 error: no se puede aplicar")).to_be_visible()
    expect(page.get_by_role("button", name="Aplicar")).to_have_count(0)
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Errores y avisos en Excel").click()
    sheet = openpyxl.load_workbook(io.BytesIO(downloading.value.path().read_bytes())).worksheets[0]
    assert [cell.value for cell in sheet[2]][:3] == ["Error", None, "5"]
    upload(page, live_server, csv_file(FIRST), "Por aplicar")
    expect(page.get_by_role("rowheader", name="Gil Ros, Ana (2)")).to_be_visible()
    page.get_by_role("button", name="Aplicar: 3 alumnos nuevos, 3 familiares nuevos, 2 grupos nuevos").click()
    expect(page.get_by_role("status")).to_contain_text("Aplicando")
    do_the_jobs()
    expect(page.get_by_role("status")).to_contain_text("Aplicado")
    assert Student.objects.count() == 3
    upload(page, live_server, csv_file(FIRST), "No cambia nada")
    page.goto(f"{live_server.url}/admin/plumier/importrun/?state__exact=applied")
    page.get_by_role("link", name="matrícula.csv").click()
    page.get_by_role("button", name="Deshacer la importación entera: 10 cambios").click()
    expect(page.get_by_role("status")).to_contain_text("Deshaciendo")
    do_the_jobs()
    expect(page.get_by_role("status")).to_contain_text("Deshecho")
    assert Student.objects.count() == 0


def test_file_that_is_too_large_is_told_before_it_is_sent(
    school: School, live_server: LiveServer, visitor: BrowserContext, page: Page, tmp_path: Path
) -> None:
    be(visitor, live_server, make_director(school))
    page.goto(f"{live_server.url}/admin/plumier/importrun/add/")
    large = tmp_path / "grande.csv"
    with large.open("wb") as file:
        file.truncate(50_000_001)
    page.get_by_label("Archivo").set_input_files(large)
    told = page.get_by_label("Archivo").evaluate("one => one.validationMessage")
    page.get_by_role("button", name="Ver qué cambiaría").click()
    assert (told, ImportRun.objects.count()) == ("El archivo pasa de 50 MB.", 0)
    page.get_by_label("Archivo").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": b"x"})
    assert page.get_by_label("Archivo").evaluate("one => one.validationMessage") == ""


@pytest.mark.parametrize("visitor", VIEWS, indirect=True)
def test_pages_of_an_import_have_no_barrier(
    school: School, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    director = make_director(school)
    applied(school, director, FIRST)
    be(visitor, live_server, director)
    found = {}
    page.goto(f"{live_server.url}/admin/plumier/importrun/add/")
    found["upload"] = violations(page)
    page.get_by_role("button", name="Ver qué cambiaría").evaluate("one => one.form.noValidate = true")
    page.get_by_role("button", name="Ver qué cambiaría").click()
    found["no file"] = violations(page)
    upload(page, live_server, csv_file([*SECOND, SECOND[1]]), "Con errores")
    found["errors"] = violations(page)
    upload(page, live_server, csv_file([*SECOND, LANDLINE]), "Por aplicar")
    found["preview"] = violations(page)
    page.get_by_role("link", name="Sospechosos").click()
    found["suspicious"] = violations(page)
    ImportRun.objects.filter(state="ready").update(state="to_apply", phase="writing", done=700, total=2000)
    page.reload()
    expect(page.get_by_role("progressbar")).to_be_visible()
    found["running"] = violations(page)
    page.goto(f"{live_server.url}/admin/plumier/importrun/")
    found["list"] = violations(page)
    page.get_by_role("link", name="matrícula.csv").last.click()
    found["applied"] = violations(page)
    assert found == {name: list[str]() for name in found}
