"""Who posts what, and who reads it. Every query starts from the user."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from plumier.access import children_of, schools_led_by, schools_served_by, services_worked_in
from plumier.family_access import students_read_by
from plumier.models import Enrolment, EnrolmentStatus, Guardianship, Student, User
from tablon.choices import Readers
from tablon.days import day_where
from tablon.models import Notice, NoticeSchool

READ_FOR: Final = timedelta(days=365)  # after its last day, by those who could read it then
_FAMILIES, _STUDENTS = (Readers.FAMILIES, Readers.BOTH), (Readers.STUDENTS, Readers.BOTH)


def notices_edited_by(user: User, today: date) -> QuerySet[Notice]:
    """Those of the schools this user leads and of the services where she works."""
    led = Q(school__in=schools_led_by(user, today).values("pk"))
    return Notice.objects.filter(led | Q(service__in=services_worked_in(user, today).values("pk")))


def notices_visible_to(user: User, today: date) -> QuerySet[Notice]:
    """Those, and what was published on the boards of the schools that she leads or serves."""
    above = Q(school__in=schools_led_by(user, today).values("pk"))
    above |= Q(school__in=schools_served_by(user, today).values("pk"))
    there = NoticeSchool.objects.filter(above).values("notice")
    own = notices_edited_by(user, today).values("pk")
    return Notice.objects.filter(Q(pk__in=own) | Q(pk__in=there, published_at__isnull=False))


def notices_for(user: User, now: datetime, student: Student | None = None) -> QuerySet[Notice]:
    """What hangs on the boards of this user's children's schools and of her own as a student, by each school's day.

    A child from whom a court keeps her, and one who has left the school, bring her none. With `student` it is what
    that one of them brings her.
    """
    return _published().filter(_hangs(user, now, student))


def past_notices_for(user: User, now: datetime, student: Student | None = None) -> QuerySet[Notice]:
    """What hung there and is over, for `READ_FOR`: what she could have read on its last day.

    She reads about that child today too, and no court kept her from the child on either day. A child who has left
    since brings it still.
    """
    return _published().filter(_hung(user, now, student))


def notices_read_by(user: User, now: datetime, student: Student | None = None) -> QuerySet[Notice]:
    """All that she may open: what hangs for her, and what did."""
    return _published().filter(Q(_hangs(user, now, student)) | Q(_hung(user, now, student)))


def _published() -> QuerySet[Notice]:
    return Notice.objects.filter(published_at__isnull=False, withdrawn_at__isnull=True)


def _places(now: datetime, read: Q) -> QuerySet[NoticeSchool]:
    """Where a notice hangs, with the `day` it is there."""
    there = NoticeSchool.objects.filter(read, notice=OuterRef("pk"))
    return there.annotate(day=day_where(now, F("school__time_zone")))


def _about(student: Student | None) -> Q:
    return Q(pk=student.pk) if student else Q()


def _hangs(user: User, now: datetime, student: Student | None) -> Exists:
    today = timezone.localdate(now)
    enrolled = Enrolment.objects.in_force(today).filter(year__is_current=True).values("student")
    children = children_of(user, today).filter(_about(student), pk__in=enrolled)
    herself = Student.objects.filter(_about(student), person__user=user, pk__in=enrolled)
    read = Q(school__in=children.values("school"), notice__readers__in=_FAMILIES)
    read |= Q(school__in=herself.values("school"), notice__readers__in=_STUDENTS)
    return Exists(_places(now, read).filter(notice__starts_on__lte=F("day"), notice__ends_on__gte=F("day")))


def _hung(user: User, now: datetime, student: Student | None) -> Exists:
    known = students_read_by(user, timezone.localdate(now)).filter(_about(student))
    last = OuterRef("notice__ends_on")
    here = _enrolled_on_last_day().filter(school=OuterRef("school"), student__in=known.values("pk"))
    kept = Guardianship.objects.filter(guardian__user=user, student=OuterRef("student"))
    kept = kept.barred_on(OuterRef(last))
    herself = Q(student__person__user=user)
    read = Q(Exists(here.exclude(herself).exclude(Exists(kept))), notice__readers__in=_FAMILIES)
    read |= Q(Exists(here.filter(herself)), notice__readers__in=_STUDENTS)
    over = Q(notice__ends_on__lt=F("day"), notice__ends_on__gte=F("day") - READ_FOR)
    theirs = Q(school__in=known.values("school"))  # first, for a service posts to hundreds
    return Exists(_places(now, theirs & read).filter(over))


def _enrolled_on_last_day() -> QuerySet[Enrolment]:
    """Enrolments, beside a `NoticeSchool`, of students who were at the school on the last day of its notice."""
    last = OuterRef("notice__ends_on")
    staying = Q(left_on__isnull=True, status=EnrolmentStatus.ACTIVE) | Q(left_on__gt=last)
    begun = Q(year__starts_on__isnull=True) | Q(year__starts_on__lte=last)
    lasting = Q(year__is_current=True) | Q(year__ends_on__isnull=True) | Q(year__ends_on__gte=last)
    return Enrolment.objects.filter(staying, begun, lasting)
