"""Colleagues by what they do: their posts, and the groups that they are tutors of (requirements A4, C3)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from plumier.access import colleagues_at_work, posts_held
from plumier.models import Group, Person, School, User
from plumier.roles import Role

TUTOR: Final = "tutor"  # no post of the register: who has a group


@dataclass(frozen=True, slots=True)
class Cargo:
    """A cargo in use in a school, and how many colleagues hold it."""

    value: str
    name: str
    number: int


class Colleagues:
    """Those with whom a user works in a school today."""

    def __init__(self, user: User, school: School, today: date) -> None:
        self.user = user
        self.school = school
        self.today = today

    def all(self) -> QuerySet[Person]:
        return Person.objects.filter(pk__in=self._everybody)

    @cached_property
    def _everybody(self) -> list[int]:
        """Asked once: they are few, and a page has them a dozen times in its queries."""
        return list(colleagues_at_work(self.user, self.school, self.today).values_list("pk", flat=True))

    def holding(self, cargos: Collection[str], *, only_tutors: bool = False) -> QuerySet[Person]:
        """Those who hold any of these cargos, or all; and of them, if so asked, the tutors alone."""
        found = self.all()
        if only_tutors:
            found = found.filter(Exists(self._tutored()))
        if not cargos:
            return found
        held = posts_held(self.school, self.today).filter(
            person=OuterRef("pk"), role__in=set(cargos) - {TUTOR}
        )
        either = Q(Exists(held)) | Exists(self._tutored()) if TUTOR in cargos else Q(Exists(held))
        return found.filter(either)

    def cargos(self) -> list[Cargo]:
        """Those in use, in the register's order; tutors after the heads of departments. Three queries."""
        seen = self.all().values("pk")
        posts = posts_held(self.school, self.today).filter(person__in=seen)
        numbers = dict(posts.values_list("role").annotate(Count("person", distinct=True)).order_by())
        tutored = Group.objects.filter(school=self.school, year__is_current=True, tutor__in=seen)
        numbers[TUTOR] = tutored.aggregate(number=Count("tutor", distinct=True))["number"]
        return [Cargo(value, name, numbers[value]) for value, name in _named() if numbers.get(value)]

    def duties_of(self, people: Iterable[int]) -> dict[int, list[str]]:
        """What each of these does, in words: posts with their department, and the groups tutored. Two queries."""
        wanted = list(people)
        words: dict[int, list[str]] = {person: [] for person in wanted}
        posts = posts_held(self.school, self.today).filter(person__in=wanted).select_related("department")
        order = [role.value for role in Role]
        for post in sorted(posts, key=lambda one: (order.index(one.role), one.pk)):
            label = str(post.get_role_display())
            words[post.person_id].append(f"{label} ({post.department})" if post.department else label)
        groups = Group.objects.filter(school=self.school, year__is_current=True, tutor__in=wanted)
        for group in groups.order_by("stage_id", "name"):
            assert group.tutor_id is not None
            words[group.tutor_id].append(_("Tutoría de %(group)s") % {"group": group.name})
        return {person: list(dict.fromkeys(said)) for person, said in words.items()}

    def _tutored(self) -> QuerySet[Group]:
        return Group.objects.filter(school=self.school, year__is_current=True, tutor=OuterRef("pk"))


def _named() -> Iterable[tuple[str, str]]:
    for role in Role:
        yield role.value, str(role.label)
        if role == Role.HEAD_OF_DEPARTMENT:
            yield TUTOR, _("Tutor")
