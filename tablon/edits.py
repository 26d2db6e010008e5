"""What was changed in a notice since it was made, by whom and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Q

from plumier.models import EditKind, Person, RegisterEdit, School, User
from tablon.models import Notice

NEWEST: Final = 20
_SHOWN: Final = ("title", "text", "readers", "starts_on", "ends_on", "published_at", "withdrawn_at")


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: the names of what is different now."""

    at: datetime
    who: str
    fields: list[str]


def edits_of(notice: Notice) -> list[Edit]:
    """The newest first. Three queries."""
    changed = Q(table_name=Notice._meta.db_table, row_id=notice.pk, kind=EditKind.UPDATE)
    rows = list(RegisterEdit.objects.filter(changed).order_by("-id")[:NEWEST])
    names = names_of({row.actor_id for row in rows if row.actor_id}, notice.school)
    different = ((row, _different(row.before or {}, row.after or {})) for row in rows)
    return [Edit(row.at, names.get(row.actor_id or 0, "—"), fields) for row, fields in different if fields]


def names_of(users: Iterable[int], school: School | None) -> dict[int, str]:
    """Of each user her name in the school, else her own. Two queries."""
    wanted = list(users)
    found = {
        user.pk: user.get_full_name() or user.get_username() for user in User.objects.filter(pk__in=wanted)
    }
    people = Person.objects.filter(user__in=wanted, school=school) if school else Person.objects.none()
    return found | {person.user_id: person.full_name for person in people if person.user_id}


def _different(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    changed = (name for name in _SHOWN if before.get(name) != after.get(name))
    labels = {field.name: str(field.verbose_name) for field in Notice._meta.fields}
    return [labels[name] for name in changed]
