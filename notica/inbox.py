"""A user's Notica in the schools where she works: what is in it, and what she does with it (requirement B1)."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Final

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from notica.choices import Audience
from notica.models import InboxEntry
from plumier import standing
from plumier.clock import Day
from plumier.models import Person, School, User

FORGOTTEN_AT_ONCE: Final = 10_000
FORGET: Final = """
DELETE FROM notica_inboxentry WHERE id IN (
    SELECT id FROM notica_inboxentry WHERE expires_at <= plumier_now() ORDER BY expires_at LIMIT %s)
"""


def readers(user: User, school: School, today: Day) -> list[int]:
    """As whom this user reads Notica in a school."""
    return list(reading_as(user, today).filter(school=school).values_list("pk", flat=True).distinct())


def reading_as(user: User, today: Day) -> QuerySet[Person]:
    """As whom she reads it anywhere: as staff, or a superuser as whom she has sent something."""
    found = Q(pk__in=standing.persons(user, today))
    if user.is_superuser:
        found |= Q(user=user, staff__isnull=True, student__isnull=True, guardianships__isnull=True)
    return Person.objects.filter(found)


def entries_of(
    people: Collection[int] | QuerySet[Person, int], user: User, today: Day, now: datetime | Combinable
) -> QuerySet[InboxEntry]:
    """What these people (ids), who are this user, have in Notica as staff at a moment.

    Not what is not there yet, was cancelled before, is over, or is about a child whom a court keeps from her; nor what
    she has as a parent, which is Mirador's.
    """
    entries = InboxEntry.objects.filter(person__in=people, created_at__lte=now, expires_at__gt=now)
    shown = Q(message__cancelled_at__isnull=True) | Q(message__cancelled_at__gt=F("created_at"))
    kept_from = standing.kept_from(user, today)
    entries = entries.filter(Q(message__student__isnull=True) | ~Q(message__student__in=kept_from))
    return entries.filter(shown, message__to=Audience.STAFF)


def mark_read(entry: InboxEntry, *, by: User, now: datetime) -> None:
    """She has opened it; the first time counts."""
    InboxEntry.objects.filter(pk=entry.pk, read_at__isnull=True).update(read_at=now)


def mark_unread(entry: InboxEntry, *, by: User, now: datetime) -> None:
    """It is new to her again, and among the others."""
    InboxEntry.objects.filter(pk=entry.pk).update(read_at=None, archived_at=None)


def archive(entry: InboxEntry, *, by: User, now: datetime) -> None:
    """Out of her way; it goes when it would have gone."""
    rows = InboxEntry.objects.filter(pk=entry.pk, archived_at__isnull=True)
    rows.update(archived_at=now, read_at=Coalesce(F("read_at"), now))


def take_out(entry: InboxEntry, *, by: User, now: datetime) -> None:
    """Out of the archive, among the others again."""
    InboxEntry.objects.filter(pk=entry.pk).update(archived_at=None)


# What can be done with a message, by the name of its button, and what is said then.
MARKS: Final[dict[str, tuple[Callable[..., None], Promise]]] = {
    "no-leido": (mark_unread, gettext_lazy("El mensaje vuelve a estar sin leer.")),
    "archivar": (archive, gettext_lazy("El mensaje está en «Archivados».")),
    "sacar": (take_out, gettext_lazy("El mensaje vuelve a estar con los demás.")),
}


def forget_expired() -> int:
    """Delete some of those whose time in Notica is over, the longest over first; how many."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [FORGOTTEN_AT_ONCE])
        return int(cursor.rowcount)
