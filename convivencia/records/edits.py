"""What a record said before, who changed it and when; and how a school knows who writes in it (requirement E4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from convivencia.models import BehaviourRecord
from convivencia.records.choices import BehaviourKind, Measure
from plumier.models import EditKind, Person, RegisterEdit, School, User

NEWEST: Final = 20
_SHOWN: Final = ("kind", "text", "day", "session", "hour", "place", "measure", "measure_text")
_WORDS: Final[dict[str, dict[str, Any]]] = {
    "kind": dict(BehaviourKind.choices),
    "measure": dict(Measure.choices),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what it is called and what it said before."""

    field: str
    before: str


@dataclass(frozen=True, slots=True)
class Edit:
    """One correction."""

    at: datetime
    who: str
    changes: list[Change]


def edits_of(record: BehaviourRecord) -> list[Edit]:
    """The newest first. Three queries."""
    rows = RegisterEdit.objects.filter(
        table_name=BehaviourRecord._meta.db_table, row_id=record.pk, kind=EditKind.UPDATE
    )
    found = [(row, _changes(row.before or {}, row.after or {})) for row in rows.order_by("-id")[:NEWEST]]
    corrections = [(row, changes) for row, changes in found if changes]
    names = names_of({row.actor_id for row, _changes in corrections if row.actor_id}, record.school)
    return [Edit(row.at, names.get(row.actor_id or 0, "—"), changes) for row, changes in corrections]


def names_of(users: Iterable[int], school: School) -> dict[int, str]:
    """Of each user her name in the school, else her own. Two queries."""
    wanted = set(users)
    own = User.objects.filter(pk__in=wanted)
    found = {user.pk: user.get_full_name() or user.get_username() for user in own}
    people = Person.objects.filter(user__in=wanted, school=school)
    return found | {person.user_id: person.full_name for person in people if person.user_id}


def _changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    labels = {field.name: str(field.verbose_name) for field in BehaviourRecord._meta.fields}
    return [
        Change(labels[name].capitalize(), _shown(name, before.get(name)))
        for name in _SHOWN
        if before.get(name) != after.get(name)
    ]


def _shown(name: str, value: Any) -> str:
    if value in (None, ""):
        return "—"
    return str(_WORDS.get(name, {}).get(value, value))
