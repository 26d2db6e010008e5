"""The pages of imports: for who leads the school, in words, and never more than one's own."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from plumier import uploads
from plumier.clock import database_now
from plumier.importing.applying import work
from plumier.models import (
    AcademicYear,
    Guardianship,
    ImportDifference,
    ImportRun,
    RecordAccess,
    School,
    Student,
    User,
)
from tests.factories.register import (
    Parent,
    make_director,
    make_group,
    make_school,
    make_service,
    make_student,
)
from tests.factories.rosters import csv_file
from tests.plumier.importing.test_runs import FIRST, HEADER, NOBODY, SECOND, applied, upload

ADD = reverse("admin:plumier_importrun_add")


@pytest.fixture(autouse=True)
def _data_dir(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def school(db: None) -> School:
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def posted(client: Client, school: School, content: bytes, **fields: Any) -> HttpResponseBase:
    file = SimpleUploadedFile("matrícula.csv", content)
    return client.post(ADD, {"school": school.pk, "file": file, **fields})


def page_of(client: Client, run: ImportRun, query: str = "") -> str:
    response = client.get(reverse("admin:plumier_importrun_change", args=[run.pk]) + query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def act(client: Client, name: str, run: ImportRun) -> int:
    return client.post(reverse(f"admin:plumier_importrun_{name}", args=[run.pk])).status_code


def test_upload_keeps_the_file_with_its_hash_and_waits_for_a_job(
    school: School, director: User, tmp_path: Path
) -> None:
    year = AcademicYear.objects.create(school=school, name="2027/2028", is_current=False)
    client, content = logged_in(director), csv_file(FIRST)
    response = posted(client, school, content, year=year.pk, kind="roster")
    run = ImportRun.objects.get()
    assert (response.status_code, response.headers["Location"]) == (
        302,
        reverse("admin:plumier_importrun_change", args=[run.pk]),
    )
    assert (run.by, run.file_name, run.size, run.year, run.kind, run.state) == (
        *(director, "matrícula.csv", len(content), "2027/2028", "roster", "to_read"),
    )
    assert (tmp_path / "imports" / run.stored).read_bytes() == content
    page = client.get(response.headers["Location"])
    assert page.headers["Refresh"] == "2"
    work(run.pk)
    assert "Refresh" not in client.get(response.headers["Location"]).headers


def test_progress_is_shown_in_words_and_as_a_bar(school: School, director: User) -> None:
    run = upload(school, director, FIRST)
    ImportRun.objects.update(state="to_apply", phase="writing", done=1200, total=3000)
    page = page_of(logged_in(director), run)
    assert "Escribiendo en el registro: 1200 de 3000" in page
    assert '<progress value="1200" max="3000"' in page


def test_button_says_its_numbers(school: School, director: User) -> None:
    applied(school, director, FIRST)
    page = page_of(logged_in(director), upload(school, director, SECOND))
    assert (
        "Aplicar: 1 alumno nuevo, 3 alumnos cambian, 1 familiar nuevo, 2 familiares cambian,"
        " 1 tutor deja de serlo, 1 grupo nuevo" in page
    )


def test_same_file_again_says_that_nothing_changes_and_has_no_button(school: School, director: User) -> None:
    applied(school, director, FIRST)
    run = upload(school, director, FIRST)
    page = page_of(logged_in(director), run)
    assert ("No cambia nada" in page, "<button" in page.partition('id="content"')[2]) == (True, False)


def test_other_kinds_of_files_are_told_by_their_own_names(school: School, director: User) -> None:
    rows: list[list[Any]] = [
        ["DNI", "Apellidos y nombre", "Correo"],
        ["12345678Z", "Vera Sol, Inés", "ines@example.org"],
    ]
    run = upload(school, director, rows)
    page = page_of(logged_in(director), run)
    assert (run.kind, "Aplicar: personal (nuevos 1)" in page) == ("staff", True)


def test_looking_at_an_import_is_noted_for_everybody_whose_record_it_tells_of(
    school: School, director: User
) -> None:
    applied(school, director, FIRST)
    run = upload(school, director, SECOND)
    page_of(logged_in(director), run)
    told = ImportDifference.objects.filter(run=run, person_id__isnull=False)
    noted = RecordAccess.objects.values_list("user_id", "person_id", "page", "right")
    assert sorted(noted) == sorted(
        (director.pk, person, "import", "leader") for person in set(told.values_list("person_id", flat=True))
    )
    assert len(noted) > 1
    run.state = "to_apply"
    run.save()
    page_of(logged_in(director), run)
    assert len(noted.all()) == len(noted)


def test_differences_are_filtered_and_turned_page_by_page(
    school: School, director: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plumier.admin.run_page.PER_PAGE", 2)
    applied(school, director, FIRST)
    run, client = upload(school, director, SECOND), logged_in(director)
    ids = list(
        ImportDifference.objects.filter(run=run, change="changed").order_by("id").values_list("pk", flat=True)
    )
    first = page_of(client, run, "?que=changed")
    assert f"?que=changed&amp;desde={ids[2]}#diferencias" in first
    last = page_of(client, run, f"?que=changed&desde={ids[-1]}")
    assert "desde=" not in last
    for odd in ("?que=x", "?desde=-1", "?desde=" + "9" * 40):
        page_of(client, run, odd)


def test_suspicious_findings_are_a_list_of_their_own(school: School, director: User) -> None:
    landline = ["Sol Mar, Eva", "11111111H", "968123456", "Sí"]
    run = upload(
        school, director, [HEADER, ["3", "Sol Paz, Iris", "1º ESO B", "Matriculado", "", *NOBODY, *landline]]
    )
    page = page_of(logged_in(director), run, "?que=suspicious")
    assert ("Sospechosos (1)" in page, "solo tiene teléfonos fijos" in page) == (True, True)
    assert '<th scope="col">Antes</th>' not in page


def test_errors_come_as_a_workbook_without_formulas(school: School, director: User) -> None:
    wrong: list[Any] = ["=HYPERLINK(1)", "Gil, Ana", "1º ESO A", "quizá", "", *NOBODY, *NOBODY]
    run, client = upload(school, director, [*FIRST, wrong]), logged_in(director)
    assert run.state == "wrong"
    response = client.get(reverse("admin:plumier_importrun_errors", args=[run.pk]))
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["Qué", "Hoja", "Fila", "Columna", "Valor", "Explicación"]
    assert len(rows) - 1 == len(run.report["errors"]) + len(run.report["warnings"])
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    page = page_of(client, run)
    assert ("no se puede aplicar" in page, "Aplicar:" in page) == (True, False)
    assert act(client, "apply", run) == 302
    run.refresh_from_db()
    assert run.state == "wrong"


def test_file_that_is_too_large_is_refused_in_words_and_kept_nowhere(
    school: School, director: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 1000)
    for around_it in (0, 10_000):  # the request says that it is too large, or it is noticed on the way
        monkeypatch.setattr(uploads, "_AROUND_IT", around_it)
        response = posted(logged_in(director), school, b"x" * 2000)
        assert (response.status_code, "El archivo pasa de 50 MB." in response.content.decode()) == (200, True)
    assert (ImportRun.objects.count(), (tmp_path / "imports").exists()) == (0, False)


def test_without_a_file_nothing_is_started(school: School, director: User) -> None:
    response = logged_in(director).post(ADD, {"school": school.pk})
    assert (response.status_code, "Elija el archivo." in response.content.decode()) == (200, True)


def test_another_schools_import_does_not_exist(school: School, director: User) -> None:
    other = make_school("30000002")
    theirs = applied(other, make_director(other), FIRST)
    client = logged_in(director)
    found = [act(client, name, theirs) for name in ("apply", "undo")]
    found += [
        client.get(reverse(f"admin:plumier_importrun_{name}", args=[theirs.pk])).status_code
        for name in ("change", "errors")
    ]
    assert found == [404] * 4
    refused = posted(client, other, csv_file(FIRST))
    assert (refused.status_code, ImportRun.objects.filter(school=school).count()) == (200, 0)
    theirs.refresh_from_db()
    assert theirs.state == "applied"


def test_year_of_another_school_is_refused(school: School) -> None:
    other = make_school("30000002")
    year = AcademicYear.objects.create(school=other, name="2027/2028", is_current=False)
    both = User.objects.create_superuser("root")
    response = posted(logged_in(both), school, csv_file(FIRST), year=year.pk)
    assert (response.status_code, "Es de otro centro." in response.content.decode()) == (200, True)


def test_service_of_the_consejeria_does_not_import(school: School) -> None:
    response = logged_in(make_service(school)).get(ADD, follow=True)
    assert response.status_code == 404


def test_director_kept_from_her_child_neither_imports_nor_sees_details(
    school: School, director: User
) -> None:
    child = make_student(make_group(school, "2º ESO C"), "Iris Sol Paz", [Parent("Eva Sol")])
    Guardianship.objects.create(
        school=school,
        student=child,
        guardian=director.people.get(),
        relation="father",
        order=2,
        barred_from="2020-01-01",
        barred_reference="Auto 1/2020",
    )
    run = upload(school, make_director(school), FIRST)
    client = logged_in(director)
    page = page_of(client, run)
    assert (
        "Una resolución judicial" in page,
        "Gil Ros" in page,
        "<button" in page.partition('id="content"')[2],
    ) == (*(True, False, False),)
    closed = [client.get(ADD), client.get(reverse("admin:plumier_importrun_errors", args=[run.pk]))]
    assert [response.status_code for response in closed] == [404, 404]
    assert [act(client, "apply", run), Student.objects.count()] == [404, 1]
    assert ADD not in client.get(reverse("admin:plumier_student_changelist")).content.decode()


def test_import_is_a_link_of_the_index_and_of_the_students_list(school: School, director: User) -> None:
    client = logged_in(director)
    for page in ("index", "plumier_student_changelist", "plumier_importrun_changelist"):
        assert f'href="{ADD}"' in client.get(reverse(f"admin:{page}")).content.decode()


def test_list_asks_the_same_of_the_database_for_one_and_for_many(school: School, director: User) -> None:
    client, counted = logged_in(director), []
    for more in (1, 5):
        for _ in range(more):
            upload(school, director, FIRST)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(reverse("admin:plumier_importrun_changelist")).content.decode()
        counted.append(len(asked))
        # Of a report, which may have thousands of findings, the numbers alone.
        read = next(query["sql"] for query in asked if ' AS "told"' in query["sql"])
        assert read.partition(" FROM ")[0].count('"report"') == 1
    assert counted[0] == counted[1]
    assert "Nuevos: " in page


def test_done_by_whom_and_when_stays_readable(school: School, director: User) -> None:
    run, other = applied(school, director, FIRST), make_director(school)
    client = logged_in(other)
    assert "Deshacer la importación entera: 10 cambios" in page_of(client, run)
    assert act(client, "undo", run) == 302
    work(run.pk)
    page = page_of(client, run)
    assert (f"· {director}" in page, f"· {other}" in page, "Deshecho" in page, run.sha256 in page) == (
        *[True] * 4,
    )
    assert database_now() > ImportRun.objects.get().asked_at
