"""A meeting is called, changed, called off, and its minutes told: by e-mail and in Notica (requirement E9)."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from notica.events import StaffEvent, tell_staff
from notica.files import KeptFile
from notica.kinds import MEETING
from plumier.clock import day_in
from plumier.models import User
from plumier.refusals import Refused
from secretaria.bodies.choices import MeetingState
from secretaria.bodies.files import keep_calendar
from secretaria.bodies.telling_params import params_of
from secretaria.bodies.writing import Written, add_files, check, held_meeting, put
from secretaria.models import Body, BodyMember, Meeting, MeetingCall, MeetingMember

CALLED, CHANGED, CANCELLED, MINUTES = "called", "changed", "cancelled", "minutes"
REASON_LENGTH: Final = 300


def members_to_call(body: Body, today: date) -> "list[BodyMember]":
    """Who is in it on a day, by name."""
    rows = body.members.in_force(today).select_related("person")
    return list(rows.order_by("person__sort_key", "person_id"))


@transaction.atomic
def call(meeting: Meeting, seen: int, *, by: User, now: datetime) -> Meeting:
    """Send it to whoever is in the body today, with its files and its place in calendars; once.

    Raises Refused where somebody has changed it since it was looked at, the hour has passed or the body is empty.
    """
    held = held_meeting(meeting, by, now)
    if held.state == MeetingState.CALLED:
        return held
    if held.state == MeetingState.CANCELLED or held.version != seen:
        raise Refused(_("Otra persona ha cambiado esta convocatoria mientras tanto. Revísela y envíela."))
    check(_as_written(held), now)
    held.state, held.called_at, held.called_by = MeetingState.CALLED, now, by
    held.version += 1
    held.save()
    people = _call_members(held, now)
    if not people:
        raise Refused(_("El órgano no tiene componentes hoy. Añádalos y convoque después."))
    _tell(held, CALLED, people, files=_files(held), by=by, now=now)
    return held


@transaction.atomic
def change(meeting: Meeting, written: Written, seen: int, *, by: User, now: datetime) -> Meeting:
    """Another place, hour or agenda of a meeting that is called: all who are called hear what holds now.

    Nothing is sent where nothing is different. Raises Refused as `call`.
    """
    held = held_meeting(meeting, by, now)
    if held.state != MeetingState.CALLED or held.version != seen:
        raise Refused(_("Otra persona ha cambiado esta convocatoria mientras tanto. Vuelva a abrirla."))
    if held.begins_last <= now:
        raise Refused(_("La reunión ya ha empezado: la convocatoria no se cambia."))
    if _as_written(held) == written:
        return held
    check(written, now)
    moved = held.starts_at != written.starts_at
    held.sequence += 1
    put(held, written, now)
    if moved:  # what was answered was answered to another hour
        held.members.update(answer="", reason="", answered_at=None)
    _call_members(held, now)
    _tell(held, CHANGED, _still_called(held, now), files=_files(held), by=by, now=now)
    return held


@transaction.atomic
def cancel(meeting: Meeting, reason: str, *, by: User, now: datetime) -> Meeting:
    """It does not take place: whoever was called hears it, and her calendar strikes it out. Twice is once."""
    held = held_meeting(meeting, by, now)
    if held.state == MeetingState.CANCELLED:
        return held
    if held.state == MeetingState.DRAFT:
        raise Refused(_("Todavía no está convocada: borre el borrador."))
    if held.begins_last <= now:
        raise Refused(_("La reunión ya ha empezado: no se puede desconvocar."))
    held.state, held.cancelled_at = MeetingState.CANCELLED, now
    held.reason = " ".join(reason.split())[:REASON_LENGTH]
    held.sequence += 1
    held.version += 1
    held.save()
    _tell(held, CANCELLED, _still_called(held, now), files=(), by=by, now=now)
    return held


@transaction.atomic
def add_minutes(meeting: Meeting, files: Collection[KeptFile], *, by: User, now: datetime) -> Meeting:
    """The acta: put to the meeting, and whoever was called hears of it. Raises Refused before it has begun."""
    held = held_meeting(meeting, by, now)
    if held.state != MeetingState.CALLED or held.starts_at > now:
        raise Refused(_("El acta se pone cuando la reunión ha empezado."))
    if not files:
        raise Refused(_("Elija el fichero del acta."))
    known = set(held.files.filter(is_minutes=True).values_list("sha256", flat=True))
    fresh = [file for file in files if file.sha256 not in known]
    if not fresh:
        return held
    rows = add_files(held, fresh, by=by, now=now, is_minutes=True)
    _tell(held, MINUTES, _still_called(held, now), files=[row.kept for row in rows], by=by, now=now)
    return held


def call_newcomers(body: Body, *, by: User, now: datetime) -> int:
    """Whoever is in the body by now is called to its meetings that are still to come; how many calls."""
    calls = 0
    coming = Meeting.objects.select_for_update(of=("self",)).select_related("school", "body")
    for held in coming.filter(body=body, state=MeetingState.CALLED, starts_at__gt=now).order_by("pk"):
        if fresh := _call_members(held, now):
            _tell(held, CALLED, fresh, files=_files(held), by=by, now=now)
            calls += len(fresh)
    return calls


def _call_members(held: Meeting, now: datetime) -> list[int]:
    """Put those of the body today who are not yet among the called; their persons."""
    today = day_in(held.school, now)
    known = set(held.members.values_list("person_id", flat=True))
    rows = [
        MeetingMember(school=held.school, meeting=held, person_id=one.person_id, role=one.role, called_at=now)
        for one in members_to_call(held.body, today)
        if one.person_id not in known
    ]
    MeetingMember.objects.bulk_create(rows)
    return [row.person_id for row in rows]


def _still_called(held: Meeting, now: datetime) -> list[int]:
    """Of those called, whose term in the body is not over."""
    staying = held.body.members.in_force(day_in(held.school, now)).values("person")
    called = held.members.values_list("person_id", flat=True)
    if held.body.dissolved_on is not None:
        return list(called)
    return list(called.filter(person__in=staying))


def _tell(
    held: Meeting, what: str, people: Iterable[int], *, files: Collection[KeptFile], by: User, now: datetime
) -> None:
    told = tuple(people)
    if not told:
        return
    number = held.calls.count() + 1
    calendar = [] if what == MINUTES else [keep_calendar(held, now)]
    event = StaffEvent(
        MEETING,
        held.school,
        told,
        f"meeting-{held.pk}-{number}",
        {**params_of(held), "what": what},
        files=(*files, *calendar),
    )
    message = tell_staff(event, by=by, now=now)
    MeetingCall.objects.create(
        school=held.school, meeting=held, message=message, what=what, told=len(told), at=now
    )


def _files(held: Meeting) -> list[KeptFile]:
    return [row.kept for row in held.files.filter(is_minutes=False)]


def _as_written(held: Meeting) -> Written:
    return Written(held.place, held.starts_at, held.minutes, tuple(held.agenda), held.second_at, held.notes)
