"""The page of a school's channels, for who leads it."""

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from notica.channel_overview import overview_of
from notica.channel_refresh import ask_for_round
from plumier.access import may_administer, schools_led_by
from plumier.clock import database_now, database_today
from plumier.policies import policy, user_of
from plumier.proposals.pages import number_of


@require_safe
@policy(may_administer)
def channels(request: HttpRequest) -> HttpResponse:
    """How many addresses each channel reaches in one of her schools, and how its accounts stand."""
    led = schools_led_by(user_of(request), database_today()).order_by("name", "pk")
    chosen = number_of(request.GET.get("centro", ""))
    school = get_object_or_404(led, pk=chosen) if chosen else led.first()
    context = {
        "schools": led[:200],
        "found": overview_of(school, database_now()) if school is not None else None,
    }
    return render(request, "notica/channels.html", context)


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
