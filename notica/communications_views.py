"""«Resumen de comunicaciones», for whoever is logged in (requirement E10)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from notica.communications import summary_of
from notica.kinds import KINDS
from plumier.policies import LOGGED_IN, policy


@require_safe
@policy(LOGGED_IN)
def summary(request: HttpRequest) -> HttpResponse:
    """What is sent here to whom, by which ways and how long it is kept."""
    return render(request, "notica/summary.html", {"groups": summary_of(KINDS.values())})
