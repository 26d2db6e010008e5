"""What the steps of an expediente said before they were corrected, by whom and when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from convivencia.disciplinary.choices import StepKind
from convivencia.models import DisciplinaryCase, DisciplinaryStep
from plumier.models import EditKind, Person, RegisterEdit, User

NEWEST: Final = 200  # corrections of an expediente that its page shows
_SHOWN: Final = ("kind", "due_on", "done_on", "note")


@dataclass(frozen=True, slots=True)
class Before:
    """What a step said until `at`, when `who` corrected it."""

    at: datetime
    who: str
    kind: str
    due_on: date | None
    done_on: date | None
    note: str


def corrections_of(case: DisciplinaryCase) -> dict[int, list[Before]]:
    """By step, the newest first. Three queries."""
    steps = list(DisciplinaryStep.objects.filter(case=case, version__gt=1).values_list("pk", flat=True))
    edits = RegisterEdit.objects.filter(
        table_name=DisciplinaryStep._meta.db_table, row_id__in=steps, kind=EditKind.UPDATE
    )
    rows = [
        (row.row_id, row.at, row.actor_id, row.before or {})
        for row in edits.order_by("-id")[:NEWEST]
        if _differs(row.before or {}, row.after or {})
    ]
    names = names_in(case.school_id, {actor for _step, _at, actor, _before in rows if actor})
    found: dict[int, list[Before]] = {}
    for step, at, actor, before in rows:
        found.setdefault(step, []).append(_before(before, at, names.get(actor or 0, "—")))
    return found


def _before(row: Mapping[str, Any], at: datetime, who: str) -> Before:
    return Before(
        at, who, str(StepKind(row["kind"]).label), _day(row["due_on"]), _day(row["done_on"]), row["note"]
    )


def _differs(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return any(before.get(name) != after.get(name) for name in _SHOWN)


def _day(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None


def names_in(school: int, users: Iterable[int]) -> dict[int, str]:
    """Of each user her name in the school, else her own. Two queries."""
    wanted = list(users)
    own = User.objects.filter(pk__in=wanted)
    people = Person.objects.filter(user__in=wanted, school=school)
    names = {user.pk: user.get_full_name() or user.get_username() for user in own}
    return names | {person.user_id: person.full_name for person in people if person.user_id}
