"""Who reads Notica on a page: in which school, as which persons, at which moment."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from notica.inbox import entries_of, readers
from notica.models import InboxEntry
from plumier.clock import database_now, day_in
from plumier.models import School, User
from plumier.policies import user_of
from profesores.school import current_school


@dataclass(frozen=True, slots=True)
class Reader:
    """A user in a school, and what she has there."""

    user: User
    school: School
    now: datetime
    people: list[int]
    entries: QuerySet[InboxEntry]

    @property
    def zone(self) -> ZoneInfo:
        """The school's."""
        return ZoneInfo(self.school.time_zone)

    def entry(self, entry_id: int) -> InboxEntry:
        """One of hers. Http404 if it is not."""
        wanted = self.entries.select_related(
            "message__sender", "message__sender_person", "message__student__person", "message__school"
        )
        found = wanted.filter(pk=entry_id).first()
        if found is None:
            raise Http404
        return found


def reader_of(request: HttpRequest, entry_id: int = 0) -> Reader:
    """The reader of a page: in the current school, or in the one whose person has the entry that the address names."""
    user, now = user_of(request), database_now()
    school = _school_of(entry_id) if entry_id else current_school(request)
    today = day_in(school, now)
    people = readers(user, school, today)
    return Reader(user, school, now, people, entries_of(people, user, today, now))


def _school_of(entry_id: int) -> School:
    found = School.objects.select_related("policy").filter(people__inbox=entry_id).first()
    if found is None:
        raise Http404
    return found
