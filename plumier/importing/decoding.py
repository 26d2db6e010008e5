"""In which letters a text file is written, decided strictly: no guess may turn «Núñez» into «NÃºÃ±ez».

UTF-16 by its mark or by its zeros; else UTF-8 if every byte of the file is; else Windows-1252 (of which Latin-1 is
a part) if every byte is that and no piece of the file is UTF-8. A file that is both, or neither, is refused.
"""

import codecs
import re
from typing import BinaryIO

from django.utils.translation import gettext as _

from plumier.importing.problems import RosterError

UTF8, UTF16, UTF16_LE, UTF16_BE, CP1252 = "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"
IN_WORDS = {UTF8: "UTF-8", UTF16: "UTF-16", UTF16_LE: "UTF-16", UTF16_BE: "UTF-16", CP1252: "Windows-1252"}

_CHUNK = 1 << 18
_SAMPLE = 4096
_MOSTLY = 0.5
_FEWEST_PAIRS = 4
# Letters of Spanish and its neighbours, and of Vietnamese, as UTF-8 writes them.
_LETTER_IN_UTF8 = re.compile(rb"[\xc3-\xc6][\x80-\xbf]|\xe1[\xba\xbb][\x80-\xbf]")


def decide_encoding(file: BinaryIO) -> str:
    """Decide the encoding of a text file, read in pieces from its start. Raises `RosterError` where there is none."""
    file.seek(0)
    sample = file.read(_SAMPLE)
    marked = sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding = UTF16 if marked else _encoding_of_zeros(sample)
    if encoding:
        if _first_wrong_line(file, encoding) is not None:
            raise _no_text()
        return encoding
    wrong = _first_wrong_line(file, UTF8)
    if wrong is None:
        return UTF8
    if _has_letters_in_utf8(file):
        raise RosterError(
            _(
                "El archivo mezcla dos codificaciones: casi todo está en UTF-8, pero la línea %(line)d no."
                " Corríjala o guárdelo de nuevo en UTF-8."
            )
            % {"line": wrong}
        )
    if _first_wrong_line(file, CP1252) is not None:
        raise _no_text()
    return CP1252


def _encoding_of_zeros(sample: bytes) -> str:
    """Tell UTF-16 without its mark: every other byte of Latin text is zero."""
    half = len(sample) // 2
    if half < _FEWEST_PAIRS:
        return ""
    even, odd = sample[0 : 2 * half : 2].count(0) / half, sample[1 : 2 * half : 2].count(0) / half
    if odd > _MOSTLY and not even:
        return UTF16_LE
    return UTF16_BE if even > _MOSTLY and not odd else ""


def _first_wrong_line(file: BinaryIO, encoding: str) -> int | None:
    """Give the line of the first byte that is not of the encoding, or of a zero character; None if all are."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line = 1
    while True:
        chunk = file.read(_CHUNK)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            return line + bytes(error.object[: error.start]).count(b"\n")
        if "\0" in text:
            raise RosterError(_("El archivo no es una tabla: se espera un libro de Excel (.xlsx) o un CSV."))
        line += text.count("\n")
        if not chunk:
            return None


def _has_letters_in_utf8(file: BinaryIO) -> bool:
    file.seek(0)
    tail = b""
    while chunk := file.read(_CHUNK):
        if _LETTER_IN_UTF8.search(tail + chunk):
            return True
        tail = chunk[-2:]
    return False


def _no_text() -> RosterError:
    return RosterError(
        _(
            "No se sabe en qué codificación está el archivo: guárdelo de nuevo como Excel (.xlsx)"
            " o como CSV en UTF-8."
        )
    )
