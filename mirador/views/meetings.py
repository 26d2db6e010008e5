"""The meetings of a body to which a parent or a student is called, as in a Consejo Escolar (requirement E9)."""

from typing import Final

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mirador.family import family_of
from plumier.clock import day_in
from plumier.family_access import is_family
from plumier.policies import policy
from plumier.refusals import Refused
from secretaria.bodies.access import meetings_of
from secretaria.bodies.answering import answer
from secretaria.bodies.choices import MeetingAnswer
from secretaria.bodies.shown import meetings_called_to, shown_to

NEWEST: Final = 50


@require_safe
@policy(is_family)
def meetings(request: HttpRequest) -> HttpResponse:
    """The newest to which she was called, in all schools of hers."""
    family = family_of(request)
    rows = list(meetings_called_to(family.user, family.today)[:NEWEST])
    return render(request, "mirador/meetings.html", {"family": family, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@policy(is_family)
def meeting(request: HttpRequest, meeting_token: str) -> HttpResponse:
    """One of them; by POST she answers."""
    family = family_of(request)
    rows = meetings_of(family.user, family.today).select_related("school", "body")
    found = get_object_or_404(rows, token=meeting_token)
    problem, typed = "", request.POST.get("motivo", "").replace("\0", "")
    if request.method == "POST":
        said = request.POST.get("respuesta", "")
        if said not in MeetingAnswer.values:
            raise Http404
        try:
            answer(found, MeetingAnswer(said), typed, by=family.user, now=family.now)
        except Refused as refusal:
            problem = str(refusal)
        else:
            notices.success(
                request, _("Gracias: su respuesta está guardada. Puede cambiarla hasta que empiece.")
            )
            response = redirect("mirador:meeting", found.token)
            response.status_code = 303
            return response
    context = {
        "family": family,
        "meeting": found,
        "page": shown_to(found, family.user, day_in(found.school, family.now), family.now),
        "answer_url": reverse("mirador:meeting", args=[found.token]),
        "problem": problem,
        "typed": typed,
    }
    with timezone.override(found.school.time_zone):
        return render(request, "mirador/meeting.html", context, status=422 if problem else 200)
