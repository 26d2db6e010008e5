"""A lost phone or key: whoever leads the school takes somebody's second factor off, and she adds another.

The library's own pages of keys, addresses and sessions are left out: they are about no school.
"""

from typing import Any, Final

import allauth.account.admin
import allauth.mfa.admin
import allauth.usersessions.admin  # noqa: F401  # registered, so that they can be left out
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy, ngettext

from plumier.leadership import leadership
from plumier.models import Person, User
from plumier.record_access import note

PAGE: Final = "second_factor"  # in the log of who was at whose record

for _model in (EmailAddress, Authenticator, UserSession):
    admin.site.unregister(_model)


@admin.action(description=gettext_lazy("Quitar el segundo factor (teléfono o llave perdidos)"))
def drop_second_factor(
    page: ModelAdmin[Any], request: HttpRequest, rows: QuerySet[Any]
) -> HttpResponse | None:
    """Of those who have one, after a page that says of how many; it is noted of whom and by whom."""
    people = rows if rows.model is Person else Person.objects.filter(pk__in=rows.values("person"))
    users = _users(request, people)
    if "confirmed" not in request.POST:
        context = {
            **page.admin_site.each_context(request),
            "title": str(drop_second_factor.short_description),  # type: ignore[attr-defined]
            "opts": page.opts,
            "number": users.count(),
            "checkbox": ACTION_CHECKBOX_NAME,
            "action": "drop_second_factor",
            "chosen": list(rows.values_list("pk", flat=True)),
        }
        return TemplateResponse(request, "admin/plumier/second_factor_confirm.html", context)
    note(request, people.filter(user__in=users), PAGE)
    number = users.count()
    Authenticator.objects.filter(user__in=list(users)).delete()
    text = ngettext(
        "Quitado a %(number)d persona. Entra con su contraseña y añade otro.",
        "Quitado a %(number)d personas. Entran con su contraseña y añaden otro.",
        number,
    )
    messages.success(request, text % {"number": number})
    return None


def _users(request: HttpRequest, people: QuerySet[Person]) -> QuerySet[User]:
    """Who has one and is of this user's schools alone: nobody reaches into another school, nor to a superuser."""
    with_one = Authenticator.objects.values("user")
    users = User.objects.filter(pk__in=people.values("user"), is_superuser=False).filter(pk__in=with_one)
    lead = leadership(request)
    if lead.everything:
        return users
    elsewhere = Person.objects.exclude(school__in=lead.schools).filter(user__isnull=False)
    return users.exclude(pk__in=elsewhere.values("user"))
