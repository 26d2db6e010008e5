"""When a journal is due, what it makes of its lines, and how two saves meet. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Due:
    """When the journals of a day are to be handed in, and from when whoever has not is reminded; aware moments.

    No minutes: nobody is reminded.
    """

    at: datetime
    reminder: datetime | None

    def is_late(self, now: datetime) -> bool:
        """At the latest at that hour (V 3.2: «muộn nhất lúc 16h00»): its last second is in time."""
        return now.replace(microsecond=0) > self.at

    def is_reminded(self, now: datetime) -> bool:
        """Whether the hour is near and has not passed."""
        return self.reminder is not None and self.reminder <= now and not self.is_late(now)

    def left(self, now: datetime) -> "Left":
        """What is left until it."""
        return Left(max(0, int((self.at - now).total_seconds())), self.is_late(now))


@dataclass(frozen=True, slots=True)
class Left:
    """Whole seconds, none below zero; `is_over` when what comes is late."""

    seconds: int
    is_over: bool

    @property
    def minutes(self) -> int:
        """Whole ones."""
        return self.seconds // 60

    @property
    def hours(self) -> int:
        """Whole ones."""
        return self.seconds // 3600


def due(day: date, until: time, minutes: int, zone: ZoneInfo) -> Due:
    """Of a civil day in a school's zone; `until` is wall-clock time."""
    at = datetime.combine(day, until, tzinfo=zone)
    reminder = datetime.fromtimestamp(at.timestamp() - 60 * minutes, tz=zone) if minutes else None
    return Due(at, reminder)


@dataclass(frozen=True, slots=True)
class Said:
    """A line as a family may read it: of which subject, in which session, what."""

    text: str
    subject: str = ""
    session: int = 0


def compose(lines: Iterable[Said]) -> str:
    """A line a row, what was said twice once; empty without any."""
    return "\n".join(dict.fromkeys(_row(one) for one in lines))


def _row(one: Said) -> str:
    head = f"{one.subject} ({one.session})" if one.subject and one.session else one.subject
    return f"• {head}: {one.text}" if head else f"• {one.text}"


def is_stale(shown: int, stands: int, typed: str, kept: str) -> bool:
    """Whether somebody else has changed it since it was shown, to something else than is typed."""
    return shown != stands and typed != kept
