"""«Canales»: her phones and mails, how each stands, a test to one of them, and a chat taken off (B7, B8)."""

from typing import Final
from uuid import uuid4

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mirador.account_forms import TrialForm
from notica.linking.bots import accounts_of
from notica.linking.leaving import leave
from notica.own_channels.showing import OwnAddress, OwnSchool, first_ways, own_contacts, own_schools
from notica.own_channels.trying import send_own_trial, trials_of
from notica.refusals import Refused
from plumier.clock import database_now, database_today
from plumier.family_access import is_family
from plumier.policies import policy, user_of
from plumier.refusals import Refused as NotDone

PACE: Final = 3  # seconds until the tests under way are looked at again
STILL: Final = "quieta"  # asks for a page that does not load itself again


@require_safe
@policy(is_family)
def channels(request: HttpRequest) -> HttpResponse:
    """All of hers, and what came of her tests of the last hour."""
    user, now = user_of(request), database_now()
    trials = trials_of(user, now)
    moves = any(one.moves for one in trials)
    context = {
        "trials": trials,
        "moves": moves,
        "now": now,
        "reloads": PACE if moves and STILL not in request.GET else None,
    }
    if request.htmx and request.htmx.target == "trials":  # type: ignore[attr-defined]
        return render(request, "mirador/account/channels.html#trials", context)
    context |= {"schools": own_schools(user, database_today()), "key": str(uuid4())}
    return render(request, "mirador/account/channels.html", context)


@require_POST
@policy(is_family)
def channel_test(request: HttpRequest) -> HttpResponse:
    """A test to one of her own addresses; 404 for any other."""
    user = user_of(request)
    form = TrialForm(own_contacts(user), request.POST)
    if not form.is_valid():
        raise Http404
    try:
        send_own_trial(form.contact, form.cleaned_data["way"], form.client_key, by=user, now=database_now())
    except Refused as refusal:
        notices.error(request, str(refusal))
        return redirect("mirador:channels")
    response = redirect("mirador:channels")
    response["Location"] += "#trials"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@policy(is_family)
def channel_leave(request: HttpRequest, contact_id: int) -> HttpResponse:
    """What it means to take Telegram off one of her phones; by POST it is done."""
    user = user_of(request)
    school, address = _linked(own_schools(user, database_today()), contact_id)
    if request.method == "POST":
        account = accounts_of([school.school])[school.school.pk]
        try:
            leave(account.pk, address.contact.value, by=user, now=database_now())
        except NotDone as refusal:
            notices.error(request, str(refusal))
        else:
            notices.success(request, _("Telegram está desconectado de ese teléfono."))
        return redirect("mirador:channels")
    rest = [one.off_telegram() if one.contact == address.contact else one for one in school.addresses]
    context = {"school": school, "address": address, "afterwards": first_ways(school, rest)}
    return render(request, "mirador/account/leave.html", context)


def _linked(schools: list[OwnSchool], contact_id: int) -> tuple[OwnSchool, OwnAddress]:
    """That phone of hers, which a bot has linked; Http404 for every other."""
    for school in schools:
        for address in school.addresses:
            if address.contact.pk == contact_id and address.on_telegram:
                return school, address
    raise Http404
