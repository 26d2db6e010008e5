"""Alumnos centro: the students of a whole school, for whoever acts for it (requirement C2)."""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import ClassVar, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest

from notica.choices import Audience
from notica.marks import Mark
from plumier.access import schools_led_by, students_addressed_by
from plumier.addressing import schools_addressed_by
from plumier.clock import database_today
from plumier.models import Enrolment, EnrolmentStatus, School, Student, User
from plumier.policies import user_of
from profesores.models import Page
from profesores.picking.expedientes import Recognised, recognise, spellings
from profesores.picking.picker import WORDS, Filter, Picker, Row
from profesores.picking.places import Places
from profesores.picking.searching import named
from profesores.picking.student_rows import student_rows
from profesores.school import PARAMETER, keep_school, school_asked_for

PLACE: Final = "de"  # a part of the school, as `places` calls it
STATE: Final = "estado"  # of the enrolment
GONE: Final = "bajas"
EVERYBODY: Final = "todos"


def led_school(request: HttpRequest) -> School:
    """The school of a page for who leads one: the current one, else the first that she leads.

    Http404 if the address names one that she does not lead, or she leads none.
    """
    led = schools_led_by(user_of(request), database_today())
    school = school_asked_for(request)
    if led.filter(pk=school.pk).exists():
        if PARAMETER in request.GET:
            keep_school(request, school)
        return school
    first = None if PARAMETER in request.GET else led.select_related("policy").order_by("name", "pk").first()
    if first is None:
        raise Http404
    keep_school(request, first)  # the bar says whose students these are
    return first


class SchoolPicker(Picker):
    """Whoever is or was a student of the school; a filter that says nothing of the enrolment means who is here."""

    page = Page.SCHOOL
    parameters: ClassVar[tuple[str, ...]] = (WORDS, PLACE, STATE)
    nothing = "profesores/school_students_none.html"

    def __init__(self, user: User, school: School, today: date, to: Audience = Audience.FAMILY) -> None:
        super().__init__(user, school, today, to)
        self.places = Places(user, school, today)

    def people(self) -> QuerySet[Student]:
        return self.places.students().select_related("person")

    def addressed(self) -> QuerySet[Student]:
        """All of it for whom the school lets write to all of it, else those of her own groups (C2; V 2)."""
        students = self.places.students()
        return students if self._whole else students.filter(pk__in=self._own().order_by().values("pk"))

    @property
    def writes(self) -> bool:
        """Whether the ways are hers here: a board may see everybody and write to nobody."""
        return self._whole or self._own().exists()

    @cached_property
    def _whole(self) -> bool:
        return schools_addressed_by(self.user, self.today).filter(pk=self.school.pk).exists()

    def _own(self) -> QuerySet[Student]:
        return students_addressed_by(self.user, self.today).filter(school=self.school)

    def matching(self, wanted: Filter) -> QuerySet[Student]:
        """By name, expediente or NRE, by parts of the school (any of them) and by how they are enrolled."""
        found = self.people()
        for words in wanted.get(WORDS, []):
            found = found.filter(named(words, number="expediente") | Q(nre__istartswith=words))
        return found.filter(self._enrolled(wanted))

    def together(self, filters: list[Filter]) -> list[Filter]:
        """Parts of the school that are else asked for alike as one filter with all of them."""
        found: list[Filter] = []
        places: dict[str, set[str]] = {}
        for one in filters:
            rest = {name: values for name, values in one.items() if name != PLACE}
            if PLACE not in one:
                found.append(one)
            else:
                places.setdefault(json.dumps(rest, sort_keys=True), set()).update(one[PLACE])
        return [*found, *({**json.loads(rest), PLACE: sorted(some)} for rest, some in places.items())]

    def _enrolled(self, wanted: Filter) -> Q:
        own = Enrolment.objects.filter(student=OuterRef("pk"), year__is_current=True)
        here = own.in_force(self.today)
        places = wanted.get(PLACE, [])
        if places:
            there = Q(pk__in=[])
            for place in places:
                there |= self.places.enrolments_of(place)
            own, here = own.filter(there), here.filter(there)
        states = set(wanted.get(STATE, [])) or {""}
        found = Q(pk__in=[])
        if "" in states:
            found |= Q(Exists(here))
        if GONE in states:
            gone = ~Exists(
                Enrolment.objects.in_force(self.today).filter(student=OuterRef("pk"), year__is_current=True)
            )
            found |= Q(gone) & Q(Exists(own)) if places else Q(gone)
        if EVERYBODY in states:
            found |= Q(Exists(own)) if places else Q(pk__isnull=False)
        return found

    def rows(self, found: Sequence[Student]) -> list[Row]:
        """With the NRE, and who is not enrolled any more is marked so."""
        ids = [student.pk for student in found]
        enrolled = Enrolment.objects.in_force(self.today).filter(student__in=ids, year__is_current=True)
        here = set(enrolled.values_list("student_id", flat=True))
        gone = Mark(str(EnrolmentStatus.WITHDRAWN.label), "minus", "warn")
        return [
            replace(
                row,
                about=" · ".join(filter(None, (row.about, student.nre and f"NRE {student.nre}"))),
                marks=row.marks if student.pk in here else [gone],
            )
            for student, row in zip(found, student_rows(self, found), strict=True)
        ]

    def recognised(self, words: list[str]) -> Recognised:
        """Whose these expedientes are. One query."""
        known = (
            self.people().filter(expediente__in=spellings(words)).order_by().values_list("expediente", "pk")
        )
        return recognise(words, dict(known))

    def gone(self, ids: Collection[int]) -> int:
        """How many of these are not enrolled any more: nobody writes to them."""
        return self.matching({STATE: [GONE]}).filter(pk__in=ids).count()
