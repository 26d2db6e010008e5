"""Asking for a file; a job makes it (`jobs`). Who may ask for what is said by each product."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from notica.models import DataRequest
from notica.models.exports import OWN_DATA, WAITING
from plumier.access import schools_worked_in
from plumier.clock import database_today
from plumier.models import School, User
from plumier.wakeups import wake_later

JOB: Final = "notica.exports.jobs.work"


@transaction.atomic
def ask(product: str, school: School, kept: dict[str, Any], *, by: User, now: datetime) -> DataRequest:
    """Ask for a file; the same one that is still being made is not asked for twice."""
    User.objects.select_for_update().get(pk=by.pk)  # a double click asks once
    same = DataRequest.objects.filter(by=by, school=school, product=product, selection=kept)
    if (known := same.filter(state__in=WAITING).first()) is not None:
        return known
    request = DataRequest.objects.create(
        school=school,
        by=by,
        product=product,
        selection=kept,
        language=get_language() or "es",
        asked_at=now,
    )
    wake_later(JOB, request.pk)
    return request


def requests_of(user: User) -> QuerySet[DataRequest]:
    """Those that this user asked for, about herself or in the schools where she works: nobody else's."""
    here = Q(school__in=schools_worked_in(user, database_today())) | Q(product=OWN_DATA)
    return DataRequest.objects.filter(here, by=user)
