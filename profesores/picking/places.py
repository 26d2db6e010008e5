"""Parts of a school that students are picked by: a stage, a level, a group, a subgroup."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import cached_property

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from plumier.access import groups_visible_to, schools_led_by, students_kept_from
from plumier.models import Enrolment, Group, School, Student, Subgroup, User
from profesores.picking.levels import level_of
from profesores.picking.tree import Leaf, Node, grow


class Places:
    """The groups of a school's current year, for whoever leads the school; asked for once."""

    def __init__(self, user: User, school: School, today: date) -> None:
        self.user = user
        self.school = school
        self.today = today

    @cached_property
    def groups(self) -> list[Group]:
        """In the order of the tree."""
        seen = groups_visible_to(self.user, self.today).filter(school=self.school)
        return list(seen.select_related("stage").order_by("stage_id", "name", "pk"))

    @cached_property
    def subgroups(self) -> list[Subgroup]:
        return list(Subgroup.objects.filter(school=self.school, year__is_current=True).order_by("name", "pk"))

    def students(self) -> QuerySet[Student]:
        """All of this school, gone ones too, from whom no court keeps her; nobody for who does not lead it."""
        return self._everybody.all()

    @cached_property
    def _everybody(self) -> QuerySet[Student]:
        """What `plumier.access.students_led_by` says, asked once: a page has it a dozen times in its queries."""
        if not schools_led_by(self.user, self.today).filter(pk=self.school.pk).exists():
            return Student.objects.none()
        kept = students_kept_from(self.user, self.today).filter(school=self.school)
        return Student.objects.filter(school=self.school).exclude(
            pk__in=list(kept.values_list("pk", flat=True))
        )

    def enrolments_of(self, place: str) -> Q:
        """Which enrolments are of a place: `etapa:3`, `nivel:3:1º ESO`, `grupo:17`, `subgrupo:4`.

        One that is not of this school has nobody.
        """
        kind, _colon, rest = place.partition(":")
        if kind == "subgrupo":
            found = [one.pk for one in self.subgroups if str(one.pk) == rest]
            return Q(memberships__subgroup__in=found)
        return Q(group__in=self._groups_of(kind, rest))

    def order(self) -> list[str]:
        """All parts of the school, from above."""
        leaves = (Leaf(one.stage_id, "", one.pk, one.name, 0, 0) for one in self.groups)
        return [
            *(node.value for root in grow(leaves) for node in root.walk()),
            *(f"subgrupo:{one.pk}" for one in self.subgroups),
        ]

    def _groups_of(self, kind: str, rest: str) -> list[int]:
        if kind == "etapa":
            return [one.pk for one in self.groups if str(one.stage_id) == rest]
        if kind == "nivel":
            return [one.pk for one in self.groups if f"{one.stage_id}:{level_of(one.name)}" == rest]
        return [one.pk for one in self.groups if kind == "grupo" and str(one.pk) == rest]

    def tree(self, members: QuerySet[Student] | None = None) -> list[Node]:
        """Stages, levels and groups, and the subgroups: how many students each has, and how many are `members`.

        The same number of queries for any number of groups.
        """
        enrolled = Enrolment.objects.in_force(self.today).filter(
            school=self.school,
            year__is_current=True,
            student__in=self.students().order_by().values("pk"),
        )
        chosen = Q(pk__in=[]) if members is None else Q(student__in=members.order_by().values("pk"))
        return [*self._stages(enrolled, chosen), *self._optional(enrolled, chosen)]

    def _stages(self, enrolled: QuerySet[Enrolment], chosen: Q) -> list[Node]:
        total, picked = _counted(enrolled.values_list("group"), chosen)
        return grow(
            Leaf(one.stage_id, str(one.stage), one.pk, one.name, total[one.pk], picked[one.pk])
            for one in self.groups
        )

    def _optional(self, enrolled: QuerySet[Enrolment], chosen: Q) -> Iterable[Node]:
        """What is taught together across groups: one branch, which is no place by itself."""
        if not self.subgroups:
            return []
        total, picked = _counted(enrolled.values_list("memberships__subgroup"), chosen)
        leaves = [
            Node(f"subgrupo:{one.pk}", one.name, total[one.pk], picked[one.pk]) for one in self.subgroups
        ]
        return [Node("", _("Subgrupos"), children=leaves)]


def _counted(enrolled: QuerySet[Enrolment, tuple[int]], chosen: Q) -> tuple[Counter[int], Counter[int]]:
    rows = list(enrolled.annotate(total=Count("pk"), picked=Count("pk", filter=chosen)).order_by())
    return Counter({row[0]: row[1] for row in rows}), Counter({row[0]: row[2] for row in rows})
