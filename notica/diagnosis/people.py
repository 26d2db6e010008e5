"""Whom somebody means: by expediente, NRE, document, user name or full name."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from plumier.accounts.names import normal_user_name
from plumier.models import Person
from plumier.names import search_key
from plumier.refusals import Refused

TOLD = 10


def find_person(typed: str, people: QuerySet[Person]) -> Person:
    """The one of these people whom that names. Raises Refused where it is nobody, or several, and says who."""
    text = typed.strip()
    name = search_key(text.replace(",", " "))
    exact = Q(student__expediente=text) | Q(student__nre__iexact=text) | Q(document__iexact=text)
    exact |= Q(user__username__in=[text, normal_user_name(text)])
    found = list(people.filter(exact).distinct().order_by("sort_key", "pk")[: TOLD + 1])
    if not found:
        named = people
        for word in name.split():
            named = named.filter(sort_key__contains=word)
        found = list(named.order_by("sort_key", "pk")[: TOLD + 1]) if name else []
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refused(_("No hay nadie que responda a «%(typed)s».") % {"typed": typed})
    names = "; ".join(_told(person) for person in found[:TOLD])
    raise Refused(_("Hay varias personas: %(names)s. Escriba el expediente o el DNI.") % {"names": names})


def _told(person: Person) -> str:
    student = getattr(person, "student", None)
    return (
        f"{person} ({student.expediente})" if student is not None else f"{person} {person.document}".strip()
    )
