"""The acuse de envío (requirement C4): once for each message, to its sender, by e-mail and Notica; of a general
message also to whose office wrote it (C8).

It says what was handed over and does not claim that anyone has read it. One that its sender took back while it was
held has none: it went to nobody, and the page said so at once.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import F, Q

from notica.choices import Audience, Lane, MessageState, Way
from notica.kinds import KINDS, UNDO_SECONDS
from notica.models import Message
from notica.wakeups import fan_out_later

ACUSE_TO: Final = "acuse_to"  # of a message's parameters: persons who answer for it beside its sender
WITH_ACUSE = sorted(code for code, kind in KINDS.items() if kind.acuse)

_UNDONE: Final = Q(
    state=MessageState.CANCELLED,
    cancelled_at__lt=F("not_before"),
    not_before__lte=F("created_at") + timedelta(seconds=UNDO_SECONDS),
)

# A try that waits to be repeated moves its `not_before`; `expires_at` keeps when the delivery was due.
LATE = """
SELECT m.id FROM notica_message m
JOIN unnest(%s::text[], %s::interval[]) AS k (kind, lifetime) USING (kind)
WHERE m.state = 'sending' AND m.acuse_sent_at IS NULL AND m.fanned_out_at IS NOT NULL
  AND (SELECT max(d.expires_at) - k.lifetime FROM notica_delivery d WHERE d.message_id = m.id)
      < plumier_now() - interval '60 minutes'
ORDER BY m.id LIMIT 100
"""


def send_acuses(message_ids: Iterable[int], *, now: datetime) -> None:
    """Make the acuse of each of these messages that has none yet."""
    due = Message.objects.filter(pk__in=list(message_ids), kind__in=WITH_ACUSE, acuse_sent_at__isnull=True)
    waiting = due.filter(~_UNDONE, sender_person__isnull=False).order_by("pk").select_for_update(of=("self",))
    messages = list(waiting.select_related("sender_person"))
    Message.objects.filter(pk__in=[message.pk for message in messages]).update(acuse_sent_at=now)
    for acuse in Message.objects.bulk_create([_acuse(message, now) for message in messages]):
        fan_out_later(acuse.pk)


def late_acuses() -> list[int]:
    """Messages that are still open an hour after the last of their sends was due."""
    with connection.cursor() as cursor:
        cursor.execute(LATE, [WITH_ACUSE, [KINDS[code].lifetime for code in WITH_ACUSE]])
        return [row[0] for row in cursor.fetchall()]


def _acuse(message: Message, now: datetime) -> Message:
    people = {message.sender_person_id, *message.params.get(ACUSE_TO, ())} - {None}
    return Message(
        school_id=message.school_id,
        kind="acuse",
        to=Audience.STAFF,
        way=Way.EMAIL,
        params={"message": message.pk},
        audience={"staff": sorted(people)},
        client_key=f"acuse-{message.pk}",
        fingerprint="",
        lane=Lane.BULK,
        not_before=now,
        state=MessageState.QUEUED,
        created_at=now,
    )
