"""What a file is by its first bytes and by the names inside it, and why some files are not opened.

Nothing is unpacked here: a zip's own list of its parts says how large they would be, and a part that lies about
its size breaks off when it is read.
"""

import zipfile
from typing import BinaryIO

from django.utils.translation import gettext as _

from plumier.importing.problems import RosterError
from plumier.importing.tables import MEGABYTE, MOST_BYTES, MOST_BYTES_UNPACKED, damaged, too_large

ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_CHUNK = 1 << 20
_MOST_PARTS = 5_000
_LARGE = 10 * MEGABYTE
_MOST_TIMES = 300  # how many times its size a large part may unpack to; sheets do 10 to 60
ZIP_ERRORS = (zipfile.BadZipFile, OSError, NotImplementedError, EOFError, ValueError, RuntimeError)


def check_size(file: BinaryIO) -> int:
    """Give the size of a file, from its end and without reading it. Raises `RosterError` if it is too large."""
    size = file.seek(0, 2)
    file.seek(0)
    if size > MOST_BYTES:
        raise RosterError(_("El archivo pasa de %(limit)d MB.") % {"limit": MOST_BYTES // MEGABYTE})
    return size


def refuse_what_is_no_table(file: BinaryIO) -> None:
    """Refuse, each in its own words, the files that people send instead of a workbook or a text."""
    file.seek(0)
    head = file.read(1024)
    if head.startswith(_OLE):
        raise RosterError(_what_ole_is(file))
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for marks, sentence in (
        ((b"%pdf-",), _("El archivo es un PDF: pida el listado en Excel (.xlsx) o CSV.")),
        (
            (b"{\\rtf",),
            _("El archivo es un documento de texto: ponga el listado en un Excel (.xlsx) o un CSV."),
        ),
        ((b"<!doctype html", b"<html", b"<table"), _html()),
        ((b"<?xml",), _("El archivo es XML: ábralo con Excel y guárdelo como .xlsx.")),
        (
            (b"\x89png", b"\xff\xd8\xff", b"gif8"),
            _("El archivo es una imagen: se espera un Excel (.xlsx) o un CSV."),
        ),
        (
            (b"rar!", b"7z\xbc\xaf", b"\x1f\x8b"),
            _("El archivo está comprimido: descomprímalo y suba lo que contiene."),
        ),
    ):
        if start.startswith(marks):
            raise RosterError(sentence)
    if b"<html" in start:
        raise RosterError(_html())


def check_archive(archive: zipfile.ZipFile) -> None:
    """Refuse a zip that would unpack to more than a roster can be. Raises `RosterError`."""
    members = archive.infolist()
    if len(members) > _MOST_PARTS or sum(member.file_size for member in members) > MOST_BYTES_UNPACKED:
        raise too_large()
    for member in members:
        if member.flag_bits & 1:
            raise RosterError(_("El archivo tiene contraseña: guárdelo sin ella."))
        if member.file_size > _LARGE and member.file_size > _MOST_TIMES * max(1, member.compress_size):
            raise RosterError(
                _("El archivo se hincha al abrirlo como ningún listado lo hace («%(part)s»): no se abre.")
                % {"part": member.filename[:60]}
            )


def check_workbook(archive: zipfile.ZipFile) -> None:
    """Refuse a zip that is no workbook, and a workbook that could do something. Raises `RosterError`."""
    names = set(archive.namelist())
    if any(name.lower().endswith("vbaproject.bin") for name in names) or b"macroEnabled" in _part(
        archive, "[Content_Types].xml"
    ):
        raise RosterError(_("El libro tiene macros: guárdelo como «Libro de Excel (.xlsx)», sin ellas."))
    if "xl/workbook.bin" in names:
        raise RosterError(_("El libro es un Excel binario (.xlsb): guárdelo como .xlsx."))
    if "xl/workbook.xml" not in names:
        raise RosterError(_what_zip_is(archive, names))
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise RosterError(
            _(
                "El libro está vinculado a otros archivos: rompa los vínculos (Datos › Editar vínculos) y guárdelo."
            )
        )


def _what_zip_is(archive: zipfile.ZipFile, names: set[str]) -> str:
    kind = _part(archive, "mimetype")
    if (
        kind.startswith(b"application/vnd.oasis.opendocument")
        or {"content.xml", "META-INF/manifest.xml"} <= names
    ):
        return _("El archivo es de LibreOffice (.ods): guárdelo como Excel (.xlsx).")
    if any(name.endswith(".iwa") or name == "Index.zip" for name in names):
        return _("El archivo es de Numbers: expórtelo como Excel (.xlsx).")
    if "word/document.xml" in names:
        return _("El archivo es un documento de Word: ponga el listado en un Excel (.xlsx) o un CSV.")
    if any(name.lower().endswith((".xlsx", ".csv", ".txt", ".zip")) for name in names):
        return _("El archivo está comprimido: descomprímalo y suba lo que contiene.")
    return _("El archivo no es un libro de Excel (.xlsx) ni un CSV.")


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as part:
            return part.read(_CHUNK)
    except KeyError:
        return b""
    except ZIP_ERRORS as error:
        raise damaged() from error


def _what_ole_is(file: BinaryIO) -> str:
    """Tell what an old Office file is by the names of its streams, which are UTF-16."""
    found: set[str] = set()
    names = ("EncryptedPackage", "_VBA_PROJECT", "Workbook", "Book", "WordDocument")
    file.seek(0)
    tail = b""
    while chunk := file.read(_CHUNK):
        found |= {name for name in names if name.encode("utf-16-le") in tail + chunk}
        tail = chunk[-64:]
    if "EncryptedPackage" in found:
        return _("El libro tiene contraseña: guárdelo sin ella.")
    if "_VBA_PROJECT" in found:
        return _("El archivo es un Excel antiguo (.xls) con macros: guárdelo como .xlsx.")
    if "WordDocument" in found:
        return _("El archivo es un documento de Word: ponga el listado en un Excel (.xlsx) o un CSV.")
    return _("El archivo es un Excel antiguo (.xls): guárdelo como .xlsx.")


def _html() -> str:
    return _("El archivo es una página web, aunque se llame .xls: ábralo con Excel y guárdelo como .xlsx.")
