"""«Lo que el centro guarda de mí»: a copy is asked for here, and fetched from the page of its file."""

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from notica.exports.telling import KEPT
from notica.models import DataState
from notica.models.exports import WAITING
from notica.own_data.asking import FORMS, ask_for_own, own_requests
from plumier.clock import database_now
from plumier.family_access import family_persons, is_family
from plumier.models import School
from plumier.policies import policy, user_of
from plumier.proposals.pages import number_of
from plumier.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@policy(is_family)
def held(request: HttpRequest) -> HttpResponse:
    """Her copies of the last days, by school; by POST another one is asked for."""
    user = user_of(request)
    schools = list(School.objects.filter(pk__in=family_persons(user).values("school")).order_by("name", "pk"))
    if request.method == "POST":
        chosen = number_of(request.POST.get("centro", ""))
        school = next((one for one in schools if one.pk == chosen), None)
        form = request.POST.get("forma", "")
        if school is None or form not in FORMS:
            raise Http404
        try:
            asked = ask_for_own(school, form, by=user, now=database_now())
        except Refused as refusal:
            notices.error(request, str(refusal))
            return redirect("mirador:held")
        return redirect("notica:export", asked.token)
    copies = [
        {
            "one": one,
            "waits": one.state in WAITING,
            "ready": one.state == DataState.READY,
            "until": one.ended_at + KEPT if one.ended_at else None,
        }
        for one in own_requests(user)[:20]
    ]
    return render(request, "mirador/account/held.html", {"schools": schools, "copies": copies})
