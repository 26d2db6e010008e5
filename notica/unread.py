"""How many messages in Notica a user has not opened: beside the envelope in the bar."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from notica.family_inbox import Keys, family_entries, persons_of
from notica.inbox import entries_of, reading_as
from plumier.clock import NOW, TODAY
from plumier.family_access import Child, kept_children, students_read_by
from plumier.models import School, User

MOST: Final = 99


class Unread(int):
    """A number that is written «99+» where it is more."""

    def __str__(self) -> str:
        return f"{MOST}+" if self > MOST else int.__repr__(self)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """How many she has not opened in another of her schools."""

    code: str
    name: str
    number: int


def unread(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `unread` and `unread_by_family`; each asked, in one query, only by a template that uses it."""
    user = getattr(request, "user", None)
    return {
        "unread": SimpleLazyObject(lambda: unread_of(user)),
        "unread_by_family": SimpleLazyObject(lambda: unread_by_family(user, kept_children(request))),
    }


def unread_of(user: object) -> Unread:
    """Of all the schools where she reads Notica today, counted a little further than it is said."""
    if not isinstance(user, User):
        return Unread()
    people = reading_as(user, TODAY).values_list("pk", flat=True)
    waiting = entries_of(people, user, TODAY, NOW).filter(read_at__isnull=True)
    return Unread(len(waiting.order_by().values_list("pk", flat=True)[: MOST + 1]))


def unread_by_family(user: object, children: Sequence[Child] | None = None) -> Unread:
    """What she has in Mirador as a student or as who answers for some, of all her schools.

    `children` are those about whom she reads, where that has been asked already.
    """
    if not isinstance(user, User):
        return Unread()
    students: Keys = [child.pk for child in children or ()]
    if children is None:
        students = students_read_by(user, TODAY).values("pk")
    waiting = family_entries(persons_of(user, students).values("pk"), students, NOW)
    waiting = waiting.filter(read_at__isnull=True)
    return Unread(len(waiting.order_by().values_list("pk", flat=True)[: MOST + 1]))


def unread_elsewhere(user: User, school: School) -> list[Elsewhere]:
    """What the number in the bar counts beside this school's, by school; those without any are left out."""
    people = reading_as(user, TODAY).exclude(school=school).values_list("pk", flat=True)
    waiting = entries_of(people, user, TODAY, NOW).filter(read_at__isnull=True)
    by_school = waiting.order_by("person__school__name").values_list(
        "person__school__code", "person__school__name"
    )
    return [Elsewhere(*row) for row in by_school.annotate(number=Count("pk"))]
