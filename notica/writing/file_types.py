"""What a file is by its content, and whether it may be sent: never by its name alone.

What a program would run is refused: executables, scripts, pages with scripts, macros. So are archives, which mail
servers turn away and in which nothing can be looked at.
"""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import filetype
from django.utils.translation import gettext as _

from notica.refusals import Refused

_HEAD: Final = 8192  # bytes in which every signature stands
_MOST_MEMBERS: Final = 5000  # of an office file; a document has some dozens
_MOST_PART: Final = 1 << 20  # bytes of a part that is read
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP_ERRORS: Final = (zipfile.BadZipFile, OSError, NotImplementedError, EOFError, ValueError, RuntimeError)


class FileType(NamedTuple):
    """A kind of file that may be sent, and the endings that its name may have; the first is the usual one."""

    content_type: str
    endings: tuple[str, ...]


_OPEN_XML: Final = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT: Final = "application/vnd.oasis.opendocument."
TEXT: Final = FileType("text/plain", ("txt", "csv"))
# By what `filetype` calls it.
_SIGNED: Final = {
    "pdf": FileType("application/pdf", ("pdf",)),
    "jpg": FileType("image/jpeg", ("jpg", "jpeg", "jfif")),
    "png": FileType("image/png", ("png",)),
    "apng": FileType("image/png", ("png", "apng")),
    "gif": FileType("image/gif", ("gif",)),
    "webp": FileType("image/webp", ("webp",)),
    "heic": FileType("image/heic", ("heic", "heif")),
    "avif": FileType("image/avif", ("avif",)),
    "tif": FileType("image/tiff", ("tif", "tiff")),
    "bmp": FileType("image/bmp", ("bmp",)),
}
# By the folder in which its content lies.
_ZIPPED: Final = {
    "word/": FileType(f"{_OPEN_XML}wordprocessingml.document", ("docx",)),
    "xl/": FileType(f"{_OPEN_XML}spreadsheetml.sheet", ("xlsx",)),
    "ppt/": FileType(f"{_OPEN_XML}presentationml.presentation", ("pptx",)),
}
# By what its first part says.
_OPEN_DOCUMENTS: Final = {
    f"{_OPEN_DOCUMENT}{word}": FileType(f"{_OPEN_DOCUMENT}{word}", (ending,))
    for word, ending in (("text", "odt"), ("spreadsheet", "ods"), ("presentation", "odp"))
}
# By the name of the stream that holds it.
_OLD_OFFICE: Final = {
    "WordDocument": FileType("application/msword", ("doc",)),
    "Workbook": FileType("application/vnd.ms-excel", ("xls",)),
    "PowerPoint Document": FileType("application/vnd.ms-powerpoint", ("ppt",)),
}
ALLOWED: Final = (
    *_SIGNED.values(), *_ZIPPED.values(), *_OPEN_DOCUMENTS.values(), *_OLD_OFFICE.values(), TEXT,
)  # fmt: skip
ENDINGS: Final = tuple(dict.fromkeys(ending for one in ALLOWED for ending in one.endings))
_MARKUP: Final = re.compile(
    rb"^\s*(<!doctype|<\?xml|<\?php|<html|<head|<body|<script|<svg|<!--)", re.IGNORECASE
)
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# By what `filetype` calls it: others that begin so and have letters alone are texts, as one that begins with «BM».
_WRITTEN_IN_LETTERS: Final = frozenset({"pdf", "ps", "rtf"})
_OPEN_XML_MACROS: Final = re.compile(
    r"(^|/)(vbaProject\.bin|vbaData\.xml|macrosheets/|activeX/)", re.IGNORECASE
)
_OPEN_DOCUMENT_MACROS: Final = re.compile(r"^(Basic|Scripts)/.")


def type_of(path: Path) -> FileType:
    """What a file is. Raises Refused, with the reason, where it may not be sent; OSError where it cannot be read."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise Refused(_("El fichero está vacío."))
    for begins, look in _LOOKS:
        if head.startswith(begins):
            return look(path)
    signed = filetype.guess(head)
    if signed is not None and (signed.extension in _WRITTEN_IN_LETTERS or _CONTROLS.search(head)):
        found = _SIGNED.get(signed.extension)
        if found is None:
            raise _unknown(signed.extension)
        return found
    return _text(path)


def check_ending(ending: str) -> None:
    """Raises Refused where no file that may be sent has such an ending."""
    if ending.lower() not in ENDINGS:
        raise _unknown(ending[:10])


def _unknown(word: str = "") -> Refused:
    may = _("Se admiten PDF, Word, Excel, PowerPoint, LibreOffice, imágenes y textos (txt o csv).")
    if word:
        return Refused(_("Los ficheros %(kind)s no se pueden enviar.") % {"kind": word} + f" {may}")
    return Refused(_("No se sabe qué clase de fichero es.") + f" {may}")


def _macros() -> Refused:
    return Refused(_("El documento lleva macros. Guárdelo sin macros o en PDF y adjúntelo otra vez."))


def _zipped(path: Path) -> FileType:
    """An office file by what lies in it, without unpacking more than a line."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if len(names) > _MOST_MEMBERS:
                raise _unknown("zip")
            if "mimetype" in names:
                return _open_document(archive, names)
            if "[Content_Types].xml" in names:
                return _open_xml(archive, names)
    except _ZIP_ERRORS as error:
        raise Refused(_("El fichero está dañado. Guárdelo otra vez y adjúntelo de nuevo.")) from error
    raise _unknown("zip")


def _open_document(archive: zipfile.ZipFile, names: list[str]) -> FileType:
    found = _OPEN_DOCUMENTS.get(_part(archive, "mimetype").decode("ascii", "replace").strip())
    if found is None:
        raise _unknown("zip")
    if any(_OPEN_DOCUMENT_MACROS.match(name) for name in names):
        raise _macros()
    return found


def _open_xml(archive: zipfile.ZipFile, names: list[str]) -> FileType:
    if any(_OPEN_XML_MACROS.search(name) for name in names):
        raise _macros()
    if b"macroenabled" in _part(archive, "[Content_Types].xml").lower():
        raise _macros()
    for folder, found in _ZIPPED.items():
        if any(name.startswith(folder) for name in names):
            return found
    raise _unknown("zip")


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(_MOST_PART)


def _old_office(path: Path) -> FileType:
    """A file of Office before 2007, by the names of its streams, which stand in it as they are."""
    content = path.read_bytes()
    if _stream("EncryptedPackage") in content:
        raise Refused(
            _("El documento tiene contraseña y no se puede revisar. Quítesela y adjúntelo otra vez.")
        )
    if _stream("_VBA_PROJECT") in content:
        raise _macros()
    for name, found in _OLD_OFFICE.items():
        if _stream(name) in content:
            return found
    raise _unknown()


def _stream(name: str) -> bytes:
    return name.encode("utf-16-le")


def _program(path: Path) -> FileType:
    raise Refused(_("Es un programa y no se puede enviar."))


def _program_or_text(path: Path) -> FileType:
    """What begins with two letters may be a text."""
    return _program(path) if _CONTROLS.search(path.read_bytes()) else _text(path)


_LOOKS: Final[tuple[tuple[bytes, Callable[[Path], FileType]], ...]] = (
    (_ZIP, _zipped),
    (_OLE, _old_office),
    (b"MZ", _program_or_text),
    *((begins, _program) for begins in (b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")),
)


def _text(path: Path) -> FileType:
    """A plain text: letters in an encoding that programs write, and no page or script."""
    content = path.read_bytes()
    bare = content.removeprefix(b"\xef\xbb\xbf")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        bare = content.decode("utf-16", "replace").encode()
    if _MARKUP.match(bare):
        raise _unknown("html, xml, svg")
    if _CONTROLS.search(bare):
        raise _unknown()
    return TEXT
