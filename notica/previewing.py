"""What a draft would do, without doing it: checked as Send checks it, planned as the fan-out plans it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from notica.actions import compose
from notica.audience import CHUNK
from notica.drafts import Draft
from notica.models import Message
from notica.preparing import Prepared, context_of, prepare
from plumier.models import User


@dataclass(frozen=True, slots=True)
class Preview:
    """Every recipient with its plan, and when the first step would go out."""

    message: Message
    leaves_at: datetime
    prepared: tuple[Prepared, ...]


def preview(draft: Draft, *, by: User, now: datetime) -> Preview:
    """Raises Refused as Send would; leaves nothing behind."""
    with transaction.atomic():
        message = compose(draft, by=by, now=now)
        context = context_of(message)
        prepared = tuple(one for chunk in prepare(context, now, CHUNK) for one in chunk)
        leaves_at = context.allowed_from(message.not_before)
        transaction.set_rollback(True)
    return Preview(message, leaves_at, prepared)
