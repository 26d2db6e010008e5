"""What families and students have in Notica, which they read in Mirador (requirements B1, A3, D5)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable

from notica.choices import Audience
from notica.kinds import MEETING
from notica.models import InboxEntry, RecipientAbout
from plumier.family_access import Child
from plumier.models import Person, User

Keys = Collection[int] | QuerySet[Any, Any]


@dataclass(frozen=True, slots=True)
class FamilyReader:
    """Who reads in Mirador: about which children, as which persons of hers (ids), at which moment."""

    user: User
    now: datetime
    children: tuple[Child, ...]
    people: tuple[int, ...]

    @property
    def entries(self) -> QuerySet[InboxEntry]:
        """What she has."""
        return family_entries(self.people, [child.pk for child in self.children], self.now)

    @property
    def named(self) -> frozenset[str]:
        """The children whom a text may name to her, by their ids as text."""
        return frozenset(str(child.pk) for child in self.children)

    @property
    def in_several_schools(self) -> bool:
        """Whether her children go to more than one."""
        return len({child.student.school_id for child in self.children}) > 1


def family_reader(user: User, children: Sequence[Child], now: datetime) -> FamilyReader:
    """The reader about these children, about whom she reads today; one query."""
    people = persons_of(user, [child.pk for child in children]).order_by("pk")
    return FamilyReader(user, now, tuple(children), tuple(people.values_list("pk", flat=True)))


def persons_of(user: User, students: Keys) -> QuerySet[Person]:
    """As whom this user has what is about these students: as one of them, or as who answers for some."""
    hers = Q(student__in=students) | Q(guardianships__student__in=students)
    return Person.objects.filter(hers, user=user).distinct()


def family_entries(people: Keys, students: Keys, now: datetime | Combinable) -> QuerySet[InboxEntry]:
    """What these people (ids), who are one user, have as a family at a moment about these students (ids).

    Not what is not there yet, was cancelled before, is over, or is about other students alone: those from whom a court
    keeps her by now, and those for whom she answers no more. What is about nobody is hers.
    """
    entries = InboxEntry.objects.filter(person__in=people, created_at__lte=now, expires_at__gt=now)
    shown = Q(message__cancelled_at__isnull=True) | Q(message__cancelled_at__gt=F("created_at"))
    # A call to a meeting goes to the members of a body, some of whom are parents or students.
    hers = Q(message__to__in=(Audience.FAMILY, Audience.STUDENT)) | Q(message__kind=MEETING)
    entries = entries.filter(shown, hers)
    entries = entries.alias(about=one_about(), about_hers=one_about(student__in=students))
    return entries.filter(Q(about_hers__isnull=False) | Q(about__isnull=True))


def one_about(**which: Any) -> Subquery:
    """For entries: a student whom it is about, of those that are asked for; empty if there is none.

    As one value found in the recipient's own index: the planner would else read the students of
    all there ever was.
    """
    about = RecipientAbout.objects.filter(recipient=OuterRef("recipient"), **which)
    return Subquery(about.order_by().values("pk")[:1])


def children_of_entries(entries: Sequence[InboxEntry], children: Sequence[Child]) -> dict[int, list[Child]]:
    """By entry, those of these children whom it is about, in their order; one query for all."""
    rows = RecipientAbout.objects.filter(recipient__in=[entry.recipient_id for entry in entries])
    pairs = set(rows.values_list("recipient_id", "student_id"))
    return {
        entry.pk: [child for child in children if (entry.recipient_id, child.pk) in pairs]
        for entry in entries
    }
