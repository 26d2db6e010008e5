"""The pages that say why somebody's messages do not arrive."""

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from notica.channel_refresh import PERSON_JOB
from notica.choices import channel_word
from notica.diagnosis.diagnosing import diagnose
from notica.diagnosis.facts import Viewer
from notica.diagnosis.incident import incident_text
from notica.diagnosis.register import is_kept_from_all
from notica.diagnosis.trying import TrialForm, send_trial
from notica.diagnosis.words import state_in_words
from notica.refusals import Refused
from plumier.access import records_attended_by, students_attended_by, works_somewhere
from plumier.clock import database_now, database_today
from plumier.models import Person, SchoolPolicy
from plumier.policies import policy, user_of
from plumier.record_access import note
from plumier.rules import LEAD_SCHOOL
from plumier.wakeups import wake_later


@require_safe
@policy(works_somewhere)
def person_diagnosis(request: HttpRequest, person_id: int) -> HttpResponse:
    """Every check about a person whom the user may see; the look is noted."""
    person, viewer = _seen(request, person_id)
    return _page(request, person, viewer, TrialForm(person.school))


@require_POST
@policy(works_somewhere)
def person_trial(request: HttpRequest, person_id: int) -> HttpResponse:
    """Send a test where she says, and show what comes of it."""
    person, viewer = _seen(request, person_id)
    form = TrialForm(person.school, request.POST)
    if form.is_valid():
        try:
            sent = send_trial(person, form.cleaned_data, by=user_of(request), now=database_now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("notica:message", sent.token)
    return _page(request, person, viewer, form)


@require_POST
@policy(works_somewhere)
def person_refresh(request: HttpRequest, person_id: int) -> HttpResponse:
    """Ask the gateways about her phones now, in a job."""
    person, _viewer = _seen(request, person_id)
    wake_later(PERSON_JOB, person.pk)
    notices.success(request, _("Se está preguntando a los canales. Recargue la página en unos segundos."))
    return redirect("notica:diagnosis", person.pk)


@require_safe
@policy(works_somewhere)
def person_incident(request: HttpRequest, person_id: int) -> HttpResponse:
    """The report for the support service, to be copied or kept as a file."""
    person, viewer = _seen(request, person_id, "incident")
    with timezone.override(person.school.time_zone):
        text = incident_text(person, viewer, now=database_now())
    if "texto" in request.GET:
        response = HttpResponse(text, content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="incidencia-{person.pk}.txt"'
        return response
    support = SchoolPolicy.objects.get(school=person.school)
    return render(request, "notica/incident.html", {"person": person, "text": text, "support": support})


def _seen(request: HttpRequest, person_id: int, page: str = "diagnosis") -> tuple[Person, Viewer]:
    """Somebody whom the user may see, and as what she looks; it is noted."""
    user, today = user_of(request), database_today()
    people = records_attended_by(user, today).select_related("school__policy", "user", "student")
    person = get_object_or_404(people, pk=person_id)
    note(request, [person], page)
    leads, students = user.has_perm(LEAD_SCHOOL, person.school), students_attended_by(user, today)
    return person, Viewer(leads, students, kept=not leads and is_kept_from_all(person, students, today))


def _page(request: HttpRequest, person: Person, viewer: Viewer, trial: TrialForm) -> HttpResponse:
    with timezone.override(person.school.time_zone):
        found = diagnose(person, viewer, now=database_now())
        channels = [
            (channel_word(state.channel), state.address, state_in_words(state), state.works)
            for state in found.channels
        ]
        context = {
            "person": person,
            "found": found,
            "channels": channels,
            "leads": viewer.leads,
            "trial": trial,
        }
        return render(request, "notica/diagnosis.html", context)
