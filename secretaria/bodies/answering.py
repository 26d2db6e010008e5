"""What who is called answers, and who was there (requirement E9)."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from plumier.access import people_kept_from
from plumier.clock import day_in
from plumier.models import User
from plumier.refusals import Refused
from secretaria.bodies.access import places_of
from secretaria.bodies.choices import MeetingAnswer, MeetingState
from secretaria.bodies.writing import held_meeting
from secretaria.models import Meeting, MeetingMember

REASON_LENGTH: Final = 300


@transaction.atomic
def answer(meeting: Meeting, said: MeetingAnswer, reason: str, *, by: User, now: datetime) -> MeetingMember:
    """She comes, or cannot and why; until the meeting begins the last answer counts.

    Raises Refused where she is not called, it is called off or has begun, or she cannot come and says no reason.
    """
    held = Meeting.objects.select_for_update(of=("self",)).select_related("school").get(pk=meeting.pk)
    hers = places_of(by, day_in(held.school, now)).filter(meeting=held)
    row = hers.order_by("pk").first()
    if row is None:
        raise Refused(_("No está entre los convocados a esta reunión."))
    if not answers_open(held, now):
        raise Refused(_("Ya no se puede contestar: la reunión ha empezado o no se celebra."))
    clean = " ".join(reason.split())[:REASON_LENGTH] if said == MeetingAnswer.NOT_COMING else ""
    if said == MeetingAnswer.NOT_COMING and not clean:
        raise Refused(_("Escriba por qué no podrá asistir."))
    row.answer, row.reason, row.answered_at = said, clean, now
    row.save(update_fields=["answer", "reason", "answered_at"])
    return row


def answers_open(meeting: Meeting, now: datetime) -> bool:
    """Until it begins."""
    return meeting.state == MeetingState.CALLED and now < meeting.starts_at


@transaction.atomic
def note_attendance(meeting: Meeting, there: Collection[int], *, by: User, now: datetime) -> int:
    """Who was there, of those called (their rows by id): the others were not; how many were. Raises Refused before.

    Whom a court keeps from her is not shown to her, so nothing is noted of them.
    """
    held = held_meeting(meeting, by, now)
    if held.state != MeetingState.CALLED or held.starts_at > now:
        raise Refused(_("La asistencia se anota cuando la reunión ha empezado."))
    apart = people_kept_from(by, day_in(held.school, now)).values("pk")
    shown = held.members.exclude(person__in=apart)
    shown.update(attended=Q(pk__in=list(there) or [0]))
    return shown.filter(attended=True).count()
