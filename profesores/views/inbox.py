"""Notica: the list and the reading pane, and what is done from them (requirements B1, D4, D5)."""

from secrets import token_urlsafe
from typing import Any, Final

from django.contrib import messages as notices
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from notica.choices import Audience, Way
from notica.drafts import Choice
from notica.files import path_of
from notica.inbox import MARKS, mark_read
from notica.inbox_list import TABS, Filters, inbox_page
from notica.inbox_reading import files_in, reading_of
from notica.models import InboxEntry
from notica.refusals import KeyUsed, Refused
from notica.threads import Letter, answer
from notica.unread import unread_elsewhere
from notica.writing.keeping import begin
from plumier.access import students_addressed_by, works_somewhere
from plumier.clock import day_in
from plumier.names import clean_text
from plumier.opened import is_opened
from plumier.policies import policy
from profesores.school import keep_school
from profesores.views.inbox_reader import Reader, reader_of

WORDS_LENGTH: Final = 100
KEY_LENGTH: Final = 64
PAGE: Final = "profesores/inbox.html"
PANES: Final = "profesores/inbox.html#panes"


@require_safe
@policy(works_somewhere)
def inbox(request: HttpRequest) -> HttpResponse:
    """The list; the first message is not opened by itself, which would mark it as read."""
    return _page(request, reader_of(request), {})


@require_safe
@policy(works_somewhere)
def inbox_entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One message beside the list. Opening it is what reads it: said once, and of no harm if it is said again."""
    reader = reader_of(request, entry_id)
    entry = reader.entry(entry_id)
    if is_opened(request):
        mark_read(entry, by=reader.user, now=reader.now)
    return _opened(request, reader, entry)


@require_POST
@policy(works_somewhere)
def inbox_answer(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Answer who wrote; a refusal is said beside the text, which is kept."""
    reader = reader_of(request, entry_id)
    entry = reader.entry(entry_id)
    text = request.POST.get("text", "").replace("\0", "")
    key = clean_text(request.POST.get("key", ""))[:KEY_LENGTH] or token_urlsafe(16)
    try:
        answer(entry.message, Letter(text, key), by=reader.user, now=reader.now)
    except Refused as refusal:
        fresh = token_urlsafe(16) if isinstance(refusal, KeyUsed) else key
        typed = {"text": text, "error": str(refusal), "key": fresh}
        return _opened(request, reader, entry, typed)
    notices.success(request, _("Su respuesta está en camino."))
    return _back_to(entry)


@require_POST
@policy(works_somewhere)
def inbox_mark(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Mark it as unread, put it in the archive or take it out; the list opens."""
    reader = reader_of(request, entry_id)
    entry = reader.entry(entry_id)
    do = MARKS.get(request.POST.get("do", ""))
    if do is None:
        raise Http404
    do[0](entry, by=reader.user, now=reader.now)
    notices.success(request, str(do[1]))
    return _see_other(f"{reverse('profesores:inbox')}?centro={reader.school.code}")


@require_POST
@policy(works_somewhere)
def inbox_write(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Begin a message to the whole family, by any way, from what one of it wrote."""
    reader = reader_of(request, entry_id)
    student = reader.entry(entry_id).message.student_id
    seen = students_addressed_by(reader.user, day_in(reader.school, reader.now))
    if student is None or not seen.filter(pk=student).exists():
        raise Http404
    used = reader.school.policy.channels
    way = next((way for way in (Way.TELEGRAM_TOKAPP, Way.EMAIL, Way.SMS) if way in used), Way.EMAIL)
    draft = begin(
        reader.school, Choice(Audience.FAMILY, students=(student,)), way, by=reader.user, now=reader.now
    )
    return _see_other(reverse("profesores:write", args=[draft.token]))


@require_safe
@policy(works_somewhere)
def inbox_file(request: HttpRequest, entry_id: int, attachment_id: int) -> HttpResponseBase:
    """A file of the thread, for who has it in Notica."""
    reader = reader_of(request, entry_id)
    found = get_object_or_404(files_in(reader.entry(entry_id), reader.people), pk=attachment_id)
    path = path_of(found.sha256)
    if not path.exists():
        raise Http404
    # Whatever it says it is, it is saved and never opened in the page's own name.
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=found.name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    add_never_cache_headers(response)
    return response


def _opened(
    request: HttpRequest, reader: Reader, entry: InboxEntry, typed: dict[str, str] | None = None
) -> HttpResponse:
    """The page with this message in its pane, and what she has typed to answer it."""
    keep_school(request, reader.school)
    reading = reading_of(entry, reader.people, reader.school, user=reader.user, now=reader.now)
    form = typed or {"text": "", "error": "", "key": token_urlsafe(16)}
    return _page(request, reader, {"reading": reading, "form": form})


def _page(request: HttpRequest, reader: Reader, more: dict[str, Any]) -> HttpResponse:
    tab, typed = request.GET.get("ver", ""), request.GET.get("despues", "")
    filters = Filters(
        tab=tab if tab in TABS else "", words=clean_text(request.GET.get("buscar", ""))[:WORDS_LENGTH]
    )
    after = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 18 else 0
    page = inbox_page(reader.entries, filters, after, reader.school, reader.now)
    query = request.GET.urlencode()
    context = {
        "page": page,
        "filters": filters,
        "school": reader.school,
        "query": f"?{query}" if query else "",
        **more,
    }
    template = PANES if getattr(request, "htmx", False) else PAGE
    if template == PAGE:
        context["elsewhere"] = unread_elsewhere(reader.user, reader.school)
    with timezone.override(reader.zone):
        return render(request, template, context)


def _back_to(entry: InboxEntry) -> HttpResponse:
    return _see_other(reverse("profesores:inbox_entry", args=[entry.pk]))


def _see_other(address: str) -> HttpResponse:
    """What was posted is done: another page is read."""
    response = redirect(address)
    response.status_code = 303
    return response
