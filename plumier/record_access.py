"""Whoever sees somebody's record leaves a note of it, which nobody can change (`RecordAccess`)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db.models import Case, Q, Value, When
from django.http import HttpRequest

from plumier import standing
from plumier.access import colleagues_visible_to
from plumier.clock import database_now
from plumier.models import Enrolment, Guardianship, Person, RecordAccess, Right, User
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
    if user.is_superuser:
        return dict.fromkeys(chosen.values_list("pk", flat=True), Right.SUPERUSER)
    strongest = [When(holds, then=Value(right.value)) for right, holds in _by_right(user, today)]
    found = chosen.annotate(held=Case(*strongest, default=Value(Right.TEACHER.value)))
    return {person: Right(held) for person, held in found.values_list("pk", "held")}


def _by_right(user: User, today: date) -> list[tuple[Right, Q]]:
    """Over whom she has each, from the strongest to the weakest."""
    tutored = Enrolment.objects.filter(group__in=standing.tutored(user, today)).values("student")
    answering = Guardianship.objects.filter(student__in=tutored).values("guardian")
    staff = colleagues_visible_to(user, today).values("pk")
    return [
        (Right.OWN, Q(user=user) | Q(student__in=standing.children(user, today))),
        (Right.LEADER, Q(school__in=standing.led(user, today))),
        (Right.TUTOR, Q(student__in=tutored) | Q(pk__in=answering)),
        (Right.COUNSELLOR, Q(school__in=standing.counselled(user, today), staff__isnull=True)),
        (Right.SERVICE, Q(school__in=standing.served(user, today))),
        (Right.COLLEAGUE, Q(pk__in=staff)),
    ]
