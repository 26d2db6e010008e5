"""What a diagnosis is made of."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from notica.channel_state import ChannelState
from plumier.models import Person, Student


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `fix` says what to correct where it has not passed; `inside` never leaves the
    school."""

    title: str
    passed: bool
    found: str
    fix: str = ""
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """One way by which a message would be tried now, as the planner says.

    `steps` are the addresses in their order, `missing` what is left out and why, each with what to do about it.
    """

    way: str
    steps: tuple[str, ...] = ()
    missing: tuple[tuple[str, str], ...] = ()

    @property
    def works(self) -> bool:
        """Whether there is any address to try."""
        return bool(self.steps)


@dataclass(frozen=True, slots=True)
class LastMessage:
    """A message that the person has, by its Notica copy."""

    at: datetime
    subject: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks. A court's order and what others wrote are told to who leads the school alone.

    Of a family she hears about the `students` that she sees; `kept` is a guardian's address from whom does not lead
    the school, where a court keeps that guardian from every one of these.
    """

    leads: bool
    students: QuerySet[Student]
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Everything about one person; `kept`: but her addresses."""

    person: Person
    kept: bool
    checks: tuple[Check, ...]
    ways: tuple[Reach, ...]
    channels: tuple[ChannelState, ...]
    messages: tuple[LastMessage, ...]

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that did not pass."""
        return tuple(check for check in self.checks if not check.passed)
