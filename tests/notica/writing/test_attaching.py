"""Files of drafts: by their content, within their limits, checked, and never let by on a doubt."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from notica.choices import Audience, Way
from notica.drafts import Choice
from notica.files import path_of
from notica.models import KeptDraft, KeptDraftFile
from notica.refusals import NotAllowed, Refused
from notica.writing import attaching
from notica.writing.attaching import add_file, clean_name, keep_upload, remove_file, unlike
from notica.writing.file_types import ENDINGS, TEXT, type_of
from notica.writing.keeping import begin
from plumier.clock import database_now
from plumier.models import School, User
from tests.factories.register import make_director, make_school

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(16)
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(16)
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)


def zipped(**parts: bytes) -> bytes:
    """A zip with these parts; `__` stands for a slash."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            # Of no moment: each process that tests must collect the same tests, which are named by their bytes.
            archive.writestr(zipfile.ZipInfo(NAMES.get(name, name.replace("__", "/"))), content)
    return file.getvalue()


NAMES = {"types": "[Content_Types].xml", "vba": "word/vbaProject.bin", "basic": "Basic/script-lc.xml"}
DOCX = zipped(types=b"<Types/>", word__document=b"<w/>")
ODT_TYPE = b"application/vnd.oasis.opendocument.text"


def stream(name: str) -> bytes:
    return OLE + name.encode("utf-16-le")


@pytest.fixture
def director(db: None, settings: Any, tmp_path: Path) -> User:
    settings.DATA_DIR = str(tmp_path)
    return make_director(make_school())


@pytest.fixture
def kept(director: User) -> KeptDraft:
    school = School.objects.get()
    return begin(school, Choice(Audience.FAMILY), Way.EMAIL, by=director, now=database_now())


def put(kept: KeptDraft, name: str, content: bytes, by: User | None = None) -> KeptDraftFile:
    upload = SimpleUploadedFile(name, content, content_type="application/x-whatever")
    return add_file(kept, upload, by=by or kept.by, now=database_now())


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("circular.pdf", PDF, "application/pdf"),
        ("foto.PNG", PNG, "image/png"),
        ("foto.jpeg", JPG, "image/jpeg"),
        ("carta.docx", DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("carta.odt", zipped(mimetype=ODT_TYPE), "application/vnd.oasis.opendocument.text"),
        ("notas.xls", stream("Workbook"), "application/vnd.ms-excel"),
        ("notas.csv", "Ñandú;1\r\n".encode("cp1252"), "text/csv"),
        ("leeme.txt", b"Hola, < mundo", "text/plain"),
        ("leeme.txt", "Hola".encode("utf-16"), "text/plain"),
        ("leeme.txt", b"BM Motor: revise el coche", "text/plain"),
        ("leeme.txt", "GIFs para la fiesta, niños".encode(), "text/plain"),
        ("leeme.txt", b"MZ, la de 2.o B, no viene", "text/plain"),
        ("dibujo.bmp", b"BM\x46\x00\x00\x00" + bytes(64), "image/bmp"),
    ],
)
def test_file_is_kept_as_what_it_is(kept: KeptDraft, name: str, content: bytes, content_type: str) -> None:
    file = put(kept, name, content)
    assert (file.name, file.content_type, file.size) == (name, content_type, len(content))
    assert path_of(file.sha256).read_bytes() == content
    assert path_of(file.sha256).stat().st_mode & 0o777 == 0o600
    kept.refresh_from_db()
    assert kept.version == 1


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("nada.pdf", b"", "está vacío"),
        ("juego.pdf", b"MZ\x90\x00" + bytes(60), "Es un programa"),
        ("guion.txt", b"#!/bin/sh\nrm x", "Es un programa"),
        ("página.txt", b"  <!DOCTYPE html><p>", "html"),
        ("dibujo.png", b"<svg xmlns='x'>", "svg"),
        ("raro.txt", b"a\x00b\x01" * 9, "No se sabe qué clase"),
        ("todo.zip", zipped(a=b"1"), "zip"),
        ("carta.docx", zipped(types=b"<Types/>", word__document=b"", vba=b"1"), "macros"),
        ("carta.docx", zipped(types=b"macroEnabled.12", word__document=b""), "macros"),
        ("carta.odt", zipped(mimetype=ODT_TYPE, basic=b"1"), "macros"),
        ("carta.doc", stream("WordDocument") + "_VBA_PROJECT".encode("utf-16-le"), "macros"),
        ("carta.docx", stream("EncryptedPackage"), "contraseña"),
        ("raro.doc", stream("Otra cosa"), "No se sabe qué clase"),
        ("carta.docx", DOCX[:40], "dañado"),
        ("música.mp3", b"ID3\x03" + bytes(60), "mp3"),
        ("foto.pdf", PNG, "Su nombre dice que es pdf y por dentro es png"),
        ("guion.js", b"alert(1)", "Los ficheros js no se pueden enviar. Se admiten PDF, Word, Excel"),
        ("guion.py", b"print(1)", "Los ficheros py no se pueden enviar. .* imágenes y textos"),
        ("carta.docm", DOCX, "Los ficheros docm no se pueden enviar."),
        ("carta.txt", rb"{\rtf1 Hola}", "Los ficheros rtf no se pueden enviar."),
        ("carta.txt", b"BM" + bytes(60), "Su nombre dice que es txt y por dentro es bmp"),
    ],
)
def test_file_that_may_not_be_sent_is_refused_with_why(
    kept: KeptDraft, name: str, content: bytes, sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match=sentence):
        put(kept, name, content)
    assert (KeptDraftFile.objects.count(), [path for path in tmp_path.rglob("*") if path.is_file()]) == (
        0,
        [],
    )


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        (r"C:\Fotos\circular.txt", "circular.txt"),
        ("../../etc/circular.txt", "circular.txt"),
        ("circu\u202elar\n.txt", "circular.txt"),
        ('a<b>:"c|d?.txt', "a_b___c_d_.txt"),
        ("  .  .txt", "fichero.txt"),
        ("sin punto", "sin punto.txt"),
        ("x" * 300 + ".txt", "x" * 100 + ".txt"),
        ("điểm số.csv", "điểm số.csv"),
    ],
)
def test_name_is_made_safe(typed: str, clean: str) -> None:
    assert clean_name(typed, TEXT) == clean


def test_same_name_is_numbered(kept: KeptDraft) -> None:
    names = [put(kept, "a.pdf", PDF).name for _ in range(3)]
    assert names == ["a.pdf", "a (2).pdf", "a (3).pdf"]
    assert unlike("b.pdf", {"a.pdf"}) == "b.pdf"


def test_limits_are_said(kept: KeptDraft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attaching, "MOST_BYTES", 1000)
    monkeypatch.setattr(attaching, "MOST_BYTES_ALL", 2000)
    with pytest.raises(Refused, match="demasiado grande"):
        put(kept, "a.pdf", PDF + bytes(1000))
    for name in "ab":
        put(kept, f"{name}.pdf", PDF + bytes(900))
    with pytest.raises(Refused, match="Entre todos"):
        put(kept, "c.pdf", PDF + bytes(900))
    monkeypatch.setattr(attaching, "MOST_FILES", 2)
    with pytest.raises(Refused, match="Solo caben 2 ficheros"):
        put(kept, "c.pdf", PDF)
    assert KeptDraftFile.objects.count() == 2


def test_upload_that_lies_about_its_size_is_stopped(
    kept: KeptDraft, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(attaching, "MOST_BYTES", 1000)
    upload = SimpleUploadedFile("a.pdf", PDF + bytes(2000))
    upload.size = 1
    with pytest.raises(Refused, match="demasiado grande"):
        add_file(kept, upload, by=kept.by, now=database_now())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def clean(path: Path) -> None:
    """A check that has nothing against any file."""


def infected(path: Path) -> str:
    """A check that finds something, by reading the file."""
    return f"Eicar ({len(path.read_bytes())})"


def broken(path: Path) -> str:
    """A check whose scanner is away."""
    raise ConnectionRefusedError


def test_checks_are_asked_and_none_lets_by_what_it_cannot_see(
    kept: KeptDraft, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    here = "tests.notica.writing.test_attaching"
    settings.FILE_CHECKS = [f"{here}.clean"]
    put(kept, "a.pdf", PDF)
    settings.FILE_CHECKS = [f"{here}.clean", f"{here}.infected"]
    with pytest.raises(Refused, match=rf"no es seguro: Eicar \({len(PDF)}\)"):
        put(kept, "b.pdf", PDF)
    settings.FILE_CHECKS = [f"{here}.broken"]
    with pytest.raises(Refused, match="Ahora no se puede comprobar"):
        put(kept, "secreto.pdf", PDF)
    assert KeptDraftFile.objects.count() == 1
    assert [record.getMessage() for record in caplog.records] == [f"the check {here}.broken of a file broke"]
    assert "secreto" not in caplog.text


def test_only_its_writer_changes_a_draft_s_files(kept: KeptDraft) -> None:
    other = make_director(make_school("30000009"))
    file = put(kept, "a.pdf", PDF)
    with pytest.raises(NotAllowed):
        put(kept, "b.pdf", PDF, by=other)
    with pytest.raises(NotAllowed):
        remove_file(file, by=other, now=database_now())
    for _ in range(2):
        remove_file(file, by=kept.by, now=database_now())
    kept.refresh_from_db()
    assert (KeptDraftFile.objects.count(), kept.version) == (0, 2)


def test_endings_that_are_offered_are_those_that_are_taken(tmp_path: Path) -> None:
    assert {"pdf", "docx", "odt", "csv", "jpg"} <= set(ENDINGS)
    assert {"exe", "zip", "docm", "html", "svg", "js"} & set(ENDINGS) == set()
    path = tmp_path / "x"
    path.write_bytes(PDF)
    assert type_of(path).endings == ("pdf",)


def test_upload_without_a_draft_is_looked_at_and_kept(director: User) -> None:
    found = keep_upload(SimpleUploadedFile("..\\carta\u202e", PDF, "text/html"))
    assert (found.name, found.content_type, found.size) == ("carta.pdf", "application/pdf", len(PDF))
    assert path_of(found.sha256).read_bytes() == PDF


@pytest.mark.parametrize(("name", "content"), [("a.pdf", b""), ("a.pdf", b"MZ" + bytes(99)), ("a.exe", PDF)])
def test_upload_that_may_not_be_kept_is_refused(director: User, name: str, content: bytes) -> None:
    with pytest.raises(Refused):
        keep_upload(SimpleUploadedFile(name, content))
    assert [path for path in path_of("00").parent.parent.rglob("*") if path.is_file()] == []


def test_upload_larger_than_may_be_kept_is_refused(director: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attaching, "MOST_BYTES", len(PDF) - 1)
    with pytest.raises(Refused, match="demasiado grande"):
        keep_upload(SimpleUploadedFile("a.pdf", PDF))
