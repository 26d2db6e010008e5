"""Mis alumnos (requirement C1): a teacher's own students by tutoría, materia, group and subgroup."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from plumier.access import assignments_of, groups_tutored_by, people_kept_from, students_addressed_by
from plumier.models import Enrolment, Group, Student, SubgroupMember, TeachingAssignment
from plumier.models.policies import Senders
from profesores.models import Page
from profesores.picking.picker import WORDS, Filter, Picker, Row
from profesores.picking.searching import named
from profesores.picking.student_rows import student_rows

CLASS: Final = "clase"
# A tutoría, a subject, or a subject in one group or subgroup: t12, m3, m3g12, m3s5.
_CODE: Final = re.compile(r"(?:t(\d{1,18})|m(\d{1,18})(?:([gs])(\d{1,18}))?)", re.ASCII)


class MyStudents(Picker):
    """Those whom she tutors or teaches today and who are enrolled now.

    What she tutors and teaches is asked once: it is little, and each query for her students is then short.
    """

    page = Page.MINE
    parameters = (CLASS, WORDS)
    nothing = "profesores/students_nothing.html"

    def people(self) -> QuerySet[Student]:
        return self._everybody.all()

    @cached_property
    def _everybody(self) -> QuerySet[Student]:
        return self._in(_groups(self.tutored), self.taught)

    def matching(self, wanted: Filter) -> QuerySet[Student]:
        people = self.people()
        for code in wanted.get(CLASS, [])[:1]:
            people = self._of_class(code)
        for words in wanted.get(WORDS, []):
            people = people.filter(named(words, number="expediente"))
        return people

    def rows(self, found: Sequence[Any]) -> list[Row]:
        return student_rows(self, found)

    def addressed(self) -> QuerySet[Student]:
        return students_addressed_by(self.user, self.today)

    @property
    def writes(self) -> bool:
        """Where tutors alone write (V 2), who only teaches is told so before she picks anybody."""
        teachers_write = self.school.policy.senders == Senders.TEACHERS
        return teachers_write or bool(self.tutored) or self.addressed().filter(school=self.school).exists()

    @property
    def why_not(self) -> str:
        return _("En su centro escribe a las familias el tutor de cada grupo.")

    @cached_property
    def tutored(self) -> list[Group]:
        """The groups whose tutor she is here, by name."""
        return list(groups_tutored_by(self.user, self.today).filter(school=self.school).order_by("name"))

    @cached_property
    def taught(self) -> list[TeachingAssignment]:
        """What she teaches here today, by subject and class."""
        rows = assignments_of(self.user, self.today).filter(school=self.school)
        rows = rows.select_related("subject", "group", "subgroup")
        return list(rows.order_by("subject__name", "group__name", "subgroup__name"))

    @cached_property
    def _kept_from(self) -> list[int]:
        kept = people_kept_from(self.user, self.today).filter(school=self.school, student__isnull=False)
        return list(kept.values_list("student", flat=True))

    def enrolments(self) -> QuerySet[Enrolment]:
        """Those now in force in this school, but of children from whom a court keeps her."""
        now = Enrolment.objects.in_force(self.today).filter(school=self.school, year__is_current=True)
        return now.exclude(student__in=self._kept_from)

    def _in(self, groups: Iterable[int], taught: Iterable[TeachingAssignment]) -> QuerySet[Student]:
        taught = list(taught)
        subgroups = {row.subgroup_id for row in taught if row.subgroup_id}
        classes = Q(group__in={*groups, *(row.group_id for row in taught if row.group_id)})
        if subgroups:
            members = SubgroupMember.objects.filter(subgroup__in=subgroups)
            classes |= Q(pk__in=members.values("enrolment"))
        enrolled = self.enrolments().filter(classes).values("student")
        return Student.objects.filter(pk__in=enrolled).select_related("person")

    def _of_class(self, code: str) -> QuerySet[Student]:
        read = _CODE.fullmatch(code)
        if read is None:
            return Student.objects.none()
        tutored, subject, kind, place = read.groups()
        if tutored:
            return self._in([pk for pk in _groups(self.tutored) if pk == int(tutored)], [])
        taught = [row for row in self.taught if row.subject_id == int(subject)]
        if kind:
            held = "group_id" if kind == "g" else "subgroup_id"
            taught = [row for row in taught if getattr(row, held) == int(place)]
        return self._in([], taught)


def _groups(groups: Iterable[Group]) -> list[int]:
    return [group.pk for group in groups]


@dataclass(frozen=True, slots=True)
class ClassOption:
    """A class to choose: its code in an address, its name, and how many of her students are in it."""

    code: str
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class ClassGroup:
    """The tutorías, or one subject's classes."""

    name: str
    options: list[ClassOption]


def classes_of(picker: MyStudents) -> list[ClassGroup]:
    """Her tutorías, then her subjects by name; the same queries whatever she teaches."""
    inside = _Inside(picker)
    found: list[ClassGroup] = []
    if picker.tutored:
        options = [
            ClassOption(f"t{one.pk}", one.name, len(inside.of_group[one.pk])) for one in picker.tutored
        ]
        found.append(ClassGroup(_("Tutoría"), options))
    by_subject: dict[int, list[TeachingAssignment]] = {}
    for row in picker.taught:
        by_subject.setdefault(row.subject_id, []).append(row)
    return found + [_subject(held, inside) for held in by_subject.values()]


class _Inside:
    """The enrolments in each group and subgroup."""

    def __init__(self, picker: MyStudents) -> None:
        groups = {*_groups(picker.tutored), *(row.group_id for row in picker.taught if row.group_id)}
        subgroups = {row.subgroup_id for row in picker.taught if row.subgroup_id}
        self.of_group: dict[int, set[int]] = {pk: set() for pk in groups}
        self.of_subgroup: dict[int, set[int]] = {pk: set() for pk in subgroups}
        enrolled = picker.enrolments()
        for group, enrolment in enrolled.filter(group__in=groups).values_list("group_id", "pk"):
            self.of_group[group].add(enrolment)
        members = SubgroupMember.objects.filter(subgroup__in=subgroups, enrolment__in=enrolled.values("pk"))
        for subgroup, enrolment in members.values_list("subgroup_id", "enrolment_id"):
            self.of_subgroup[subgroup].add(enrolment)

    def of(self, row: TeachingAssignment) -> set[int]:
        return self.of_group[row.group_id] if row.group_id else self.of_subgroup[row.subgroup_id or 0]


def _subject(rows: list[TeachingAssignment], inside: _Inside) -> ClassGroup:
    """A subject taught in several classes can be chosen as one."""
    subject, options = rows[0].subject, {}
    for row in rows:
        kind = f"g{row.group_id}" if row.group_id else f"s{row.subgroup_id}"
        code = f"m{subject.pk}{kind}"
        options[code] = ClassOption(code, str(row.group or row.subgroup), len(inside.of(row)))
    whole = []
    if len(options) > 1:
        number = len(set().union(*(inside.of(row) for row in rows)))
        whole = [ClassOption(f"m{subject.pk}", _("Todos los grupos"), number)]
    return ClassGroup(subject.name, [*whole, *options.values()])
