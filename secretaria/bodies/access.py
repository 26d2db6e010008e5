"""Who keeps bodies, who sees which meetings, and as whom. Every query starts from the user."""

from datetime import date

from django.db.models import DateField, Exists, F, Func, OuterRef, Q, QuerySet

from plumier.access import schools_directed_by, schools_using, staff_persons_of
from plumier.family_access import family_persons
from plumier.models import Person, Procedure, School, User
from secretaria.bodies.choices import MeetingState
from secretaria.models import Body, BodyMember, Meeting, MeetingMember

USING = Procedure.BODIES


def may_direct(user: User, school: School, today: date) -> bool:
    """Whether she keeps the bodies of a school: its equipo directivo."""
    return bodies_schools(user, today).filter(pk=school.pk).exists()


def bodies_schools(user: User, today: date) -> QuerySet[School]:
    """Schools whose bodies she keeps."""
    return schools_directed_by(user, today).filter(pk__in=schools_using(USING).values("pk"))


def bodies_kept_by(user: User, today: date) -> QuerySet[Body]:
    """Every body of those schools."""
    return Body.objects.filter(school__in=bodies_schools(user, today).values("pk"))


def meetings_kept_by(user: User, today: date) -> QuerySet[Meeting]:
    """Every meeting of those schools, drafts too."""
    return Meeting.objects.filter(school__in=bodies_schools(user, today).values("pk"))


def called_as(user: User, today: date) -> QuerySet[Person]:
    """As whom she may be called: staff at work, a student, or who answers for one."""
    hers = Q(pk__in=staff_persons_of(user, today).values("pk"))
    hers |= Q(pk__in=family_persons(user).values("pk"))
    return Person.objects.filter(hers, user=user, school__in=schools_using(USING).values("pk"))


def places_of(user: User, today: date) -> QuerySet[MeetingMember]:
    """Her rows among those called; a meeting that is a draft again is nobody's.

    One that takes place after her term in the body is not hers any more, nor are its minutes; of a body that was
    dissolved whoever was called still reads that its meeting is called off.
    """
    people = called_as(user, today).values("pk")
    rows = MeetingMember.objects.filter(person__in=people).exclude(meeting__state=MeetingState.DRAFT)
    on = Func(
        F("meeting__school__time_zone"),
        F("meeting__starts_at"),
        template="(timezone(%(expressions)s))::date",
        output_field=DateField(),
    )
    term = BodyMember.objects.filter(body=OuterRef("meeting__body"), person=OuterRef("person"))
    term = term.filter(Q(held_until__isnull=True) | Q(held_until__gte=OuterRef("held_on")))
    return rows.alias(held_on=on).filter(Q(meeting__body__dissolved_on__isnull=False) | Exists(term))


def meetings_of(user: User, today: date) -> QuerySet[Meeting]:
    """Those to which she was called: whoever joined later or left before sees those of her time alone."""
    mine = places_of(user, today).filter(meeting=OuterRef("pk"))
    return Meeting.objects.filter(Exists(mine))


def meetings_seen_by(user: User, today: date) -> QuerySet[Meeting]:
    """Those and, of a school that she directs, all."""
    kept = Q(pk__in=meetings_kept_by(user, today).values("pk"))
    return Meeting.objects.filter(kept | Q(pk__in=meetings_of(user, today).values("pk")))
