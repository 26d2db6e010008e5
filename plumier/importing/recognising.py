"""Which guardians of a roster the register already knows, so that the same file twice changes nothing.

By the DNI; else as the guardian whom the student already has under the same kinship, with a phone or an e-mail
shared, though her name be corrected; else by the same name and a phone or an e-mail shared; else as the guardian
whom the student already has under the same kinship and name, whose phone may have changed. Nobody is recognised
twice, nor against a different DNI.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from plumier.importing.columns import Holder
from plumier.importing.documents import read_document
from plumier.importing.guardians import GuardianRow
from plumier.importing.matching import Guardian, may_be_one
from plumier.importing.snapshot import Known, Snapshot
from plumier.models import Guardianship, Person, Relation
from plumier.names import Name, comparison_key, same_name

NAMELESS = "(sin nombre)"
RELATIONS = {
    Holder.FATHER: Relation.FATHER,
    Holder.MOTHER: Relation.MOTHER,
    Holder.TUTOR_1: Relation.OTHER,
    Holder.TUTOR_2: Relation.OTHER,
}


def name_of(person: Person) -> Name:
    """Give a person's name; none for a guardian who was imported without one."""
    return registered_name(person.given_name, person.surname)


def registered_name(given: str, surname: str) -> Name:
    """Give a name of the register; none where it stands for a missing one."""
    return Name("") if given == NAMELESS else Name(given, surname)


def recognise(guardians: Sequence[Guardian], snapshot: Snapshot) -> dict[Guardian, Known]:
    """Find for each guardian the person that she is in the register.

    Those who are new are not in the answer.
    """
    index = _Index(snapshot)
    recognised: dict[Guardian, Known] = {}
    taken: set[int] = set()
    for way in (index.by_document, index.by_child_and_address, index.by_address, index.by_child_and_name):
        for guardian in guardians:
            if guardian in recognised:
                continue
            free = (known for known in way(guardian) if known.person.pk not in taken)
            if found := next(index.those_of_her_children_first(guardian, free), None):
                recognised[guardian] = found
                taken.add(found.person.pk)
    return recognised


class _Index:
    def __init__(self, snapshot: Snapshot) -> None:
        region = snapshot.school.phone_region
        self._snapshot = snapshot
        self._documents: dict[int, str] = {}
        self._by_document: dict[str, list[Known]] = defaultdict(list)
        self._by_address: dict[tuple[str, str], list[Known]] = defaultdict(list)
        for pk in sorted(snapshot.guardians):
            known = snapshot.guardians[pk]
            document = read_document(known.person.document, region).key
            self._documents[pk] = document
            self._by_document[document].append(known)
            for value in known.addresses():
                self._by_address[comparison_key(name_of(known.person)), value].append(known)

    def by_document(self, guardian: Guardian) -> Iterator[Known]:
        if guardian.document:
            for known in self._by_document[guardian.document]:
                if may_be_one(guardian.name, name_of(known.person)):
                    yield known

    def by_address(self, guardian: Guardian) -> Iterator[Known]:
        for _student, row in guardian.rows:
            key = comparison_key(row.name)
            for address in row.addresses.values():
                if key and address.key:
                    yield from self._fitting(guardian, self._by_address[key, address.key])

    def by_child_and_address(self, guardian: Guardian) -> Iterator[Known]:
        for row, known in self._those_of_her_children(guardian):
            shared = {address.key for address in row.addresses.values() if address.key} & known.addresses()
            if shared and may_be_one(name_of(known.person), row.name):
                yield from self._fitting(guardian, [known])

    def by_child_and_name(self, guardian: Guardian) -> Iterator[Known]:
        for row, known in self._those_of_her_children(guardian):
            name = name_of(known.person)
            if same_name(name, row.name) or not (name or row.name):
                yield from self._fitting(guardian, [known])

    def those_of_her_children_first(self, guardian: Guardian, people: Iterable[Known]) -> Iterator[Known]:
        expedientes = [student.expediente for student, _row in guardian.rows]
        hers = {link.guardian_id for expediente in expedientes for link in self._links(expediente)}
        return iter(sorted(people, key=lambda known: known.person.pk not in hers))

    def _those_of_her_children(self, guardian: Guardian) -> Iterator[tuple[GuardianRow, Known]]:
        for student, row in guardian.rows:
            for link in self._links(student.expediente):
                if link.relation == RELATIONS[row.holder]:
                    yield row, self._snapshot.guardians[link.guardian_id]

    def _links(self, expediente: str) -> Sequence[Guardianship]:
        student = self._snapshot.students.get(expediente)
        return self._snapshot.links.get(student.pk, ()) if student else ()

    def _fitting(self, guardian: Guardian, people: Iterable[Known]) -> Iterator[Known]:
        for known in people:
            if guardian.could_have(self._documents[known.person.pk]):
                yield known
