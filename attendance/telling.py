"""The words of a notice as values, from which each recipient's language makes its text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from attendance.models import Absence, AbsenceNotice
from notica.events import Event, tell_family
from notica.models import Message


@dataclass(frozen=True, slots=True)
class Told:
    """The message with which a notice began, and all that told or corrected it."""

    first: Message
    all: tuple[int, ...]


def say(
    kind: str,
    notice: AbsenceNotice,
    rows: Sequence[Absence],
    *,
    now: datetime,
    heard: Told | None = None,
    besides: bool = False,
) -> Message:
    """Tell a family of these: all who are to hear of it; with `heard` who heard that, or `besides` who did not."""
    number = 0 if heard is None else len(heard.all)
    event = Event(
        kind,
        notice.student,
        f"absence-{notice.pk}-{number}{'b' if besides else ''}",
        {"day": notice.day.isoformat(), "sessions": [line_of(row) for row in rows]},
        corrects=heard.first if heard else None,
        heard_in=heard.all if heard else (),
        besides=besides,
    )
    return tell_family(event, by=notice.by, now=now)


def differing(rows: Iterable[Absence], said: Mapping[str, str]) -> list[Absence]:
    """Those of which something else was said."""
    return [row for row in rows if said.get(str(row.session)) != kind_of(row)]


def kind_of(row: Absence) -> str:
    """What is marked; of a mark that was taken back, that she was there."""
    return row.kind if row.cleared_at is None else "present"


def line_of(row: Absence) -> dict[str, object]:
    """A session and what is marked in it, as a message keeps it."""
    return {
        "session": row.session,
        "starts": row.starts.isoformat("minutes") if row.starts else "",
        "subject": row.subject.name if row.subject else "",
        "kind": kind_of(row),
    }
