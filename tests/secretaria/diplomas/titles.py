"""A proposal of titles as short as a story needs it."""

from collections.abc import Iterable

from plumier.clock import database_now, database_today
from plumier.models import School, Student, User
from secretaria.diplomas.batches import Written, make_batch, mark_sent
from secretaria.diplomas.receiving import receive
from secretaria.models import Diploma, DiplomaBatch
from tests.factories.register import make_group, make_student, mobile

BACHILLERATO = Written("Bachillerato", "2025/2026", "P-7")


def proposed(
    school: School,
    by: User,
    students: Iterable[Student],
    *,
    sent: bool = True,
    written: Written = BACHILLERATO,
) -> DiplomaBatch:
    """With these students; sent today."""
    now = database_now()
    ids = [one.pk for one in students]
    batch = make_batch(school, written, ids, client_key=written.number, by=by, now=now)
    return mark_sent(batch, database_today(), by=by, now=now) if sent else batch


def ids(batch: DiplomaBatch) -> list[int]:
    """Its titles."""
    return list(Diploma.objects.filter(batch=batch).order_by("pk").values_list("pk", flat=True))


def half_received(school: School, by: User) -> DiplomaBatch:
    """Of two titles one has come, and nobody was told."""
    group = make_group(school, "2º BACH C")
    pupils = [make_student(group, name, contacts={"phone_1": mobile()}) for name in ("Ana Vera", "Luis Gil")]
    batch = proposed(school, by, pupils)
    receive(batch, ids(batch)[:1], None, by=by, now=database_now())
    return batch
