"""Predicates about one object, for `user.has_perm` and for templates; each asks `access`."""

from django.contrib.auth.models import AnonymousUser
from rules.permissions import add_perm
from rules.predicates import predicate

from plumier import access
from plumier.clock import database_today
from plumier.models import Group, Person, School, User


def _sees_person(user: User | AnonymousUser, person: Person) -> bool:
    today = database_today()
    return isinstance(user, User) and access.people_visible_to(user, today).filter(pk=person.pk).exists()


def _leads_school(user: User | AnonymousUser, school: School) -> bool:
    today = database_today()
    return isinstance(user, User) and access.schools_led_by(user, today).filter(pk=school.pk).exists()


def _tutors_group(user: User | AnonymousUser, group: Group) -> bool:
    today = database_today()
    return isinstance(user, User) and access.groups_tutored_by(user, today).filter(pk=group.pk).exists()


sees_person = predicate(_sees_person)
leads_school = predicate(_leads_school)
tutors_group = predicate(_tutors_group)

add_perm("plumier.see_person", sees_person)
add_perm("plumier.lead_school", leads_school)
add_perm("plumier.tutor_group", tutors_group)
