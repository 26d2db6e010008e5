"""What a cell of a file can be, whatever the file."""

import datetime as dt
import re

_CONSTANT = re.compile(r'="([^"]*)"')
# Text that a spreadsheet would take for a formula. «+34 600…», «-» and «@» alone are none.
_FORMULA = re.compile(
    r"""\s*(?:
        =\s*\S
      | [+\-@]\s*[A-Za-z_$][\w.$]*\s*[(!]
      | [+\-]\s*\$?[A-Za-z]{1,3}\$?[0-9]+\s*(?:$|[-+*/:])
      | [+\-@][^|]*\|[^!]*!
    )""",
    re.VERBOSE,
)


class Formula(str):
    """A cell that holds a formula; the text is the value that the program last worked out."""

    __slots__ = ()


Cell = str | float | bool | dt.date | dt.time | dt.timedelta
Row = list[Cell]


def unwrap_constant(text: str) -> str:
    """Give the text of `="00123"`, which programs write to keep a number from being read as one."""
    found = _CONSTANT.fullmatch(text)
    return found.group(1) if found else text


def is_formula(cell: Cell) -> bool:
    """Say whether a cell is a formula, or text that a spreadsheet would take for one (DDE too)."""
    if isinstance(cell, Formula):
        return True
    return isinstance(cell, str) and cell[:1] in "=+-@ \t" and bool(_FORMULA.match(cell))
