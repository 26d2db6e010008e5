"""The sample school's titles: a proposal whose titles wait at the office, and one that was sent."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.db import transaction

from plumier.clock import database_now, database_today
from plumier.models import Group, School, Student, User
from secretaria.diplomas.batches import Written, make_batch, mark_sent
from secretaria.diplomas.collecting import collect
from secretaria.diplomas.receiving import receive
from secretaria.models import Diploma, DiplomaBatch

KEY: Final = "demo"
ARRIVED: Final = Written("Graduado en Educación Secundaria Obligatoria", "2025/2026", "ESO-14")
AWAITED: Final = Written("Bachillerato", "2025/2026", "BACH-15")
EACH: Final = 12  # students of a proposal


@transaction.atomic
def titles(of: School, groups: Sequence[Group]) -> None:
    """Of the first group's students the titles have come, a third are collected; the second's were asked for. Once."""
    if DiplomaBatch.objects.filter(school=of, client_key__startswith=KEY).exists():
        return
    by, now, today = User.objects.get(username="directora"), database_now(), database_today()
    for number, written in enumerate((ARRIVED, AWAITED)):
        here = Student.objects.filter(enrolments__group=groups[number]).order_by("expediente")
        students = list(here.values_list("pk", flat=True)[:EACH])
        batch = make_batch(of, written, students, client_key=f"{KEY}-{number}", by=by, now=now)
        mark_sent(batch, today - timedelta(days=90 - 60 * number), by=by, now=now)
        if written == ARRIVED:
            ids = list(Diploma.objects.filter(batch=batch).order_by("pk").values_list("pk", flat=True))
            receive(batch, ids, None, by=by, now=now)
            collect(batch, ids[: EACH // 3], "", by=by, now=now)
