"""What somebody wants sent, before it is checked."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from notica.choices import Audience, Way
from notica.files import KeptFile
from notica.models import Message
from plumier.models import Person, School, Student


@dataclass(frozen=True, slots=True)
class Choice:
    """To whom: groups and students by id, or everyone; staff by person.

    With `guardian` (a person) only she of all who answer for the students.
    """

    to: Audience
    groups: tuple[int, ...] = ()
    students: tuple[int, ...] = ()
    staff: tuple[int, ...] = ()
    everyone: bool = False
    guardian: int | None = None

    def as_json(self) -> dict[str, Any]:
        one = {} if self.guardian is None else {"guardian": self.guardian}
        return {
            "groups": sorted(self.groups),
            "students": sorted(self.students),
            "staff": sorted(self.staff),
            "everyone": self.everyone,
            **one,
        }


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be sent. `not_before` is None for now; `client_key` makes a repeated send one send.

    With `undo` it is held for a moment, in which its sender can take it back. `resends` is the message whose
    failed recipients alone are written to. Of what families and teachers write to each other, `student` is whom it is
    about, `in_reply_to` the message with which it began, and `writer` the guardian or student as whom a family writes.
    """

    school: School
    kind: str
    choice: Choice
    way: Way
    client_key: str
    body: str = ""
    subject: str = ""
    email_after: bool = False
    files: tuple[KeptFile, ...] = ()
    not_before: datetime | None = None
    params: dict[str, Any] = field(default_factory=dict)
    undo: bool = False
    resends: Message | None = None
    student: Student | None = None
    in_reply_to: Message | None = None
    writer: Person | None = None

    @property
    def audience(self) -> dict[str, Any]:
        """The choice as a message keeps it."""
        again = {} if self.resends is None else {"again": self.resends.pk}
        return {**self.choice.as_json(), **again}

    def fingerprint(self) -> str:
        """A hash of all that was written and chosen."""
        parts = [
            self.school.pk,
            self.kind,
            self.choice.to,
            self.audience,
            self.way,
            self.body,
            self.subject,
            self.email_after,
            [kept.sha256 for kept in self.files],
            self.not_before.isoformat() if self.not_before else None,
            self.params,
            *([self.in_reply_to.pk] if self.in_reply_to else ()),
        ]
        return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()
