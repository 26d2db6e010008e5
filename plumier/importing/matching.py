"""Which guardians of a roster are one person.

One person: the same valid DNI (unless the names have nothing in common: then somebody mistyped it), or else
the same name and a phone or an e-mail shared. Never the name alone, and never two different DNI.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from plumier.importing.guardians import GuardianRow
from plumier.importing.problems import Findings
from plumier.importing.rows import StudentRow
from plumier.names import Name, comparison_key, same_name, similar_name


@dataclass(slots=True, eq=False)
class Guardian:
    """One person among the guardians of a roster, with the rows that name her.

    One for each of her children.
    """

    document: str = ""
    rows: list[tuple[StudentRow, GuardianRow]] = field(default_factory=list)

    @property
    def name(self) -> Name:
        """The first name that a row gives her."""
        return next((row.name for _student, row in self.rows if row.name), Name(""))

    @property
    def addresses(self) -> set[str]:
        """What can be used to reach her, by any of the rows."""
        return {a.key for _student, row in self.rows for a in row.addresses.values() if a.key}

    def could_have(self, document: str) -> bool:
        """Say whether a document does not speak against being this person."""
        return not self.document or not document or self.document == document


def may_be_one(one: Name, other: Name) -> bool:
    """Say whether two names can be of one person whose document is the same; a missing name says nothing."""
    return not one or not other or same_name(one, other) or similar_name(one, other)


def gather_guardians(students: Iterable[StudentRow], findings: Findings) -> list[Guardian]:
    """Gather the guardians of all rows into people, in the order of the sheet."""
    gatherer = _Gatherer(findings)
    for student in students:
        for row in student.guardians:
            gatherer.add(student, row)
    return gatherer.people()


class _Gatherer:
    """Puts row after row to the person that it names."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._people: dict[Guardian, None] = {}
        self._by_document: dict[str, list[Guardian]] = defaultdict(list)
        self._by_address: dict[tuple[str, str], list[Guardian]] = defaultdict(list)

    def people(self) -> list[Guardian]:
        for person in self._people:
            self._count_once_in_a_row(person)
        return sorted(self._people, key=lambda person: person.rows[0][1].row)

    def add(self, student: StudentRow, row: GuardianRow) -> None:
        person = Guardian(self._trusted_document(row))
        for other in self._same(row, person.document):
            if other.could_have(person.document):
                self._join(other, person)
                person = other
        self._people[person] = None
        person.rows.append((student, row))
        self._remember(person, row)

    def _count_once_in_a_row(self, person: Guardian) -> None:
        first: dict[int, tuple[StudentRow, GuardianRow]] = {}
        for student, row in sorted(person.rows, key=lambda pair: pair[1].row):
            if first.setdefault(row.row, (student, row))[1] is not row:
                message = _("La misma persona está dos veces en la fila: cuenta una vez.")
                self._findings.warn(message, row=row.row, value=str(row.name))
        person.rows = list(first.values())

    def _trusted_document(self, row: GuardianRow) -> str:
        """Give the DNI, unless somebody of quite another name already has it."""
        document = row.document.key
        owners = self._living(self._by_document[document]) if document else []
        if not owners or any(may_be_one(row.name, owner.name) for owner in owners):
            return document
        message = _("El mismo DNI está en la fila %(row)s con otro nombre: se toman como dos personas.")
        first = self._findings.place(owners[0].rows[0][1].row)
        self._findings.warn(message % {"row": first}, row=row.row, value=row.document.text)
        return ""

    def _same(self, row: GuardianRow, document: str) -> list[Guardian]:
        same = self._living(self._by_document[document]) if document else []
        key = comparison_key(row.name)
        for address in row.addresses.values():
            if key and address.key:
                same += self._living(self._by_address[key, address.key])
        return list(dict.fromkeys(same))

    def _join(self, one: Guardian, other: Guardian) -> None:
        one.document = one.document or other.document
        one.rows += other.rows
        self._people.pop(other, None)
        for _student, row in other.rows:
            self._remember(one, row)

    def _remember(self, person: Guardian, row: GuardianRow) -> None:
        if person.document:
            self._by_document[person.document].append(person)
        for address in row.addresses.values():
            self._by_address[comparison_key(row.name), address.key].append(person)

    def _living(self, people: Iterable[Guardian]) -> list[Guardian]:
        return [person for person in dict.fromkeys(people) if person in self._people]
