"""The civil day of a school in SQL, and the state of a notice on it."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import Case, CharField, DateField, F, Func, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce

from tablon.choices import NoticeState
from tablon.models import Notice

OWNERS_ZONE: Final = Coalesce(F("school__time_zone"), Value(settings.TIME_ZONE))


def day_where(moment: datetime | Combinable, zone: Combinable) -> Cast:
    """The civil day of a moment, which a row may name too, in the zone that a row names."""
    local = Func(Cast(zone, TextField()), moment, function="timezone", output_field=DateField())
    return Cast(local, DateField())


def with_state(notices: QuerySet[Notice], now: datetime) -> QuerySet[Notice]:
    """With `state`, by the day of the school that published it; a service's by the settings' zone."""
    return notices.annotate(day=day_where(now, OWNERS_ZONE)).annotate(
        state=Case(
            When(published_at__isnull=True, then=Value(NoticeState.DRAFT)),
            When(withdrawn_at__isnull=False, then=Value(NoticeState.WITHDRAWN)),
            When(Q(ends_on__lt=F("day")), then=Value(NoticeState.ENDED)),
            When(Q(starts_on__gt=F("day")), then=Value(NoticeState.COMING)),
            default=Value(NoticeState.CURRENT),
            output_field=CharField(),
        )
    )
