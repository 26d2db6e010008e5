"""Who answers for which student, read as plain tuples: the register's rows at a fan-out's speed."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from django.db import connection

from notica import ties_sql as sql
from notica.arrays import numbers


class Tie(NamedTuple):
    """A guardian of a student, and whether the student's data are protected."""

    id: int
    student_id: int
    guardian_id: int
    relation: str
    order: int
    receives_messages: bool
    receives_from: date | None
    receives_until: date | None
    registration_required: bool
    registered_on: date | None
    barred_from: date | None
    barred_until: date | None
    protected: bool

    @property
    def is_dated(self) -> bool:
        """Whether the day matters to what she may receive."""
        return any(day is not None for day in (self.barred_from, self.receives_from, self.receives_until))


def ties_of_guardians(students: Mapping[int, list[int]]) -> dict[int, list[Tie]]:
    """By guardian: her ties to these students of hers, by ascending student."""
    wanted = {student for group in students.values() for student in group}
    found: dict[int, list[Tie]] = {guardian: [] for guardian in students}
    for tie in _read(sql.OF_GUARDIANS, students, wanted):
        found[tie.guardian_id].append(tie)
    return found


def ties_of_students(students: Iterable[int]) -> dict[int, list[Tie]]:
    """By student: all who answer for her, in the register's order; an empty list where nobody does."""
    found: dict[int, list[Tie]] = {student: [] for student in students}
    for tie in _read(sql.OF_STUDENTS, found):
        found[tie.student_id].append(tie)
    return found


def ties_of_families(students: Iterable[int]) -> dict[int, list[Tie]]:
    """As `ties_of_students`, and the ties of every other child of the same guardians."""
    found: dict[int, list[Tie]] = {student: [] for student in students}
    for tie in _read(sql.OF_FAMILIES, found):
        found.setdefault(tie.student_id, []).append(tie)
    return found


def _read(statement: str, *keys: Iterable[int]) -> list[Tie]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [numbers(some) for some in keys])
        return list(map(Tie._make, cursor.fetchall()))
