"""What is wrong with a roster, told so that the person who keeps it finds the cell."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from plumier.refusals import Refused


class RosterError(Refused):
    """The file is no roster. The text is the one sentence that a person reads."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: Excel's own row number, the column as the file titles it, the value typed, and a sentence.

    `row` is None where the finding is about the whole file, `column` empty where it is about the whole row.
    """

    row: int | None
    column: str
    value: str
    message: str

    def as_json(self) -> dict[str, object]:
        """Give the finding with the names that the command's JSON uses."""
        return asdict(self)


@dataclass(slots=True)
class Findings:
    """Errors stop an import; warnings are told, and the import goes on."""

    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def error(self, message: str, *, row: int | None = None, column: str = "", value: str = "") -> None:
        """Note something that stops the import."""
        self.errors.append(Problem(row, column, value, message))

    def warn(self, message: str, *, row: int | None = None, column: str = "", value: str = "") -> None:
        """Note something that a person should look at."""
        self.warnings.append(Problem(row, column, value, message))

    def in_file_order(self) -> "Findings":
        """Give the same findings as somebody walks down the sheet, those about the whole file first."""
        return Findings(_by_row(self.errors), _by_row(self.warnings))


def _by_row(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: problem.row or 0)
