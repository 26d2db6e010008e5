"""What an import will do: rows to make, to change and to end, and how many of whom that concerns."""

from collections import defaultdict
from dataclasses import asdict, dataclass, field
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


@dataclass(slots=True)
class Plan:
    """The rows of an import. New ones may refer to each other before they have keys."""

    new: dict[type[Model], list[Any]] = field(default_factory=lambda: defaultdict(list))
    changed: dict[type[Model], list[Any]] = field(default_factory=lambda: defaultdict(list))
    ended_links: list[Guardianship] = field(default_factory=list)
    emptied: list[Contact] = field(default_factory=list)
    students: Counts = field(default_factory=Counts)
    guardians: Counts = field(default_factory=Counts)
    groups: Counts = field(default_factory=Counts)

    def make(self, row: Model) -> None:
        """Add a row to be made."""
        self.new[type(row)].append(row)

    def change(self, row: Model, **values: object) -> bool:
        """Set what differs on a row of the register, and note the row if anything did."""
        differing = {name: value for name, value in values.items() if getattr(row, name) != value}
        for name, value in differing.items():
            setattr(row, name, value)
        if differing:
            self.changed[type(row)].append(row)
        return bool(differing)
