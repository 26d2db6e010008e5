"""Cancelling what has not gone out: the message at once, its rows by a job.

From the moment the message says so nothing of it is sent any more: every claim looks (`notica.screening`).
What is in flight comes to its end and is told as it was.
"""

import time
from datetime import datetime
from math import inf

from django.db import transaction
from django.utils.translation import gettext as _

from notica.choices import MessageState
from notica.models import Message
from notica.overdue import cancel_rows, take_back_copies
from notica.refusals import Refused
from notica.settling import finish_messages, settle
from notica.wakeups import sweep_later
from plumier.models import User

CANCELLABLE = (MessageState.DRAFT, MessageState.IN_REVIEW, MessageState.QUEUED, MessageState.SENDING)


@transaction.atomic
def cancel(message: Message, *, by: User, now: datetime) -> Message:
    """Send no more of it. Raises Refused when there is nothing left to cancel; twice is once."""
    locked = Message.objects.select_for_update().get(pk=message.pk)
    if locked.state == MessageState.CANCELLED:
        return locked
    if locked.state not in CANCELLABLE:
        raise Refused(_("Este envío ya ha terminado: no queda nada que anular."))
    locked.state = MessageState.CANCELLED
    locked.cancelled_at, locked.cancelled_by = now, by
    locked.fanned_out_at = locked.fanned_out_at or now
    locked.save(update_fields=["state", "cancelled_at", "cancelled_by", "fanned_out_at"])
    sweep_later(locked.pk)
    return locked


def sweep(message_id: int, seconds: float = inf) -> None:
    """RQ job: end the rows of a cancelled message that have not begun, for so long. Can be run again."""
    ends_at = time.monotonic() + seconds
    take_back_copies(message_id)
    while time.monotonic() < ends_at and (recipients := cancel_rows(message_id)):
        settle(recipients)
    finish_messages([message_id])
