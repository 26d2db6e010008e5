"""Identity documents: DNI and NIE with their letter, and the numbers of Vietnam. Pure."""

import re
from dataclasses import dataclass

_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_SPANISH = re.compile(r"([XYZ]?)([0-9]{7,8})([A-Z])")
_VIETNAMESE = re.compile(r"[0-9]{9}|[0-9]{12}")
_NOT_SHOWN = re.compile(r"[\W_]+")
_LONGEST_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it is stored. Only a valid one tells people apart; `key` is empty for any other."""

    text: str
    key: str = ""


def read_document(typed: str, region: str) -> Document:
    """Read a document of the region (`ES`, `VN`). Placeholders such as 00000000T are nobody's."""
    plain = _NOT_SHOWN.sub("", typed).upper()
    digits = re.sub(r"\D", "", plain)
    if len(set(digits)) <= 1:
        return Document(typed.strip())
    if region == "VN":
        return Document(plain, plain) if _VIETNAMESE.fullmatch(plain) else Document(typed.strip())
    found = _SPANISH.fullmatch(plain)
    if not found or len(found[1] + found[2]) > _LONGEST_DIGITS:
        return Document(typed.strip())
    letter, number, check = found.groups()
    if _LETTERS[int(f"{'XYZ'.index(letter) if letter else ''}{number}") % len(_LETTERS)] != check:
        return Document(typed.strip())
    whole = f"{letter}{number}{check}" if letter else f"{number.zfill(_LONGEST_DIGITS)}{check}"
    return Document(whole, whole)
