"""Who writes about whom, and who reads it (requirement E4). Every query starts from the user.

A record is its author's, the tutor's of the pupil's group and the management's (equipo directivo): of nobody else,
whatever she acts for in the school. By her post nobody reads or annuls one of her own child: what its family is told
of it she reads as its family does.
"""

from datetime import date

from django.db.models import Q, QuerySet

from convivencia.models import BehaviourRecord
from plumier import standing
from plumier.access import (
    groups_tutored_by,
    schools_directed_by,
    schools_using,
    schools_worked_in,
    students_attended_by,
    students_kept_from,
)
from plumier.models import Enrolment, Procedure, School, Student, User


def enrolments_written_of(user: User, school: School, today: date) -> QuerySet[Enrolment]:
    """The pupils of whom she may write: whom she attends, who are here today, from whom no court keeps her."""
    attended = students_attended_by(user, today).filter(school=school)
    return Enrolment.objects.in_force(today).filter(
        year__is_current=True, student__in=attended.order_by().values("pk")
    )


def records_seen_by(user: User, today: date) -> QuerySet[BehaviourRecord]:
    """Hers, those of the groups of which she is the tutor, those of schools that she directs; of none kept from her.

    One that is annulled is left to its author and to who directs the school.
    """
    own = Q(author=user, school__in=schools_worked_in(user, today).order_by().values("pk"))
    directed = Q(school__in=schools_directed_by(user, today).order_by().values("pk"))
    tutored = Q(enrolment__student__in=_tutored(user, today).values("pk"), annulled_at__isnull=True)
    by_post = (directed | tutored) & ~Q(enrolment__student__in=standing.her_own(user))
    rows = BehaviourRecord.objects.filter(
        own | by_post, school__in=schools_using(Procedure.BEHAVIOUR).values("pk")
    )
    return rows.exclude(enrolment__student__in=students_kept_from(user, today).values("pk"))


def _tutored(user: User, today: date) -> QuerySet[Student]:
    """The students who are in her group today: what was written of them before they came to it is hers to know."""
    groups = groups_tutored_by(user, today).values("pk")
    here = Enrolment.objects.in_force(today).filter(group__in=groups)
    return Student.objects.filter(pk__in=here.values("student"))


def students_followed_by(user: User, today: date) -> QuerySet[Student]:
    """Of whom she may open the history: whom she attends. What stands in it is `records_seen_by`'s."""
    return students_attended_by(user, today).filter(
        school__in=schools_using(Procedure.BEHAVIOUR).values("pk")
    )


def may_correct(user: User, record: BehaviourRecord) -> bool:
    """Its author, of one that stands; the caller has asked whether she sees it."""
    return record.author_id == user.pk and not record.is_annulled


def may_annul(user: User, record: BehaviourRecord, today: date) -> bool:
    """Its author, and who directs the school; the caller has asked whether she sees it."""
    if record.is_annulled:
        return False
    return record.author_id == user.pk or _directs(user, record, today)


def _directs(user: User, record: BehaviourRecord, today: date) -> bool:
    return user.is_superuser or record.school_id in set(standing.directed(user, today))
