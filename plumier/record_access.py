"""Whoever sees somebody's record leaves a note of it, which nobody can change (`RecordAccess`)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db.models import QuerySet
from django.http import HttpRequest

from plumier.access import (
    children_of,
    colleagues_visible_to,
    groups_tutored_by,
    schools_counselled_by,
    schools_led_by,
    schools_served_by,
)
from plumier.clock import database_now
from plumier.models import Guardianship, Person, RecordAccess, Right, Student, User
from plumier.policies import user_of


def note(request: HttpRequest, people: Iterable[Person], page: str) -> None:
    """Keep that the user of this request was shown these people's records, where from and by what right.

    The caller has asked `access` whether she may: here is only told why she might.
    """
    shown = {person.pk: person.school_id for person in people}
    note_shown(user_of(request), shown, page, address=request.META.get("REMOTE_ADDR"), now=database_now())


def note_shown(
    user: User, shown: Mapping[int, int], page: str, *, now: datetime, address: str | None = None
) -> None:
    """The same where there is no request: of people, each with her school, by their ids."""
    rights = rights_over(user, shown, now.date())
    RecordAccess.objects.bulk_create(
        RecordAccess(
            school_id=school,
            user_id=user.pk,
            person_id=person,
            page=page,
            right=rights[person],
            address=address or None,
            at=now,
        )
        for person, school in shown.items()
    )


def rights_over(user: User, people: Iterable[int], today: date) -> dict[int, Right]:
    """By person: the strongest right of this user over each; a teacher's where no other is found."""
    chosen = Person.objects.filter(pk__in=list(people))
    found = dict.fromkeys(chosen.values_list("pk", flat=True), Right.TEACHER)
    if user.is_superuser:
        return dict.fromkeys(found, Right.SUPERUSER)
    for right, rows in reversed(_by_right(user, chosen, today)):
        found |= dict.fromkeys(rows.values_list("pk", flat=True), right)
    return found


def _by_right(user: User, chosen: QuerySet[Person], today: date) -> list[tuple[Right, QuerySet[Person]]]:
    """From the strongest to the weakest."""
    tutored = Student.objects.filter(enrolments__group__in=groups_tutored_by(user, today))
    children = children_of(user, today).values("person")
    return [
        (Right.OWN, chosen.filter(user=user) | chosen.filter(pk__in=children)),
        (Right.LEADER, chosen.filter(school__in=schools_led_by(user, today))),
        (Right.TUTOR, chosen.filter(student__in=tutored) | chosen.filter(pk__in=_guardians_of(tutored))),
        (Right.COUNSELLOR, chosen.filter(school__in=schools_counselled_by(user, today), staff__isnull=True)),
        (Right.SERVICE, chosen.filter(school__in=schools_served_by(user, today))),
        (Right.COLLEAGUE, chosen.filter(pk__in=colleagues_visible_to(user, today).values("pk"))),
    ]


def _guardians_of(students: QuerySet[Student]) -> QuerySet[Guardianship, int]:
    return Guardianship.objects.filter(student__in=students).values_list("guardian", flat=True)
