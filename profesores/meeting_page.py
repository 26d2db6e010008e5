"""What the page of a meeting shows: its facts, who is called, and before it is sent who will get it (E9)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from notica.audience import CHUNK
from notica.choices import Audience, Outcome
from notica.kinds import MEETING, first_way
from notica.models import Message
from notica.preparing import Prepared, context_of, prepare
from notica.reasons import sentence
from plumier.access import people_kept_from
from plumier.models import Person, SchoolPolicy, User
from secretaria.bodies.access import meetings_kept_by
from secretaria.bodies.calling import members_to_call
from secretaria.bodies.choices import MeetingAnswer, MeetingState
from secretaria.bodies.shown import Shown, shown_to
from secretaria.models import Meeting, MeetingCall, MeetingMember


@dataclass(frozen=True, slots=True)
class Reached:
    """A member before the call is sent; `problem` says why no mail goes to her."""

    person: Person
    role: str
    problem: str = ""
    notica: bool = True


@dataclass(frozen=True, slots=True)
class MeetingPage(Shown):
    """`keeps`: she may change it, and sees who answered what."""

    keeps: bool
    begun: bool
    members: list[MeetingMember]
    calls: list[MeetingCall]
    reached: list[Reached]
    leaves_at: datetime | None

    @property
    def coming(self) -> list[MeetingMember]:
        """Who says that she comes."""
        return [one for one in self.members if one.answer == MeetingAnswer.COMING]

    @property
    def not_coming(self) -> list[MeetingMember]:
        """Who says that she cannot."""
        return [one for one in self.members if one.answer == MeetingAnswer.NOT_COMING]

    @property
    def silent(self) -> list[MeetingMember]:
        """Who has not answered."""
        return [one for one in self.members if not one.answer]

    @property
    def without_mail(self) -> list[Reached]:
        """Whom no mail reaches."""
        return [one for one in self.reached if one.problem]

    @property
    def told(self) -> int:
        """To how many it goes, by mail or in Notica alone."""
        return sum(one.notica for one in self.reached)


def meeting_page(meeting: Meeting, user: User, today: date, now: datetime) -> MeetingPage:
    """For who was called to it, or keeps the bodies of its school: she alone sees who answered what."""
    keeps = meetings_kept_by(user, today).filter(pk=meeting.pk).exists()
    shown = shown_to(meeting, user, today, now)
    members = _members(meeting, user, today) if keeps else []
    calls = meeting.calls.select_related("message").order_by("-at", "-pk") if keeps else []
    reached, leaves_at = _reached(meeting, user, today, now) if keeps else ([], None)
    return MeetingPage(
        meeting,
        shown.mine,
        shown.open,
        shown.files,
        shown.minutes,
        keeps=keeps,
        begun=meeting.starts_at <= now,
        members=members,
        calls=list(calls),
        reached=reached,
        leaves_at=leaves_at,
    )


def _members(meeting: Meeting, user: User, today: date) -> list[MeetingMember]:
    """By name; nobody from whom a court keeps her (requirement A3), though all are called."""
    rows = meeting.members.exclude(person__in=people_kept_from(user, today).values("pk"))
    return list(rows.select_related("person").order_by("person__sort_key", "pk"))


def _reached(
    meeting: Meeting, user: User, today: date, now: datetime
) -> tuple[list[Reached], datetime | None]:
    """«Quién lo va a recibir», of a draft: planned as the send itself plans it."""
    if meeting.state != MeetingState.DRAFT:
        return [], None
    members = members_to_call(meeting.body, today)
    used = SchoolPolicy.objects.get(school=meeting.school).channels
    call = Message(
        school=meeting.school,
        sender=user,
        kind=MEETING,
        to=Audience.STAFF,
        way=first_way(MEETING, used),
        audience={"staff": [one.person_id for one in members]},
        not_before=now,
    )
    context = context_of(call)
    prepared = [one for chunk in prepare(context, now, CHUNK) for one in chunk]
    leaves_at = context.allowed_from(now)
    plans = {one.candidate.person_id: one for one in prepared}
    apart = set(people_kept_from(user, today).filter(school=meeting.school).values_list("pk", flat=True))
    rows = [
        Reached(one.person, one.get_role_display(), **_problem(plans[one.person_id]))
        for one in members
        if one.person_id not in apart
    ]
    return rows, leaves_at if leaves_at > now else None


def _problem(one: Prepared) -> dict[str, Any]:
    if not one.outcome:
        return {}
    if one.outcome == Outcome.REACHED:
        return {"problem": _("El centro no usa el correo: lo leerá en Notica.")}
    return {"problem": sentence(one.reason), "notica": bool(one.candidate.inbox)}
