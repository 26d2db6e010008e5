"""What is done with a call that is sent: answers, files, attendance, minutes (requirement E9)."""

from django.contrib import messages as notices
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from notica.files import path_of
from plumier.access import schools_worked_in, works_somewhere
from plumier.clock import database_now, database_today
from plumier.policies import LOGGED_IN, policy, user_of
from plumier.refusals import Refused
from profesores.views.bodies import numbers
from profesores.views.meetings import kept_meeting, see, seen_meeting, show, uploaded
from secretaria.bodies.answering import answer, note_attendance
from secretaria.bodies.calling import add_minutes
from secretaria.bodies.choices import MeetingAnswer
from secretaria.bodies.files import TYPE, calendar_file


@require_safe
@policy(LOGGED_IN)
def meeting_open(request: HttpRequest, meeting_token: str) -> HttpResponse:
    """Where a message leads: to the page in the web of whoever opens it, staff or family."""
    found = seen_meeting(request, meeting_token)
    works = schools_worked_in(user_of(request), database_today()).filter(pk=found.school_id).exists()
    if works:
        return redirect(f"{reverse('profesores:meeting', args=[found.token])}?centro={found.school.code}")
    return redirect("mirador:meeting", found.token)


@require_POST
@policy(works_somewhere)
def meeting_answer(request: HttpRequest, meeting_token: str) -> HttpResponse:
    """Asistiré, or No podré and why."""
    found = seen_meeting(request, meeting_token)
    typed = request.POST.get("motivo", "").replace("\0", "")
    said = request.POST.get("respuesta", "")
    if said not in MeetingAnswer.values:
        raise Http404
    try:
        answer(found, MeetingAnswer(said), typed, by=user_of(request), now=database_now())
    except Refused as refusal:
        return show(request, found, 422, problem=str(refusal), typed=typed)
    notices.success(request, _("Gracias: su respuesta está guardada. Puede cambiarla hasta que empiece."))
    return see(reverse("profesores:meeting", args=[found.token]), found.school)


@require_POST
@policy(works_somewhere)
def meeting_attendance(request: HttpRequest, meeting_token: str) -> HttpResponse:
    """Who was there."""
    found = kept_meeting(request, meeting_token)
    try:
        there = note_attendance(
            found, numbers(request.POST, "asistieron"), by=user_of(request), now=database_now()
        )
    except Refused as refusal:
        notices.error(request, str(refusal))
    else:
        words = ngettext(
            "Guardado: asistió %(number)d persona.", "Guardado: asistieron %(number)d personas.", there
        )
        notices.success(request, words % {"number": there})
    return see(reverse("profesores:meeting", args=[found.token]), found.school)


@require_POST
@policy(works_somewhere)
def meeting_minutes(request: HttpRequest, meeting_token: str) -> HttpResponse:
    """Put the acta, of which whoever was called hears."""
    found = kept_meeting(request, meeting_token)
    files, problems = uploaded(request, "acta")
    if not problems:
        try:
            add_minutes(found, files, by=user_of(request), now=database_now())
        except Refused as refusal:
            problems.append(str(refusal))
    if problems:
        return show(request, found, 422, minutes_problem=" ".join(problems))
    notices.success(request, _("El acta está puesta y los convocados la reciben."))
    return see(reverse("profesores:meeting", args=[found.token]), found.school)


@require_safe
@policy(LOGGED_IN)
def meeting_file(request: HttpRequest, meeting_token: str, meeting_file_id: int) -> HttpResponseBase:
    """A file of a call to which she was called, or that she keeps."""
    found = seen_meeting(request, meeting_token)
    file = get_object_or_404(found.files.all(), pk=meeting_file_id)
    path = path_of(file.sha256)
    if not path.exists():
        raise Http404
    # Whatever it says it is, it is saved and never opened in the page's own name.
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=file.name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    add_never_cache_headers(response)
    return response


@require_safe
@policy(LOGGED_IN)
def meeting_ics(request: HttpRequest, meeting_token: str) -> HttpResponse:
    """The same file for calendars that went with the mail, as the meeting is now."""
    found = seen_meeting(request, meeting_token)
    response = HttpResponse(calendar_file(found, found.changed_at), content_type=TYPE)
    response["Content-Disposition"] = 'attachment; filename="convocatoria.ics"'
    return response
