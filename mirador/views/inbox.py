"""Avisos: what came for a family or a student, one message, and what is done with it (requirements B1, A3, D5)."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.contrib import messages as notices
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_POST, require_safe

from attendance.family_days import Part, notice_of_message, part_of
from mirador.family import Family, family_of
from mirador.views.attendance import reader_of
from notica.family_inbox import FamilyReader, family_reader
from notica.family_inbox_list import TABS, family_page
from notica.family_inbox_reading import family_reading, files_for_family
from notica.files import path_of
from notica.inbox import MARKS, mark_read
from notica.inbox_list import Filters
from notica.kinds import REPLY
from notica.linking.reminder import could_link
from notica.models import InboxEntry
from plumier.family_access import is_family
from plumier.names import clean_text
from plumier.opened import is_opened
from plumier.policies import policy

WORDS_LENGTH: Final = 100
ARCHIVED_NOW: Final = "archivado"  # in the list's address: what was just put away and can be taken back
LATER: Final = "plumier_telegram_later"  # a cookie: this user has put the note about Telegram away
LATER_FOR: Final = timedelta(days=30)


@require_safe
@policy(is_family)
def inbox(request: HttpRequest) -> HttpResponse:
    """The list, about all her children or one."""
    family = family_of(request)
    reader = _reader(family)
    tab, typed = request.GET.get("ver", ""), request.GET.get("despues", "")
    filters = Filters(
        tab=tab if tab in TABS else "", words=clean_text(request.GET.get("buscar", ""))[:WORDS_LENGTH]
    )
    context = {
        "family": family,
        "page": family_page(reader, filters, _number(typed), family.child),
        "filters": filters,
        "query": _query(request),
        "archived": _put_away(reader, request),
        "could_link": _is_told_of_telegram(request, family) and could_link(family.children),
    }
    return render(request, "mirador/inbox.html", context)


@require_safe
@policy(is_family)
def entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One message. Opening it is what reads it; what a browser fetches ahead opens nothing.

    A teacher's answer stands in its thread.
    """
    family = family_of(request)
    reader = _reader(family)
    found = _entry(reader, entry_id)
    if is_opened(request):
        mark_read(found, by=reader.user, now=reader.now)
    if address := _thread_of(found):
        return redirect(address)
    context = {
        "family": family,
        "reading": family_reading(found, reader),
        "absence": _absence(found, family),
        "query": _query(request),
    }
    with timezone.override(found.message.school.time_zone):
        return render(request, "mirador/entry.html", context)


@require_POST
@policy(is_family)
def entry_mark(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Mark it as unread, put it in the archive, or take it out again; the list opens."""
    reader = _reader(family_of(request))
    found, do = _entry(reader, entry_id), request.POST.get("do", "")
    if do not in MARKS:
        raise Http404
    act, said = MARKS[do]
    act(found, by=reader.user, now=reader.now)
    address = f"{reverse('mirador:inbox')}{_query(request)}"
    if do == "archivar":
        address += f"{'&' if '?' in address else '?'}{ARCHIVED_NOW}={found.pk}"
    else:
        notices.success(request, str(said))
    return _see_other(address)


@require_safe
@policy(is_family)
def entry_file(request: HttpRequest, entry_id: int, attachment_id: int) -> HttpResponseBase:
    """A file of a message of hers."""
    found = _entry(_reader(family_of(request)), entry_id)
    file = get_object_or_404(files_for_family(found), pk=attachment_id)
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


@require_POST
@policy(is_family)
def telegram_later(request: HttpRequest) -> HttpResponse:
    """Put the note about Telegram away for a month, for her alone: the machine may be the whole family's."""
    response = _see_other(reverse("mirador:inbox"))
    response.set_cookie(
        LATER,
        str(request.user.pk),
        max_age=LATER_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _is_told_of_telegram(request: HttpRequest, family: Family) -> bool:
    return request.COOKIES.get(LATER) != str(family.user.pk)


def _reader(family: Family) -> FamilyReader:
    return family_reader(family.user, family.children, family.now)


def _entry(reader: FamilyReader, entry_id: int) -> InboxEntry:
    """One of hers. Http404 if it is not."""
    wanted = reader.entries.select_related(
        "recipient", "message__sender_person", "message__school", "message__in_reply_to"
    )
    return get_object_or_404(wanted, pk=entry_id)


def _absence(found: InboxEntry, family: Family) -> Part | None:
    """What a notice of absences tells by now, and what she may answer; none of anything else."""
    notice = notice_of_message(found.message)
    child = next((one for one in family.children if notice and one.pk == notice.student_id), None)
    return part_of(notice, reader_of(family, child)) if notice and child else None


def _thread_of(found: InboxEntry) -> str:
    """The page of the thread in which a teacher's answer stands; empty for anything else."""
    began = found.message.in_reply_to
    if found.message.kind != REPLY or began is None:
        return ""
    return reverse("mirador:thread", args=[began.token])


def _put_away(reader: FamilyReader, request: HttpRequest) -> InboxEntry | None:
    """What she has just put in the archive, while it is there."""
    typed = _number(request.GET.get(ARCHIVED_NOW, ""))
    return reader.entries.filter(pk=typed, archived_at__isnull=False).first() if typed else None


def _query(request: HttpRequest) -> str:
    """Which list she is in, for the way back."""
    kept = request.GET.copy()
    kept.pop(ARCHIVED_NOW, None)
    return f"?{kept.urlencode()}" if kept else ""


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 18 else 0


def _see_other(address: str) -> HttpResponse:
    """What was posted is done: another page is read."""
    response = redirect(address)
    response.status_code = 303
    return response
