"""Whether a guardian who would be new is somebody of the register already: the parent of a sibling (requirement A3).

By a valid DNI, unless the names have nothing in common; else by the same name and a phone or an e-mail shared.
Never by the name alone.
"""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Q

from plumier.importing.documents import read_document
from plumier.importing.matching import may_be_one
from plumier.importing.recognising import name_of
from plumier.models import Contact, ContactProposal, Guardianship, Person, School
from plumier.names import Name, same_name


def same_people(proposals: Sequence[ContactProposal]) -> dict[int, Person]:
    """By change that makes a guardian: who she is already, if anybody, of those who answer for another child."""
    new = [one for one in proposals if one.makes_guardian and one.guardian_id is None]
    if not new:
        return {}
    regions = dict(
        School.objects.filter(pk__in={one.school_id for one in new}).values_list("pk", "phone_region")
    )
    by_address, by_document = _candidates(new)
    taken = set(
        Guardianship.objects.filter(student__in={one.student_id for one in new}).values_list(
            "student_id", "guardian_id"
        )
    )
    found: dict[int, Person] = {}
    for one in new:
        document = read_document(one.document, regions[one.school_id]).key
        name = Name(one.given_name, one.surname)
        people = [
            person
            for person in by_document.get((one.school_id, document), [])
            if document and may_be_one(name, name_of(person))
        ]
        for address in one.contacts.all():
            if address.value:
                people += [
                    person
                    for person in by_address[one.school_id, address.value]
                    if same_name(name, name_of(person))
                    and (not document or not person.document or person.document == document)
                ]
        free = [person for person in people if (one.student_id, person.pk) not in taken]
        if free:
            found[one.pk] = free[0]
    return found


def _candidates(
    new: Sequence[ContactProposal],
) -> tuple[dict[tuple[int, str], list[Person]], dict[tuple[int, str], list[Person]]]:
    schools = {one.school_id for one in new}
    values = {address.value for one in new for address in one.contacts.all() if address.value}
    by_address: dict[tuple[int, str], list[Person]] = defaultdict(list)
    contacts = Contact.objects.filter(
        Q(person__guardianships__isnull=False), school__in=schools, value__in=values
    ).select_related("person")
    for contact in contacts.order_by("person_id").distinct():
        by_address[contact.school_id, contact.value].append(contact.person)
    documents = {one.document for one in new if one.document}
    by_document: dict[tuple[int, str], list[Person]] = defaultdict(list)
    people = Person.objects.filter(
        school__in=schools, document__in=documents, guardianships__isnull=False
    ).order_by("pk")
    for person in people.distinct():
        by_document[person.school_id, person.document].append(person)
    return by_address, by_document
