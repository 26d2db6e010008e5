"""What an import will do: rows to make, to change and to end, and how many of whom that concerns."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import Model

from plumier.models import Contact, Guardianship


@dataclass(slots=True)
class Counts:
    """How many are new, changed or the same, and how many the file no longer has."""

    new: int = 0
    changed: int = 0
    same: int = 0
    gone: int = 0

    def add(self, *, new: bool, changed: bool) -> None:
        """Count one that the file has."""
        if new:
            self.new += 1
        elif changed:
            self.changed += 1
        else:
            self.same += 1

    def as_json(self) -> dict[str, int]:
        """Give the numbers with the names that the command's JSON uses."""
        return asdict(self)


class Change(StrEnum):
    """What becomes of a row of the register."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the register that the import makes, changes or ends.

    `line` is Excel's own row number, None where no row of the file says it; `before` what the fields held.
    """

    line: int | None
    change: Change
    row: Model
    before: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """The rows of an import. New ones may refer to each other before they have keys.

    `line` is the row of the file that the planning is at, `sheets` the names of its sheets if there are several.
    """

    new: dict[type[Model], list[Any]] = field(default_factory=lambda: defaultdict(list))
    changed: dict[type[Model], list[Any]] = field(default_factory=lambda: defaultdict(list))
    ended: dict[type[Model], list[Any]] = field(default_factory=lambda: defaultdict(list))
    ended_links: list[Guardianship] = field(default_factory=list)
    emptied: list[Contact] = field(default_factory=list)
    students: Counts = field(default_factory=Counts)
    guardians: Counts = field(default_factory=Counts)
    groups: Counts = field(default_factory=Counts)
    others: dict[str, Counts] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    line: int | None = None
    sheets: Sequence[str] = ()

    def next_part(self) -> "Plan":
        """Give an empty plan for the next part of a file, which goes on counting."""
        return Plan(
            students=self.students,
            guardians=self.guardians,
            groups=self.groups,
            others=self.others,
            sheets=self.sheets,
        )

    def make(self, row: Model) -> None:
        """Add a row to be made."""
        self.new[type(row)].append(row)
        self.steps.append(Step(self.line, Change.NEW, row))

    def change(self, row: Model, **values: object) -> bool:
        """Set what differs on a row of the register, and note the row if anything did."""
        before = {name: old for name, value in values.items() if (old := getattr(row, name)) != value}
        for name in before:
            setattr(row, name, values[name])
        if before:
            self.changed[type(row)].append(row)
            self.steps.append(Step(self.line, Change.CHANGED, row, before))
        return bool(before)

    def end_link(self, link: Guardianship) -> None:
        """Take a guardian from a child."""
        self.ended_links.append(link)
        self.steps.append(Step(self.line, Change.GONE, link))

    def empty(self, contact: Contact) -> None:
        """Take an address from a person."""
        self.emptied.append(contact)
        self.steps.append(Step(self.line, Change.GONE, contact))

    def end(self, row: Model) -> None:
        """Take away a row that is no person and no address."""
        self.ended[type(row)].append(row)
        self.steps.append(Step(self.line, Change.GONE, row))

    def miss(self, rows: Iterable[Model]) -> None:
        """Note who is not in the file: told, and left as they are."""
        self.steps.extend(Step(None, Change.GONE, row) for row in rows)
