"""Predicates about one object, for `user.has_perm` and for templates; each asks `access`."""

from django.contrib.auth.models import AnonymousUser
from rules.permissions import add_perm
from rules.predicates import predicate

from plumier import access
from plumier.clock import database_today
from plumier.models import School, User

LEAD_SCHOOL = "plumier.lead_school"


def _leads_school(user: User | AnonymousUser, school: School) -> bool:
    today = database_today()
    return isinstance(user, User) and access.schools_led_by(user, today).filter(pk=school.pk).exists()


leads_school = predicate(_leads_school)

add_perm(LEAD_SCHOOL, leads_school)
