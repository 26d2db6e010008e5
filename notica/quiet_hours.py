"""When a school may be heard (requirement C11). Pure: wall-clock times in the school's zone."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class QuietHours:
    """`start` ≤ t < `end` by the wall clock is quiet; it may cross midnight. Equal times mean none."""

    zone: ZoneInfo
    start: time | None = None
    end: time | None = None

    def holds(self, at: datetime) -> bool:
        """Whether this moment is quiet."""
        if self.start is None or self.end is None or self.start == self.end:
            return False
        clock = at.astimezone(self.zone).time()
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end

    def next_allowed(self, at: datetime) -> datetime:
        """This moment, or the next end of quiet by the wall clock: never a fixed number of hours later.

        An end that the clock shows twice (autumn) is the first of the two that is not over; one that it
        skips (spring) comes as much later as was skipped.
        """
        if self.end is None or not self.holds(at):
            return at
        local = at.astimezone(self.zone)
        day = local.date() if local.time() < self.end else local.date() + timedelta(days=1)
        ends = (datetime.combine(day, self.end, self.zone).replace(fold=fold) for fold in (0, 1))
        allowed = next(end for end in (end.astimezone(UTC) for end in ends) if end >= at.astimezone(UTC))
        return self.next_allowed(allowed).astimezone(at.tzinfo)

    def next_quiet(self, at: datetime) -> datetime | None:
        """When it is next quiet, this moment if it is so now; None where it never is."""
        if self.start is None or self.end is None or self.start == self.end:
            return None
        if self.holds(at):
            return at
        local = at.astimezone(self.zone)
        day = local.date() if local.time() < self.start else local.date() + timedelta(days=1)
        start = datetime.combine(day, self.start, self.zone).astimezone(UTC)
        return max(start, at.astimezone(UTC)).astimezone(at.tzinfo)
