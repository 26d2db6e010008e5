"""The page of a school's channels, for who leads it."""

from zoneinfo import ZoneInfo

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from notica.channel_overview import all_accounts, overview_of
from notica.channel_refresh import ask_for_round
from plumier.access import may_administer, schools_led_by
from plumier.clock import database_now, database_today
from plumier.policies import policy, user_of
from plumier.proposals.pages import number_of

STILL = "quieta"  # asks for a page that does not load itself again
PACE_MOVING, PACE_AT_REST = 10, 60  # seconds until the page loads itself again


@require_safe
@policy(may_administer)
def channels(request: HttpRequest) -> HttpResponse:
    """How the accounts of one of her schools stand and whom each channel reaches; to superusers also all accounts."""
    user = user_of(request)
    led = schools_led_by(user, database_today()).order_by("name", "pk")
    chosen = number_of(request.GET.get("centro", ""))
    school = get_object_or_404(led, pk=chosen) if chosen else led.first()
    now = database_now()
    with timezone.override(ZoneInfo(school.time_zone) if school else None):
        found = overview_of(school, now) if school else None
        accounts = all_accounts(now) if user.is_superuser else []
        moves = any(card.moves for card in accounts) or (found is not None and found.moves)
        pace = PACE_MOVING if moves else PACE_AT_REST
        context = {
            "schools": led[:200],
            "found": found,
            "accounts": accounts,
            "reloads": pace if STILL not in request.GET else None,
        }
        response = render(request, "notica/channels.html", context)
    if context["reloads"]:
        response["Refresh"] = str(pace)
    return response


@require_POST
@policy(may_administer)
def refresh_school(request: HttpRequest, school_id: int) -> HttpResponse:
    """Have a school's phones asked about now, in a job."""
    school = get_object_or_404(schools_led_by(user_of(request), database_today()), pk=school_id)
    ask_for_round(school, now=database_now())
    notices.success(request, _("Se está preguntando a los canales. Recargue la página en unos segundos."))
    response = redirect("notica:channels")
    response["Location"] += f"?centro={school.pk}"
    return response
