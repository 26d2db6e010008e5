"""Who reviews changes of contacts in a school, and who hands in those of new pupils (requirement A6)."""

from datetime import date

from django.db.models import Q, QuerySet

from plumier.access import posts_of, schools_led_by
from plumier.models import Post, School, Staff, User
from plumier.roles import WHOLE_SCHOOL, Role
from plumier.standing import at_work, within


def _office_posts(today: date) -> QuerySet[Post]:
    """Posts of CGCN offices at work: where there is one, it alone reviews changes of contacts (V 1, V 2)."""
    working = Staff.objects.filter(at_work(today), person__user__is_active=True)
    return Post.objects.filter(within(today), role=Role.CGCN, person__in=working.values("person"))


def schools_reviewed_by(user: User, today: date) -> QuerySet[School]:
    """Schools where this user reviews changes of contacts: as their CGCN office, or as who leads one without it."""
    if user.is_superuser:
        return School.objects.all()
    own = posts_of(user, [Role.CGCN], today).values("school_id")
    led = schools_led_by(user, today).exclude(pk__in=_office_posts(today).values("school_id"))
    return School.objects.filter(Q(pk__in=own) | Q(pk__in=led.values("pk")))


def reviewers_of(school: School, today: date) -> QuerySet[User]:
    """Who reviews changes of contacts in a school by her post."""
    working = Staff.objects.filter(at_work(today), school=school, person__user__is_active=True)
    office = _office_posts(today).filter(school=school)
    leading = Post.objects.filter(within(today), role__in=WHOLE_SCHOOL, person__in=working.values("person"))
    posts = office if office.exists() else leading
    return User.objects.filter(pk__in=posts.values("person__user"))


def schools_admitted_to_by(user: User, today: date) -> QuerySet[School]:
    """Schools where this user hands in the contacts of new pupils: Đào tạo (V 1), and who leads it."""
    training = posts_of(user, [Role.TRAINING], today).values("school_id")
    return School.objects.filter(Q(pk__in=training) | Q(pk__in=schools_led_by(user, today).values("pk")))
