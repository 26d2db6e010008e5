"""Changes written into the register: addresses, names, new guardians and registrations, each in one statement."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from plumier.importing.recognising import name_of as name_in_register
from plumier.importing.snapshot import is_barred
from plumier.importing.student_changes import new_contact
from plumier.importing.whose import Address
from plumier.importing.writing import update_rows
from plumier.models import (
    Contact,
    ContactProposal,
    Guardianship,
    Person,
    RegistrationChange,
    Relation,
    Slot,
)
from plumier.proposals.flags import is_namesake, is_renamed, name_of
from plumier.proposals.matching import same_people

_PLACES = {Relation.FATHER: 1, Relation.MOTHER: 2}
_OTHERS_FROM = 3


def write(proposals: Sequence[ContactProposal], today: date) -> None:
    """Write these changes inside the caller's transaction. Each gets its `guardian`."""
    matches = same_people(proposals)
    _rename(proposals)
    _make_guardians(proposals, matches, today)
    _register(proposals)
    _write_addresses(proposals, matches)


def _rename(proposals: Sequence[ContactProposal]) -> None:
    renamed = {one.guardian_id: one for one in proposals if one.guardian_id is not None and is_renamed(one)}
    people = list(Person.objects.filter(pk__in=renamed))
    for person in people:
        one = renamed[person.pk]
        person.given_name, person.surname = one.given_name, one.surname
    update_rows(Person, ("given_name", "surname"), people)


def _make_guardians(proposals: Sequence[ContactProposal], matches: dict[int, Person], today: date) -> None:
    new = [one for one in proposals if one.makes_guardian and one.guardian_id is None]
    if not new:
        return
    unknown = [one for one in new if one.pk not in matches]
    made = Person.objects.bulk_create(
        Person(
            school_id=one.school_id,
            given_name=one.given_name,
            surname=one.surname,
            document=one.document,
        )
        for one in unknown
    )
    people = matches | {one.pk: person for one, person in zip(unknown, made, strict=True)}
    current: dict[int, list[Guardianship]] = defaultdict(list)
    links = Guardianship.objects.filter(student__in={one.student_id for one in new})
    for link in links.select_related("guardian"):
        current[link.student_id].append(link)
    ties: list[Guardianship] = []
    for one in new:
        one.guardian = people[one.pk]
        tie = _tie(one, current[one.student_id], today)
        current[one.student_id].append(tie)
        ties.append(tie)
    Guardianship.objects.bulk_create(ties)


def _tie(one: ContactProposal, current: Sequence[Guardianship], today: date) -> Guardianship:
    """A court's bar follows its person to a new entry, and nobody new is ticked where one stands."""
    barred = [link for link in current if is_barred(link, today)]
    namesake = next(
        (link for link in barred if is_namesake(name_in_register(link.guardian), name_of(one))), None
    )
    taken = {link.order for link in current}
    place = _PLACES.get(Relation(one.relation), _OTHERS_FROM)
    if place in taken:
        place = next(
            number for number in range(_OTHERS_FROM, _OTHERS_FROM + len(taken) + 1) if number not in taken
        )
    return Guardianship(
        school_id=one.school_id,
        student_id=one.student_id,
        guardian=one.guardian,
        relation=one.relation,
        order=place,
        receives_messages=not barred,
        barred_from=namesake.barred_from if namesake else None,
        barred_until=namesake.barred_until if namesake else None,
        barred_reference=namesake.barred_reference if namesake else "",
    )


def _register(proposals: Sequence[ContactProposal]) -> None:
    changing = {(one.student_id, one.guardian_id): one for one in proposals if one.registration}
    if not changing:
        return
    links = Guardianship.objects.filter(student__in={student for student, _ in changing})
    rows = [link for link in links if (link.student_id, link.guardian_id) in changing]
    for link in rows:
        one = changing[link.student_id, link.guardian_id]
        begins = one.registration == RegistrationChange.BEGIN
        link.registered_on = one.registered_on if begins else None
        link.registered_how = one.registered_how if begins else ""
    update_rows(Guardianship, ("registered_on", "registered_how"), rows)


def _write_addresses(proposals: Sequence[ContactProposal], matches: dict[int, Person]) -> None:
    """What is new in a slot takes the old one's place; somebody who was known already keeps what she has."""
    emptied = Q(pk__in=[])
    contacts: dict[tuple[int, str], Contact] = {}
    people = Person.objects.in_bulk({one.guardian_id for one in proposals if one.guardian_id is not None})
    held = set(Contact.objects.filter(person__in=people).values_list("person_id", "slot"))
    for one in proposals:
        person = people[one.guardian_id or 0]
        for address in one.contacts.all():
            place = (person.pk, address.slot)
            if one.pk in matches and place in held:
                continue
            if address.value:
                new = Address(address.kind, address.value, address.typed)
                contacts[place] = new_contact(person, Slot(address.slot), new)
            else:
                emptied |= Q(person=person, slot=address.slot)
    Contact.objects.filter(emptied).delete()
    Contact.objects.bulk_create(
        contacts.values(),
        update_conflicts=True,
        unique_fields=["person", "slot"],
        update_fields=["kind", "value", "typed"],
    )
