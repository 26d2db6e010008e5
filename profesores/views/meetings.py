"""A call to a meeting: written, looked at, sent, changed and called off (requirement E9)."""

import secrets
from zoneinfo import ZoneInfo

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from notica.files import KeptFile
from notica.refusals import Refused as FileRefused
from notica.writing.attaching import ACCEPT, keep_upload
from plumier.access import works_somewhere
from plumier.clock import database_now, database_today, day_in
from plumier.models import School
from plumier.policies import policy, user_of
from plumier.refusals import Refused
from profesores.meeting_forms import MeetingForm, ReasonForm
from profesores.meeting_page import meeting_page
from profesores.views.bodies import kept_body, number, numbers
from secretaria.bodies.access import meetings_kept_by, meetings_seen_by
from secretaria.bodies.calling import call, cancel, change
from secretaria.bodies.choices import MeetingState
from secretaria.bodies.writing import change_draft, delete_draft, make_draft, put_files
from secretaria.models import Body, Meeting

KEY_LENGTH = 64


@require_http_methods(["GET", "HEAD", "POST"])
@policy(works_somewhere)
def meeting_new(request: HttpRequest, body_id: int) -> HttpResponse:
    """Write a call of a body."""
    body = kept_body(request, body_id)
    if body.dissolved_on is not None:
        raise Http404
    return _edit(request, body, None)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(works_somewhere)
def meeting_edit(request: HttpRequest, meeting_token: str) -> HttpResponse:
    """Change a draft; of one that is sent, its place, hours and agenda, which is told to all."""
    found = kept_meeting(request, meeting_token)
    if found.state == MeetingState.CANCELLED:
        raise Http404
    return _edit(request, found.body, found)


@require_safe
@policy(works_somewhere)
def meeting(request: HttpRequest, meeting_token: str) -> HttpResponse:
    """For who was called: the facts and her answer; for who keeps it: who answered what, and what to do."""
    found = seen_meeting(request, meeting_token)
    return show(request, found)


@require_POST
@policy(works_somewhere)
def meeting_call(request: HttpRequest, meeting_token: str) -> HttpResponse:
    """Send it, as it was looked at."""
    found = kept_meeting(request, meeting_token)
    user, now = user_of(request), database_now()
    try:
        if request.POST.get("hacer") == "borrar":
            delete_draft(found, by=user, now=now)
            notices.success(request, _("Borrador borrado."))
            return see(reverse("profesores:bodies"), found.school)
        sent = call(found, number(request.POST.get("version", "")), by=user, now=now)
    except Refused as refusal:
        notices.error(request, str(refusal))
    else:
        many = sent.members.count()
        words = ngettext(
            "Convocada: se envía a %(number)d persona.", "Convocada: se envía a %(number)d personas.", many
        )
        notices.success(request, words % {"number": many})
    return see(reverse("profesores:meeting", args=[found.token]), found.school)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(works_somewhere)
def meeting_cancel(request: HttpRequest, meeting_token: str) -> HttpResponse:
    """Call it off, and why."""
    found = kept_meeting(request, meeting_token)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            cancel(found, form.cleaned_data["reason"], by=user_of(request), now=database_now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            notices.success(request, _("Desconvocada. Se avisa a todos los convocados."))
            return see(reverse("profesores:meeting", args=[found.token]), found.school)
    context = {"form": form, "meeting": found, "school": found.school, "many": found.members.count()}
    with timezone.override(found.school.time_zone):
        return render(request, "profesores/meeting_cancel.html", context, status=422 if form.errors else 200)


def show(request: HttpRequest, found: Meeting, status: int = 200, **more: object) -> HttpResponse:
    """The page of a meeting that she may see."""
    now = database_now()
    page = meeting_page(found, user_of(request), day_in(found.school, now), now)
    context = {"page": page, "meeting": found, "school": found.school, "accept": ACCEPT, **more}
    with timezone.override(found.school.time_zone):
        return render(request, "profesores/meeting.html", context, status=status)


def _edit(request: HttpRequest, body: Body, found: Meeting | None) -> HttpResponse:
    school, now = body.school, database_now()
    posted = request.method == "POST"
    form = MeetingForm(request.POST if posted else None, found, ZoneInfo(school.time_zone), now)
    kept: Meeting | None = None
    problems: list[str] = []
    if posted and found is not None and found.state == MeetingState.CALLED:
        kept = _changed(request, found, form)
    elif posted:
        kept, problems = _drafted(request, body, found, form)
    if kept is not None and not problems:
        return see(reverse("profesores:meeting", args=[kept.token]), school)
    if kept is not None:  # the text is kept, a file was not: go on with it
        found = kept
    context = {
        "form": form,
        "body": body,
        "meeting": found,
        "school": school,
        "files": list(found.files.filter(is_minutes=False)) if found else [],
        "problems": problems,
        "accept": ACCEPT,
        "key": request.POST.get("clave", "")[:KEY_LENGTH] or secrets.token_urlsafe(16),
        "called": found is not None and found.state == MeetingState.CALLED,
        "many": found.members.count() if found else 0,
        "address": reverse("profesores:meeting_edit", args=[found.token])
        if found
        else reverse("profesores:meeting_new", args=[body.pk]),
    }
    with timezone.override(school.time_zone):
        status = 422 if form.errors or problems else 200
        return render(request, "profesores/meeting_edit.html", context, status=status)


def _drafted(
    request: HttpRequest, body: Body, found: Meeting | None, form: MeetingForm
) -> tuple[Meeting | None, list[str]]:
    """The draft with its files, and which of them could not be kept."""
    user, now = user_of(request), database_now()
    if not form.is_valid():
        return None, []
    files, problems = uploaded(request, "nuevos")
    try:
        if found is None:
            key = request.POST.get("clave", "")[:KEY_LENGTH] or secrets.token_urlsafe(16)
            kept = make_draft(body, form.written, key, by=user, now=now)
        else:
            seen = number(request.POST.get("version", ""))
            kept = change_draft(found, form.written, seen, by=user, now=now)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None, []
    try:
        put_files(kept, files, numbers(request.POST, "quitar"), by=user, now=now)
    except Refused as refusal:
        problems.append(str(refusal))
    return kept, problems


def _changed(request: HttpRequest, found: Meeting, form: MeetingForm) -> Meeting | None:
    """The meeting as it is now, told to whoever is called."""
    if not form.is_valid():
        return None
    seen, before = number(request.POST.get("version", "")), found.version
    try:
        kept = change(found, form.written, seen, by=user_of(request), now=database_now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    if kept.version == before:
        notices.success(request, _("No ha cambiado nada: no se envía nada."))
    else:
        notices.success(request, _("Guardado. Se avisa del cambio a todos los convocados."))
    return kept


def uploaded(request: HttpRequest, name: str) -> tuple[list[KeptFile], list[str]]:
    """The files of a form, kept, and what is wrong with the others."""
    kept, problems = [], []
    for upload in request.FILES.getlist(name):
        try:
            kept.append(keep_upload(upload))
        except FileRefused as refusal:
            problems.append(f"{upload.name}: {refusal}")
    return kept, problems


def kept_meeting(request: HttpRequest, token: str) -> Meeting:
    """One that she keeps; Http404 for every other."""
    rows = meetings_kept_by(user_of(request), database_today())
    return get_object_or_404(rows.select_related("school", "body"), token=token)


def seen_meeting(request: HttpRequest, token: str) -> Meeting:
    """One to which she was called, or that she keeps; Http404 for every other."""
    rows = meetings_seen_by(user_of(request), database_today())
    return get_object_or_404(rows.select_related("school", "body"), token=token)


def see(url: str, school: School) -> HttpResponse:
    """There, by GET, in that school."""
    response = redirect(f"{url}?centro={school.code}")
    response.status_code = 303
    return response
