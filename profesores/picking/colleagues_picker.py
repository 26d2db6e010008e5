"""Mis compañeros: who works in the same school today (requirement C3)."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from notica.choices import Audience
from plumier.models import Person, School, User
from profesores.models import Page
from profesores.picking.cargos import Colleagues
from profesores.picking.chips import marks_of_people
from profesores.picking.picker import WORDS, Filter, Picker, Row
from profesores.picking.searching import named

CARGO: Final = "cargo"
TEACHING: Final = "docentes"
ONLY_TUTORS: Final = "tutores"


class ColleaguesPicker(Picker):
    """Staff write to staff: everybody on the page may be written to. Of their addresses only the channel is shown."""

    page = Page.COLLEAGUES
    parameters: ClassVar[tuple[str, ...]] = (WORDS, CARGO, TEACHING)
    person = ""
    nothing = "profesores/colleagues_none.html"
    one_only = _("SMS: elija un solo compañero")
    gives_data = False

    def __init__(self, user: User, school: School, today: date, to: Audience = Audience.STAFF) -> None:
        super().__init__(user, school, today, Audience.STAFF)
        self.colleagues = Colleagues(user, school, today)

    def people(self) -> QuerySet[Person]:
        return self.colleagues.all().select_related("staff__department")

    def addressed(self) -> QuerySet[Person]:
        return self.colleagues.all()

    def matching(self, wanted: Filter) -> QuerySet[Person]:
        """By name, by cargos (any of them), and the tutors alone."""
        teaching = wanted.get(TEACHING, [])
        held = self.colleagues.holding(wanted.get(CARGO, []), only_tutors=teaching == [ONLY_TUTORS])
        found = self.people().filter(pk__in=held.order_by().values("pk"))
        if teaching not in ([], [ONLY_TUTORS]):
            return found.none()
        for words in wanted.get(WORDS, []):
            found = found.filter(named(words, ""))
        return found

    def rows(self, found: Sequence[Person]) -> list[Row]:
        ids = [person.pk for person in found]
        duties, marks = self.colleagues.duties_of(ids), marks_of_people(self.school, ids)
        return [
            Row(
                person.pk,
                str(person),
                " · ".join([*duties[person.pk], *_department(person, duties[person.pk])]),
                marks=marks[person.pk],
            )
            for person in found
        ]


def _department(person: Person, said: list[str]) -> list[str]:
    """Of which department she is, unless her post says it."""
    name = str(person.staff.department or "")
    return [] if not name or any(f"({name})" in words for words in said) else [name]
