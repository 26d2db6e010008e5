"""A preview in words, in the language in force: channels, reasons, names, the hour."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from notica.choices import Way, channel_word
from notica.models import Message
from notica.preparing import Context
from notica.reasons import sentence
from notica.sms_cost import cost_of_all, cost_words
from notica.writing.preview_numbers import Numbers
from plumier.models import Person, SchoolPolicy, Student

_SOON: Final = timedelta(minutes=1)  # beyond the moment in which it can be taken back
NOW, QUIET, SCHEDULED, SCHEDULED_QUIET = "", "quiet", "scheduled", "scheduled_quiet"


class ChannelTotal(NamedTuple):
    """How many are written to first by these channels at once."""

    channels: tuple[str, ...]
    words: str
    number: int


class ReasonTotal(NamedTuple):
    """How many do not get it for this reason."""

    reason: str
    words: str
    number: int


class Missed(NamedTuple):
    """Somebody who will not get it, why, and whose record mends it; `in_notica`: she has the copy there."""

    name: str
    about: tuple[str, ...]
    reason: str
    student_id: int | None
    person_id: int | None
    in_notica: bool


class Leaving(NamedTuple):
    """When it goes out, and why not now."""

    at: datetime
    why: str
    words: str


def leaving(context: Context, now: datetime) -> Leaving:
    """When the first of it would go out if it were sent now."""
    planned = context.message.not_before
    at = context.allowed_from(planned)
    scheduled, quiet = planned - now > _SOON, at > planned
    why = {(True, True): SCHEDULED_QUIET, (True, False): SCHEDULED, (False, True): QUIET}.get(
        (scheduled, quiet), NOW
    )
    when = date_format(at.astimezone(context.quiet.zone), "DATETIME_FORMAT")
    words = {
        NOW: _("Sale en cuanto lo envíe."),
        QUIET: _("Sale el %(when)s: ahora son horas de silencio en el centro."),
        SCHEDULED: _("Sale el %(when)s, como ha elegido."),
        SCHEDULED_QUIET: _("Sale el %(when)s: a la hora que ha elegido hay silencio en el centro."),
    }[why]
    return Leaving(at, why, words % {"when": when} if why else words)


class Words:
    """Puts the numbers of a message's preview into words."""

    def __init__(self, message: Message) -> None:
        self._message = message

    def channels(self, numbers: Numbers) -> tuple[ChannelTotal, ...]:
        """The most used first; among equals by name, as what is kept has no order."""
        counted = sorted(numbers.channels.items(), key=lambda item: (-item[1], item[0]))
        return tuple(
            ChannelTotal(tuple(names), get_text_list([channel_word(name) for name in names], _("y")), number)
            for names, number in ((key.split(","), number) for key, number in counted)
        )

    def reasons(self, numbers: Numbers) -> tuple[ReasonTotal, ...]:
        """The commonest first."""
        return tuple(
            ReasonTotal(reason, sentence(reason), number)
            for (_outcome, reason), number in numbers.reasons.most_common()
        )

    def sms(self, numbers: Numbers, policy: SchoolPolicy) -> str:
        """How many SMS it is, and what they cost; empty for other ways."""
        if self._message.way != Way.SMS or not numbers.segments:
            return ""
        return cost_words(cost_of_all(numbers.segments, policy))

    def missed(self, rows: Iterable[Mapping[str, Any]]) -> tuple[Missed, ...]:
        """These people by name; two queries whatever their number."""
        found = list(rows)
        students = Student.objects.select_related("person").in_bulk(
            {student for row in found for student in (*row["about"], row["family"]) if student}
        )
        people = Person.objects.in_bulk({row["person"] for row in found if row["person"]})
        return tuple(_missed(row, students, people) for row in found)


def _missed(row: Mapping[str, Any], students: Mapping[int, Student], people: Mapping[int, Person]) -> Missed:
    about = [students[pk] for pk in row["about"] if pk in students]
    person, family = people.get(row["person"]), students.get(row["family"])
    name = str(person) if person else ""
    if family is not None:
        name = _("Familia de %(name)s") % {"name": family.person}
    named = tuple(str(student.person) for student in about if student.person_id != row["person"])
    return Missed(
        name=name,
        about=named if person else (),
        reason=sentence(row["reason"], row["params"]),
        student_id=about[0].pk if about else None,
        person_id=row["person"],
        in_notica=row["in_notica"],
    )
