"""What a single cell says: text, yes or no, and whether a student is enrolled."""

import datetime as dt

from plumier.importing.reading import Cell
from plumier.names import clean_text, plain_words

_YES = frozenset({"si", "s", "x", "1", "true", "verdadero", "yes", "v", "✓", "✔", "☑", "✅"})
_NO = frozenset({"", "no", "n", "0", "false", "falso", "☐", "✗"})
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


def text_of(cell: Cell | None) -> str:
    """Give a cell as a person reads it: composed, in one line, whole numbers without decimals."""
    if isinstance(cell, str):
        return clean_text(cell) if cell else ""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "Sí" if cell else "No"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)


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
    withdrawn = words.startswith("no ") or any(word.startswith(_WITHDRAWN) for word in words.split())
    return False if withdrawn else None
