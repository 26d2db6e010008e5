"""A wording as a value: what an office or the desk typed, what a step remembers of it, what is sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from notica.choices import Way
from notica.models import DeskWording, ReviewText, Wording

FIELDS: Final = ("subject", "body", "way", "everyone", "groups", "students", "not_before")


@dataclass(frozen=True, slots=True)
class Said:
    """What is to be told to whom, by which way and not before when; groups and students by id."""

    body: str
    way: Way
    subject: str = ""
    everyone: bool = False
    groups: tuple[int, ...] = ()
    students: tuple[int, ...] = ()
    not_before: datetime | None = None

    @property
    def to_nobody(self) -> bool:
        return not (self.everyone or self.groups or self.students)

    def clean(self) -> "Said":
        """Without what no text of the database's may hold; whoever writes to everybody names nobody."""
        return Said(
            body=self.body.replace("\r\n", "\n").replace("\0", "").strip(),
            way=Way(self.way),
            subject=" ".join(self.subject.replace("\0", "").split()),
            everyone=self.everyone,
            groups=() if self.everyone else tuple(sorted(set(self.groups))),
            students=() if self.everyone else tuple(sorted(set(self.students))),
            not_before=self.not_before,
        )

    def put(self, row: Wording) -> None:
        """Into a row, which the caller saves."""
        for name in FIELDS:
            value = getattr(self, name)
            setattr(row, name, list(value) if isinstance(value, tuple) else value)

    def as_json(self) -> dict[str, Any]:
        """As a step remembers it."""
        found = {name: getattr(self, name) for name in FIELDS}
        return {**found, "not_before": self.not_before.isoformat() if self.not_before else None}


def said_in(row: Wording) -> Said:
    """What a row says."""
    return Said(
        body=row.body,
        way=Way(row.way),
        subject=row.subject,
        everyone=row.everyone,
        groups=tuple(row.groups),
        students=tuple(row.students),
        not_before=row.not_before,
    )


def said_last(text: ReviewText) -> Said:
    """What would be sent now: the desk's wording where it has one, else the office's."""
    return said_in(desk_of(text) or text)


def desk_of(text: ReviewText) -> DeskWording | None:
    """The desk's wording, if it has changed anything."""
    return DeskWording.objects.filter(text=text).first()
