"""Whom a court keeps apart from those who work in a school, for several of them at once (requirement A3)."""

from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

from plumier.models import Guardianship


class KeptApart(NamedTuple):
    """The students from whom somebody is barred, and as persons these and whoever else answers for them, by id."""

    students: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()


NOBODY: Final = KeptApart()


def kept_apart(users: Iterable[int], today: date) -> dict[int, KeptApart]:
    """By user, for each of these whom a court keeps from somebody today; no more than two queries."""
    ties = Guardianship.objects.filter(guardian__user__in=set(users)).barred_on(today)
    barred: dict[int, dict[int, int]] = {}
    for user, student, person in ties.values_list("guardian__user", "student", "student__person"):
        assert user is not None  # it was asked for
        barred.setdefault(user, {})[student] = person
    if not barred:
        return {}
    answering = _answering({student for students in barred.values() for student in students})
    return {user: _apart(user, students, answering) for user, students in barred.items()}


def _answering(students: set[int]) -> list[tuple[int, int, int | None]]:
    """(student, guardian, her user) of each tie of these."""
    rows = Guardianship.objects.filter(student__in=students)
    return list(rows.values_list("student", "guardian", "guardian__user"))


def _apart(user: int, students: dict[int, int], answering: list[tuple[int, int, int | None]]) -> KeptApart:
    others = {guardian for student, guardian, login in answering if student in students and login != user}
    return KeptApart(frozenset(students), frozenset({*students.values(), *others}))
