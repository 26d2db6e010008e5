"""Which rows of a file must be planned together: those that anybody known or named may belong to.

Two rows are tied by a guardian's document, by her name with an address, and by whoever of the register is a
guardian of both or has such a document or such a name and address. What is planned for tied rows depends on no
other row, so a school is planned part by part. The keys that tie are compared by PostgreSQL, in a temporary table.
"""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection

from plumier.importing import families_sql as sql
from plumier.importing.documents import read_document
from plumier.importing.recognising import registered_name
from plumier.importing.rows import StudentRow
from plumier.importing.snapshot import known_guardians
from plumier.models import School
from plumier.names import comparison_key

TIE: Final = 0
STUDENTS_IN_A_PART: Final = 1_000
_FETCHED_AT_ONCE: Final = 2_000


@dataclass(slots=True)
class Keys:
    """Keys of students and people as numbers; a node is a student's place in the file."""

    kinds: "array[int]" = field(default_factory=lambda: array("b"))
    keys: "array[int]" = field(default_factory=lambda: array("q"))
    nodes: "array[int]" = field(default_factory=lambda: array("i"))

    def add(self, kind: int, node: int, *what: str) -> None:
        """Add a key; what is equal has the same number."""
        self.add_number(kind, node, hash(what))

    def add_number(self, kind: int, node: int, key: int) -> None:
        """Add a key that is a number already."""
        self.kinds.append(kind)
        self.keys.append(key)
        self.nodes.append(node)

    def add_ties(self, node: int, row: StudentRow) -> None:
        """Add what ties a student to people."""
        self.add(TIE, node, "student", row.expediente)
        for guardian in row.guardians:
            if guardian.document.key:
                self.add(TIE, node, "document", guardian.document.key)
            name = comparison_key(guardian.name)
            for address in guardian.addresses.values():
                if name and address.key:
                    self.add(TIE, node, name, address.key)


@dataclass(frozen=True, slots=True)
class Part:
    """Students that are planned together, by their places in the file, and the people who may be their guardians."""

    places: tuple[int, ...]
    people: tuple[int, ...]


class Families:
    """Trees of students and people that are tied together."""

    def __init__(self, school: School, students: int, keys: Keys) -> None:
        self._students = students
        self._people = array("q")
        self._parents = array("i", range(students))
        self._compare(school, keys)

    def of(self, place: int) -> int:
        """Give the family of a student as a number."""
        root = place
        while self._parents[root] != root:
            root = self._parents[root]
        while self._parents[place] != root:
            self._parents[place], place = root, self._parents[place]
        return root

    def parts(self) -> Iterator[Part]:
        """Give all students in parts, whole families together, those in front of the file first."""
        students = sorted(range(self._students), key=self.of)
        # A family is named after its first node, so one with students after a student.
        nodes = range(self._students, len(self._parents))
        people = iter(sorted((node for node in nodes if self.of(node) < self._students), key=self.of))
        person = next(people, None)
        gathered: list[int] = []
        for index, place in enumerate(students):
            gathered.append(place)
            ends = index + 1 == len(students) or self.of(students[index + 1]) != self.of(place)
            if ends and (len(gathered) >= STUDENTS_IN_A_PART or index + 1 == len(students)):
                guardians = []
                while person is not None and self.of(person) <= self.of(place):
                    guardians.append(self._people[person - self._students])
                    person = next(people, None)
                yield Part(tuple(sorted(gathered)), tuple(guardians))
                gathered = []

    def _compare(self, school: School, keys: Keys) -> None:
        for key, node in self._keys_of_the_register(school):
            keys.add_number(TIE, node, key)
        with connection.cursor() as cursor:
            cursor.execute(sql.CREATE)
            cursor.execute(sql.EMPTY)
            with cursor.copy(sql.COPY) as copy:
                for kind, key, node in zip(keys.kinds, keys.keys, keys.nodes, strict=True):
                    copy.write_row((kind, key, node))
            cursor.execute(sql.ANALYZE)
        with connection.chunked_cursor() as cursor:
            cursor.execute(sql.TIED)
            for (nodes,) in cursor:
                for node in nodes[1:]:
                    self._tie(nodes[0], node)

    def _tie(self, one: int, other: int) -> None:
        first, second = sorted((self.of(one), self.of(other)))
        self._parents[second] = first

    def _keys_of_the_register(self, school: School) -> Iterator[tuple[int, int]]:
        for pk, typed, name, addresses, expedientes in _guardians(school):
            node = len(self._parents)
            self._parents.append(node)
            self._people.append(pk)
            document = read_document(typed, school.phone_region).key
            if document:
                yield hash(("document", document)), node
            if name:
                yield from ((hash((name, address.casefold())), node) for address in addresses if address)
            yield from ((hash(("student", expediente)), node) for expediente in expedientes if expediente)


def shared_keys() -> Iterable[tuple[int, int, list[int], int]]:
    """Give what several share and only makes one wonder: kind, key, the students' places, and how many have it."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql.SHARED)
        yield from cursor


def _guardians(school: School) -> Iterator[tuple[int, str, str, list[str], list[str]]]:
    """Give who may be a guardian: key, document, name to compare, addresses, and the expedientes of her children."""
    found = known_guardians(school).values_list(
        "pk",
        "document",
        "given_name",
        "surname",
        ArrayAgg("contacts__value", distinct=True, default=[]),
        ArrayAgg("guardianships__student__expediente", distinct=True, default=[]),
    )
    for pk, document, given, surname, addresses, expedientes in found.iterator(_FETCHED_AT_ONCE):
        name = comparison_key(registered_name(given, surname))
        yield pk, document, name, addresses, expedientes
