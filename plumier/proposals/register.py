"""What the register says today of the guardians whom changes are about, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from plumier.importing.recognising import name_of
from plumier.importing.snapshot import is_barred
from plumier.importing.whose import Address
from plumier.models import Contact, Guardianship, Slot
from plumier.proposals.reading import SLOTS, Known

Pair = tuple[int, int]  # student, guardian


def known_guardians(students: Iterable[int], today: date) -> dict[int, list[Known]]:
    """By student, who answers for her, in the register's order. `barred` counts orders that are still to begin."""
    links = list(
        Guardianship.objects.filter(student__in=list(students))
        .select_related("guardian")
        .order_by("student_id", "order", "id")
    )
    addresses: dict[int, dict[Slot, Address]] = defaultdict(dict)
    contacts = Contact.objects.filter(person__in={link.guardian_id for link in links}, slot__in=SLOTS)
    for contact in contacts:
        addresses[contact.person_id][Slot(contact.slot)] = Address(contact.kind, contact.value, contact.typed)
    found: dict[int, list[Known]] = defaultdict(list)
    for link in links:
        found[link.student_id].append(
            Known(
                student_id=link.student_id,
                guardian_id=link.guardian_id,
                name=name_of(link.guardian),
                relation=link.relation,
                registered_on=link.registered_on,
                addresses=addresses[link.guardian_id],
                link_id=link.pk,
                barred=is_barred(link, today),
            )
        )
    return found


def by_pair(known: dict[int, list[Known]]) -> dict[Pair, Known]:
    """The same by student and guardian."""
    return {(one.student_id, one.guardian_id): one for group in known.values() for one in group}
