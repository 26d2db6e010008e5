"""When a family is told of an absence (requirement E1). Pure: civil days in the school's zone, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from attendance.choices import AbsenceKind, AnswerKind, Mark
from plumier.models.groups import AbsenceMode

# «Como máximo al día siguiente»: Friday's marked on Monday is not told.
LONGEST: Final = timedelta(days=1)


class Why(StrEnum):
    """Why a family is not told; empty: it is."""

    TOLD = ""
    OLD = "old"
    BY_DATE = "by_date"
    JUSTIFIED = "justified"


def why_not_told(
    day: date, today: date, mode: str = AbsenceMode.BY_SESSION, *, justified: bool = False
) -> Why:
    """Whether the family hears of an absence on a day that is marked today, in a stage that records it so."""
    if mode == AbsenceMode.BY_DATE:
        return Why.BY_DATE
    if today - day > LONGEST:
        return Why.OLD
    return Why.JUSTIFIED if justified else Why.TOLD


def answers_open(states: Iterable["State"], day: date, today: date) -> frozenset[AnswerKind]:
    """What a family may answer to a notice of absences that stand so.

    An excuse while one is not excused; that the child should be there while the school can still look for her.
    """
    left = [state.kind for state in states if state.kind is not None and not state.justified]
    urgent = AbsenceKind.ABSENT in left and today - day <= LONGEST
    found = {AnswerKind.KNEW} if left else set()
    return frozenset(found | ({AnswerKind.SHOULD_BE_THERE} if urgent else set()))


def is_future(day: date, today: date) -> bool:
    """Nobody is marked before the day has come."""
    return day > today


@dataclass(frozen=True, slots=True)
class State:
    """What is kept of a pupil in a session; without a kind she was there."""

    kind: AbsenceKind | None = None
    justified: bool = False

    @property
    def mark(self) -> Mark:
        """As the control shows it: one that is excused says so, whether she was missing or late."""
        if self.kind is None:
            return Mark.PRESENT
        return Mark.JUSTIFIED if self.justified else Mark(self.kind)

    def marked(self, mark: Mark) -> "State":
        """After somebody has chosen this one."""
        if mark == Mark.PRESENT:
            return State()
        if mark == Mark.JUSTIFIED:
            return State(self.kind or AbsenceKind.ABSENT, justified=True)
        return State(AbsenceKind(mark))


class Merged(StrEnum):
    """What a save does to one pupil's mark."""

    KEPT = "kept"
    CHANGED = "changed"
    CONFLICT = "conflict"


def merge(shown: Mark, wanted: Mark, current: Mark) -> Merged:
    """Two teachers save the same class: what she did not touch stays as it is by now, the same choice is no quarrel."""
    if wanted in (shown, current):
        return Merged.KEPT
    return Merged.CHANGED if current == shown else Merged.CONFLICT
