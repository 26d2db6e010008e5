"""What a user has done with a notice that she reads, and how many have opened it."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from plumier.access import schools_led_by, schools_served_by
from plumier.models import Person, User
from tablon.access import notices_edited_by
from tablon.models import Notice, NoticeRead


def mark_read(notice: Notice, *, by: User, now: datetime) -> None:
    """She has opened it; the first time counts."""
    NoticeRead.objects.bulk_create([NoticeRead(notice=notice, user=by, read_at=now)], ignore_conflicts=True)


@transaction.atomic
def archive(notice: Notice, *, by: User, now: datetime) -> None:
    """Out of her way, in the archive of hers; nobody else's board changes."""
    mark_read(notice, by=by, now=now)
    rows = NoticeRead.objects.filter(notice=notice, user=by, archived_at__isnull=True)
    rows.update(archived_at=now)


def take_out(notice: Notice, *, by: User, now: datetime) -> None:
    """Out of the archive, among the others again."""
    NoticeRead.objects.filter(notice=notice, user=by).update(archived_at=None)


def number_of_readers(notice: Notice, user: User, today: date) -> int:
    """How many have opened it: all for who posts it, for others those of the schools that they lead or serve."""
    reads = NoticeRead.objects.filter(notice=notice)
    if not notices_edited_by(user, today).filter(pk=notice.pk).exists():
        above = Q(school__in=schools_led_by(user, today).values("pk"))
        above |= Q(school__in=schools_served_by(user, today).values("pk"))
        reads = reads.filter(user__in=Person.objects.filter(above).values("user"))
    return reads.count()
