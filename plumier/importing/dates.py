"""Days as schools type them: 03/09/2026, 3-9-26, 2026-09-03, or a date of Excel. Pure."""

import datetime as dt
import re

from plumier.importing.cells_of_files import Cell

_DAY_FIRST = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})(?:[ T].*)?")
_YEAR_FIRST = re.compile(r"([0-9]{4})([/.-])([0-9]{1,2})\2([0-9]{1,2})(?:[ T].*)?")
_SERIALS = range(18_264, 73_051)  # 1950 to 2099
_FIRST_DAY = dt.date(1899, 12, 30)
_PIVOT = 70  # 3-9-69 is of 2069, 3-9-70 of 1970


def read_date(cell: Cell) -> dt.date | None:
    """Read a day; None for what is none. The day stands before the month: both schools write so."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, bool | dt.time | dt.timedelta):
        return None
    if isinstance(cell, float):
        return (
            _FIRST_DAY + dt.timedelta(days=int(cell)) if cell.is_integer() and int(cell) in _SERIALS else None
        )
    text = cell.strip()
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year = int(found[1]), int(found[3]), int(found[4])
        if len(found[4]) == 2:  # a year of two digits
            year += 1900 if year >= _PIVOT else 2000
    elif found := _YEAR_FIRST.fullmatch(text):
        year, month, day = int(found[1]), int(found[3]), int(found[4])
    else:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
