"""Files of a notice: looked at, kept while the form is open, and named in it for its writer alone."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from notica.files import path_of
from plumier.models import School, User
from tablon.models import Notice, NoticeFile
from tests.factories.register import make_director
from tests.tablon.boards import as_user, posted
from tests.tablon.test_views import NEW, director, pdf, school, text_of

__all__ = ["director", "school"]  # fixtures


def test_file_named_by_somebody_elses_form_is_none(school: School, director: User) -> None:
    other = make_director(school)
    response = as_user(other).post(NEW, posted(accion="vista", nuevos=[pdf()]))
    token = response.context["files"][0][1]
    as_user(director).post(NEW, posted(accion="guardar", ficheros=[token, "x"]))
    assert (Notice.objects.count(), NoticeFile.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("virus.exe", b"MZ" + bytes(100), "«virus.exe»: "),
        ("virus.pdf", b"MZ" + bytes(100), "«virus.pdf»: "),
        ("pagina.txt", b"<html><script>alert(1)</script>", "«pagina.txt»: "),
        ("nada.pdf", b"", "«nada.pdf»: El fichero está vacío."),
        ("grande.pdf", b"0" * (10 * 1024 * 1024 + 1), "«grande.pdf»: El fichero es demasiado grande"),
    ],
)
def test_file_that_is_not_taken_says_why(
    school: School, director: User, name: str, content: bytes, sentence: str
) -> None:
    response = as_user(director).post(
        NEW, posted(accion="guardar", nuevos=[SimpleUploadedFile(name, content)])
    )
    assert (sentence in text_of(response), Notice.objects.count()) == (True, 0)


def test_file_goes_through_the_checks_of_files(school: School, director: User, settings: Any) -> None:
    settings.FILE_CHECKS = ["tests.tablon.test_uploads.says_no"]
    response = as_user(director).post(NEW, posted(accion="guardar", nuevos=[pdf()]))
    words = "«circular.pdf»: El fichero no es seguro: lleva un virus."
    assert (words in text_of(response), Notice.objects.count()) == (True, 0)


def says_no(path: Path) -> str:
    return "lleva un virus"


def test_file_that_was_deleted_while_the_form_was_open_is_asked_for_again(
    school: School, director: User
) -> None:
    client = as_user(director)
    file, token = client.post(NEW, posted(accion="vista", nuevos=[pdf()])).context["files"][0]
    old = time.time() - 80_000
    os.utime(path_of(file.sha256), (old, old))
    client.post(NEW, posted(accion="vista", ficheros=[token]))
    assert path_of(file.sha256).stat().st_mtime > old + 70_000
    path_of(file.sha256).unlink()
    response = client.post(NEW, posted(accion="publicar", ficheros=[token]))
    words = "«circular.pdf» ya no está: adjúntelo otra vez."
    assert (words in text_of(response), Notice.objects.count()) == (True, 0)
