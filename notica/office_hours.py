"""When a tutor writes to her families by herself, and what her message then is (requirement C10; V 3.3). Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from notica.choices import Audience, Way
from notica.kinds import KINDS, MESSAGE, OUT_OF_HOURS
from plumier.models.policies import TutorsWrite


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """`start` ≤ t < `end` by the wall clock on these weekdays (1 is Monday), but on days that are free."""

    zone: ZoneInfo
    start: time
    end: time
    weekdays: Collection[int]
    free: Collection[date] = ()

    def holds(self, at: datetime) -> bool:
        """Whether the office is open at this moment."""
        local = at.astimezone(self.zone)
        is_day = local.isoweekday() in self.weekdays and local.date() not in self.free
        return is_day and self.start <= local.time() < self.end

    def next_outside(self, at: datetime) -> datetime:
        """This moment, or when the office closes that day."""
        if not self.holds(at):
            return at
        return datetime.combine(at.astimezone(self.zone).date(), self.end, self.zone)


def own_kind(rule: str, to: str, way: str, *, whole: bool) -> str:
    """The kind of what somebody writes by herself; `whole`: she may write to the whole school.

    Where the school leaves tutors the hours out of office, their chats and SMS to families are of a kind of their own.
    """
    is_tutors = rule == TutorsWrite.OUT_OF_HOURS and not whole
    goes_so = to in KINDS[OUT_OF_HOURS].audiences and Way(way) in KINDS[OUT_OF_HOURS].ways
    return OUT_OF_HOURS if is_tutors and goes_so and to == Audience.FAMILY else MESSAGE
