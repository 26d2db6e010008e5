"""How an expediente's number is written: «1/2026-27». Pure."""

import re
from typing import Final

_YEARS: Final = re.compile(r"(\d{4})\s*[/–-]\s*(\d{4}|\d{2})")


def year_words(name: str) -> str:
    """«2026-27» of «2026/2027»; a name that is no pair of years, or not of two that follow, stays as it is."""
    found = _YEARS.fullmatch(name.strip())
    if found is None or int(found[2][-2:]) != (int(found[1]) + 1) % 100:
        return name
    return f"{found[1]}-{found[2][-2:]}"


def number_words(number: int, year: str) -> str:
    """«1/2026-27», by the number within a school's year and that year's name."""
    return f"{number}/{year_words(year)}"
