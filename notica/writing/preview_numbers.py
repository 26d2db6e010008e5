"""Who would get a draft, counted: what a preview keeps, small however many the recipients are."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from channels_app.sms.segments import segments
from notica.candidates import SENDER_BARRED, Candidate
from notica.choices import Audience, Outcome, Way
from notica.models import Message
from notica.preparing import Prepared
from notica.writing.filling import placeholders_of
from notica.writing.fitting import texts_of

FIRST: Final = 50  # of those who will not get it, told by name
_PUSHED: Final = ""  # the outcome of who has something to try


@dataclass(slots=True)
class Numbers:
    """By first channels («telegram,tokapp»), by (outcome, reason), by how many SMS a text is; and the first missed.

    `homes` are those who get it as people count them: two parents of the same children are one family.
    """

    recipients: int = 0
    homes: int = 0
    only_notica: int = 0
    channels: Counter[str] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    segments: Counter[int] = field(default_factory=Counter)
    missed: list[dict[str, Any]] = field(default_factory=list)
    example: str = ""
    _guardians: dict[int, list[int]] = field(
        default_factory=dict, repr=False
    )  # by student: those who are told of her

    @property
    def reached(self) -> int:
        """Those who have something to try, or read it in Notica as was chosen."""
        return sum(self.channels.values())

    def add(self, message: Message, chunk: Iterable[Prepared]) -> None:
        """Count some more recipients."""
        going: list[Candidate] = []
        for one in chunk:
            self.recipients += 1
            if one.outcome == _PUSHED:
                self.channels[",".join(dict.fromkeys(target.channel for target in one.plan.steps[0]))] += 1
                going.append(one.candidate)
            elif one.outcome == Outcome.REACHED:
                self.channels[Way.NOTICA.value] += 1
            else:
                self._miss(message, one)
        self._read(message, going)
        self._count_homes(message, going)

    def _count_homes(self, message: Message, going: list[Candidate]) -> None:
        """Of guardians the students' families; of all others each is one."""
        if message.to != Audience.FAMILY or message.way == Way.SMS:
            self.homes = self.reached
            return
        for one in going:
            for child in one.about:
                if child.pushed and one.person_id is not None:
                    self._guardians.setdefault(child.student_id, []).append(one.person_id)
        self.homes = len({tuple(people) for people in self._guardians.values()})

    def _miss(self, message: Message, one: Prepared) -> None:
        self.reasons[one.outcome, one.reason] += 1
        self.only_notica += in_notica(message, one)
        if len(self.missed) < FIRST and is_named(one):
            self.missed.append(missed_json(message, one))

    def _read(self, message: Message, going: list[Candidate]) -> None:
        """The texts, where they are of interest: what an SMS costs, and how the first reads one with places."""
        places = placeholders_of(message)
        if message.way == Way.SMS:
            found = texts_of(message, going)
            self.segments.update(segments(text) for text in found)
        elif places and not self.example:
            found = texts_of(message, going[:1])
        else:
            return
        self.example = self.example or (found[0] if places and found else "")

    def as_json(self) -> dict[str, Any]:
        return {
            "recipients": self.recipients,
            "homes": self.homes,
            "only_notica": self.only_notica,
            "channels": self.channels,
            "reasons": [[*key, number] for key, number in self.reasons.items()],
            "segments": list(self.segments.items()),
            "missed": self.missed,
            "example": self.example,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Numbers":
        """As it was kept."""
        return cls(
            recipients=kept["recipients"],
            homes=kept["homes"],
            only_notica=kept["only_notica"],
            channels=Counter(kept["channels"]),
            reasons=Counter({(outcome, reason): number for outcome, reason, number in kept["reasons"]}),
            segments=Counter(dict(kept["segments"])),
            missed=kept["missed"],
            example=kept["example"],
        )


def is_named(one: Prepared) -> bool:
    """Whether the sender may be told who it is, not a court's order alone."""
    return one.reason != SENDER_BARRED


def in_notica(message: Message, one: Prepared) -> bool:
    """Whether somebody to whom nothing goes out has the copy in Notica all the same."""
    return bool(one.candidate.inbox) and not message.params.get("straight_to_mail", False)


def missed_json(message: Message, one: Prepared) -> dict[str, Any]:
    """One who will not get it: ids and codes, whose words are made when they are read."""
    params = next((found.params for found in one.plan.omitted if found.reason == one.reason), {})
    return {
        "person": one.candidate.person_id,
        "family": one.candidate.family_of,
        "about": [child.student_id for child in one.candidate.about],
        "reason": one.reason,
        "params": dict(params),
        "in_notica": in_notica(message, one),
    }
