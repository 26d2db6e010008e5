"""The staff of a school as other files name them: by DNI, e-mail or name."""

from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _

from plumier.importing.documents import read_document
from plumier.importing.forms import FormRow
from plumier.importing.snapshot import Known
from plumier.models import Contact, Person, School, Slot, Staff
from plumier.names import Name, comparison_key, read_name

WHO = {
    "document": (
        "dni",
        "nif",
        "nie",
        "dni nif",
        "documento",
        "dni pasaporte",
        "dni profesor",
        "dni docente",
        "dni tutor",
    ),
    "email": ("email", "email oficial", "email profesor", "email docente", "usuario"),
    "person": (
        *(
            "profesor",
            "profesora",
            "profesor a",
            "docente",
            "profesorado",
            "persona",
            "empleado",
            "empleado a",
        ),
        *(
            "apellidos y nombre",
            "apellidos nombre",
            "nombre y apellidos",
            "nombre completo",
            "nombre",
            "tutor",
            "tutor a",
        ),
        *("giao vien", "ho va ten", "ho ten", "gvcn", "gvbm"),
    ),
}


class Colleagues:
    """Who works in a school. Nobody is found whom two could be, nor against a different DNI."""

    def __init__(self, school: School) -> None:
        self._school = school
        self.people: dict[int, Known] = {}
        self._by: dict[str, set[int]] = defaultdict(set)
        self._documents: dict[int, str] = {}
        members = Staff.objects.filter(school=school).select_related("person", "department")
        for member in members:
            self.add(member.person)
        for contact in Contact.objects.filter(person__in=list(self.people)):
            known = self.people[contact.person_id]
            contact.person = known.person
            known.contacts[Slot(contact.slot)] = contact
            if contact.value:
                self._by[f"@{contact.value.casefold()}"].add(contact.person_id)

    def add(self, person: Person) -> None:
        """Add somebody who has a key."""
        self.people[person.pk] = Known(person)
        self._documents[person.pk] = read_document(person.document, self._school.phone_region).key
        self._by[f"#{self._documents[person.pk]}"].add(person.pk)
        self._by[comparison_key(Name(person.given_name, person.surname))].add(person.pk)

    def find(self, document: str, addresses: Iterable[str], name: Name) -> Known | None:
        """Find somebody by the first of these that only she has."""
        key = read_document(document, self._school.phone_region).key
        ways = [f"#{key}" if key else "", *(f"@{address.casefold()}" for address in addresses if address)]
        for way in (*ways, comparison_key(name)):
            found = self._by.get(way, set()) if way else set()
            fitting = [pk for pk in found if not key or self._documents[pk] in ("", key)]
            if len(fitting) == 1:
                return self.people[fitting[0]]
        return None

    def named_in(self, row: FormRow) -> Person | None:
        """Give whom a row names; nobody, or one of two, is an error of the row."""
        person, document, email = row.text("person"), row.text("document"), row.text("email")
        known = self.find(document, [email], read_name(person))
        if known is None:
            named = next((name for name in ("document", "email", "person") if row.text(name)), "person")
            row.error(named, _("No se sabe quién es: nadie del personal, o más de uno, tiene este dato."))
        return known.person if known else None
