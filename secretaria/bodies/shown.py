"""A meeting as whoever was called to it reads it, in either web (requirement E9)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, QuerySet, Subquery

from plumier.models import User
from secretaria.bodies.access import meetings_of, places_of
from secretaria.bodies.answering import answers_open
from secretaria.models import Meeting, MeetingFile, MeetingMember


@dataclass(frozen=True, slots=True)
class Shown:
    """`mine` is her own row among those called, None for who only keeps it; `open`: she may answer."""

    meeting: Meeting
    mine: MeetingMember | None
    open: bool
    files: tuple[MeetingFile, ...]
    minutes: tuple[MeetingFile, ...]


def shown_to(meeting: Meeting, user: User, today: date, now: datetime) -> Shown:
    """Of one that she may see."""
    mine = places_of(user, today).filter(meeting=meeting).select_related("person").order_by("pk").first()
    files = list(meeting.files.select_related("meeting"))
    return Shown(
        meeting,
        mine,
        open=answers_open(meeting, now),
        files=tuple(one for one in files if not one.is_minutes),
        minutes=tuple(one for one in files if one.is_minutes),
    )


def with_answer(rows: QuerySet[Meeting], user: User, today: date) -> QuerySet[Meeting]:
    """With what she has answered: `answered`; None where she is not called."""
    mine = places_of(user, today).filter(meeting=OuterRef("pk")).order_by("pk")
    return rows.annotate(answered=Subquery(mine.values("answer")[:1]))


def meetings_called_to(user: User, today: date) -> QuerySet[Meeting]:
    """Hers in all schools, newest first."""
    rows = with_answer(meetings_of(user, today), user, today).select_related("body", "school")
    return rows.order_by("-starts_at", "-pk")
