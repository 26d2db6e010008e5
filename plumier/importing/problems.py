"""What is wrong with a file, told so that the person who keeps it finds the cell.

Inside an import a row has one number in the whole file: the sheets stand one below the other, `STRIDE` apart.
`Findings` gives back Excel's own number and the sheet's name.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field

from django.utils.translation import gettext as _

from plumier.refusals import Refused

STRIDE = 2_000_000  # more than the rows that a sheet can have
MOST_KEPT = 5_000  # of errors and of warnings each; the rest is counted
MOST_OF_A_KIND = 20  # suspicious findings of one code told one by one


class RosterError(Refused):
    """The file cannot be imported at all. The text is the one sentence that a person reads."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: Excel's own row number, the column as the file titles it, the value typed, and a sentence.

    `row` is None where the finding is about the whole file, `column` empty where it is about the whole row,
    `sheet` where the file has but one. `code` says what is suspicious, as in `suspicions`; empty for others.
    """

    row: int | None
    column: str
    value: str
    message: str
    sheet: str = ""
    code: str = ""

    def as_json(self) -> dict[str, object]:
        """Give the finding with the names that the command's JSON uses."""
        return asdict(self)


@dataclass(slots=True)
class Findings:
    """Errors stop an import; warnings are told, and the import goes on.

    `sheets` are the names of the sheets that are read, if there are several.
    """

    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    sheets: Sequence[str] = ()
    errors_untold: int = 0
    warnings_untold: int = 0
    suspected: Counter[str] = field(default_factory=Counter)
    _order: dict[int, int] = field(default_factory=dict)

    def error(self, message: str, *, row: int | None = None, column: str = "", value: str = "") -> None:
        """Note something that stops the import."""
        if len(self.errors) >= MOST_KEPT:
            self.errors_untold += 1
        else:
            self.errors.append(self._problem(message, row, column, value))

    def warn(
        self, message: str, *, row: int | None = None, column: str = "", value: str = "", code: str = ""
    ) -> None:
        """Note something that a person should look at; of a code only so many that they are still read."""
        if code:
            self.suspected[code] += 1
        if len(self.warnings) >= MOST_KEPT or self.suspected[code] > MOST_OF_A_KIND:
            self.warnings_untold += not code
        else:
            self.warnings.append(self._problem(message, row, column, value, code))

    def count_errors(self) -> int:
        """Say how many errors there are, told one by one or not."""
        return len(self.errors) + self.errors_untold

    def place(self, row: int) -> str:
        """Name a row inside a sentence: «12», or «12 de la hoja 1ºA»."""
        sheet = self._sheet(row)
        return (
            _("%(row)d de la hoja «%(sheet)s»") % {"row": row % STRIDE, "sheet": sheet} if sheet else str(row)
        )

    def in_file_order(self) -> "Findings":
        """Give the same findings as somebody walks down the sheets, those about the whole file first."""
        for count, problems, code in self._untold():
            message = _("… y %(count)d más de este tipo, que no se enumeran.") % {"count": count}
            problems.append(self._problem(message, None, "", "", code))
        return Findings(self._sorted(self.errors), self._sorted(self.warnings), self.sheets)

    def _untold(self) -> Iterable[tuple[int, list[Problem], str]]:
        yield from (
            (n - MOST_OF_A_KIND, self.warnings, c) for c, n in self.suspected.items() if n > MOST_OF_A_KIND
        )
        for count, problems in ((self.errors_untold, self.errors), (self.warnings_untold, self.warnings)):
            if count:
                yield count, problems, ""

    def _problem(self, message: str, row: int | None, column: str, value: str, code: str = "") -> Problem:
        shown = None if row is None else row % STRIDE
        problem = Problem(shown, column, value, message, self._sheet(row or 0), code)
        self._order[id(problem)] = row or 0
        return problem

    def _sheet(self, row: int) -> str:
        return self.sheets[row // STRIDE] if row and self.sheets else ""

    def _sorted(self, problems: Iterable[Problem]) -> list[Problem]:
        return sorted(problems, key=lambda problem: self._order.get(id(problem), problem.row or 0))
