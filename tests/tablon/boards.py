"""Notices as tests make them."""

from datetime import date, timedelta
from typing import Any

from django.test import Client

from plumier.access import services_worked_in
from plumier.clock import database_now, database_today
from plumier.models import School, Service, User
from tablon.actions import make_notice, publish_notice
from tablon.models import Notice
from tablon.written import Written


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def service_of(user: User) -> Service:
    return services_worked_in(user, database_today()).get()


def written(**fields: Any) -> Written:
    today: date = database_today()
    values = {
        "readers": "families",
        "title": "Jornada de puertas abiertas",
        "text": "El jueves **a las 18:00**.",
        "starts_on": today,
        "ends_on": today + timedelta(days=7),
        "schools": frozenset(),
        **fields,
    }
    return Written(**values)


def post(by: User, owner: School | Service, *, draft: bool = False, **fields: Any) -> Notice:
    """A notice on the boards; a service's on those of `schools`."""
    if "schools" in fields:
        fields["schools"] = frozenset(school.pk for school in fields["schools"])
    now = database_now()
    notice = make_notice(written(**fields), owner, by=by, now=now)
    return notice if draft else publish_notice(notice, by=by, now=now)


def posted(**fields: Any) -> dict[str, Any]:
    """What the form sends."""
    today = database_today()
    return {
        "title": "Jornada de puertas abiertas",
        "text": "El jueves **a las 18:00**.",
        "readers": "both",
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=7)).isoformat(),
        **fields,
    }
