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
from plumier.models import School, Student
from tests.factories.register import make_director, make_school
from tests.factories.rosters import csv_file
from tests.journeys.conftest import violations
from tests.journeys.test_administration import SCREENS, be
from tests.plumier.importing.test_runs import FIRST, SECOND, applied


@pytest.fixture
def school(transactional_db: None, settings: Any, tmp_path: Path) -> School:
    settings.DATA_DIR = tmp_path
    return make_school(name="IES Ribera de los Molinos")


def do_the_jobs(page: Page) -> None:
    """What the workers do, and the page as it then is."""
    for run in waiting():
        work(run)
    page.reload()


def upload(page: Page, live_server: LiveServer, content: bytes) -> None:
    page.goto(f"{live_server.url}/admin/plumier/importrun/add/")
    page.get_by_label("Archivo").set_input_files(
        {"name": "matrícula.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="Ver qué cambiaría").click()
    expect(page.get_by_role("status")).to_contain_text("Leyendo el archivo")
    do_the_jobs(page)


def test_director_mends_a_roster_applies_it_and_takes_it_back(
    school: School, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    be(visitor, live_server, make_director(school))
    upload(page, live_server, csv_file([*FIRST, FIRST[1]]))
    expect(page.get_by_role("heading", name="1 error: no se puede aplicar")).to_be_visible()
    expect(page.get_by_role("button", name="Aplicar")).to_have_count(0)
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Errores y avisos en Excel").click()
    sheet = openpyxl.load_workbook(io.BytesIO(downloading.value.path().read_bytes())).worksheets[0]
    assert [cell.value for cell in sheet[2]][:3] == ["Error", None, "5"]
    upload(page, live_server, csv_file(FIRST))
    expect(page.get_by_role("rowheader", name="Gil Ros, Ana (2)")).to_be_visible()
    page.get_by_role("button", name="Aplicar: 3 alumnos nuevos, 0 cambian, 3 familiares").click()
    expect(page.get_by_role("status")).to_contain_text("Aplicando")
    do_the_jobs(page)
    expect(page.get_by_role("status")).to_contain_text("Aplicado")
    assert Student.objects.count() == 3
    page.get_by_role("button", name="Deshacer la importación entera").click()
    do_the_jobs(page)
    expect(page.get_by_role("status")).to_contain_text("Deshecho")
    assert Student.objects.count() == 0


@pytest.mark.parametrize("visitor", SCREENS, indirect=True)
def test_pages_of_an_import_have_no_barrier(
    school: School, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    director = make_director(school)
    applied(school, director, FIRST)
    be(visitor, live_server, director)
    found = {}
    page.goto(f"{live_server.url}/admin/plumier/importrun/add/")
    found["upload"] = violations(page)
    upload(page, live_server, csv_file([*SECOND, SECOND[1]]))
    found["errors"] = violations(page)
    upload(page, live_server, csv_file(SECOND))
    found["preview"] = violations(page)
    page.goto(f"{live_server.url}/admin/plumier/importrun/")
    found["list"] = violations(page)
    assert found == {name: list[str]() for name in found}
