"""What a single cell says: text, yes or no, and whether a student is enrolled."""

import datetime as dt
import re

from plumier.importing.cells_of_files import Cell
from plumier.names import clean_text, plain_words

_YES = frozenset(
    {
        "si",
        "s",
        "x",
        "1",
        "true",
        "verdadero",
        "yes",
        "v",
        "co",
        "da dang ki",
        "da dang ky",
        "✓",
        "✔",
        "☑",
        "✅",
    }
)
_NO = frozenset({"", "no", "n", "0", "khong", "chua", "false", "falso", "☐", "✗"})
_ACTIVE = frozenset(
    {
        "",
        "matriculado",
        "matriculada",
        "matriculado a",
        "activo",
        "activa",
        "activo a",
        "alta",
        "en curso",
        "vigente",
        "dang hoc",
    }
)
_WITHDRAWN = (
    "baja",
    "traslad",
    "anula",
    "abandon",
    "renuncia",
    "retirad",
    "cancelad",
    "inactiv",
    "expulsad",
)
_WITHDRAWN_PHRASES = ("thoi hoc", "nghi hoc", "chuyen truong", "bao luu")
_NOT_YET = ("pendiente", "promocion", "repite", "obtiene")  # Séneca's «Pendiente de traslado»: here still
_SCIENTIFIC = re.compile(r"([0-9])(?:[.,]([0-9]+))?[eE]\+?([0-9]{1,2})")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:([.,\u00a0\u202f ])[0-9]{3})(?:\1[0-9]{3})*")
_SURE_DIGITS = 8  # of a mantissa: fewer, and the number may have had others
_NO_DIGIT = re.compile(r"[^0-9]")


def text_of(cell: Cell | None) -> str:
    """Give a cell as a person reads it: composed, in one line, whole numbers without decimals."""
    if isinstance(cell, str):
        return plain_number(clean_text(cell)) if cell else ""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "Sí" if cell else "No"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)


def plain_number(text: str) -> str:
    """Write out `6.00123456E8`; a number that has lost digits on the way stays as it is."""
    if "E" not in text and "e" not in text:
        return text
    found = _SCIENTIFIC.fullmatch(text)
    digits = found.group(2) or "" if found else ""
    if not found or len(digits) > int(found.group(3)) or has_lost_digits(text):
        return text
    return found.group(1) + digits.ljust(int(found.group(3)), "0")


def has_lost_digits(text: str) -> bool:
    """Say whether a program has cut a long number down, as in `6,00E+08`."""
    found = _SCIENTIFIC.fullmatch(text)
    return found is not None and len(found.group(2) or "") < min(int(found.group(3)), _SURE_DIGITS)


def whole_number(text: str) -> str:
    """Give a whole number without «.0» or separators of thousands; any other text as it is."""
    text = text.removesuffix(".0") if text.removesuffix(".0").isdecimal() else text
    return _NO_DIGIT.sub("", text) if _THOUSANDS.fullmatch(text) else text


def read_yes_or_no(text: str) -> bool | None:
    """Read «Sí», «No», «X», «1», «0» and their like; an empty cell is a no, None is what cannot be told."""
    word = plain_words(text) or text.strip(" -–—.")
    if word in _YES:
        return True
    return False if word in _NO else None


def read_enrolled(text: str) -> bool | None:
    """Read the state of an enrolment: True enrolled, False withdrawn, None for a word that is not known."""
    words = plain_words(text)
    if words in _ACTIVE:
        return True
    if words.startswith(_NOT_YET):
        return None
    withdrawn = words.startswith(("no ", *_WITHDRAWN_PHRASES)) or any(
        word.startswith(_WITHDRAWN) for word in words.split()
    )
    return False if withdrawn else None
