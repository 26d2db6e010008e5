"""Tablón de anuncios: what schools and services publish for this family (requirement C13)."""

from typing import Final

from django.contrib import messages as notices_of_page
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mirador.family import Family, family_of
from plumier.clock import database_now
from plumier.family_access import is_family
from plumier.names import clean_text
from plumier.opened import is_opened
from plumier.policies import policy, user_of
from tablon.board import ARCHIVED, PAST, TABS, Filters, board_page, days_words, owner_mark, read_by
from tablon.reads import archive, mark_read, take_out
from tablon.text import as_html

WORDS_LENGTH: Final = 100


@require_safe
@policy(is_family)
def board(request: HttpRequest) -> HttpResponse:
    """What hangs there now, what did, and what she has put away."""
    family = family_of(request)
    tab = request.GET.get("ver", "")
    filters = Filters(
        tab=tab if tab in TABS else "", words=clean_text(request.GET.get("buscar", ""))[:WORDS_LENGTH]
    )
    student = family.child.student if family.child else None
    page = board_page(family.user, filters, request.GET.get("despues", ""), family.now, student)
    context = {
        "family": family,
        "choice": _in_several_schools(family),
        "page": page,
        "filters": filters,
        "tabs": [("", _("En el tablón")), (PAST, _("Anteriores")), (ARCHIVED, _("Archivados"))],
    }
    return render(request, "mirador/board.html", context)


@require_safe
@policy(is_family)
def notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """One of them, whole. Opening it is what reads it: said once, and of no harm if it is said again."""
    user, now = user_of(request), database_now()
    readable = read_by(user, now).select_related("school", "service").prefetch_related("files")
    found = get_object_or_404(readable, pk=notice_id)
    if is_opened(request):
        mark_read(found, by=user, now=now)
    context = {
        "notice": found,
        "owner": owner_mark(found),
        "days": days_words(found.since, found.ends_on, timezone.localdate(now)),
        "html": as_html(found.text),
        "files": list(found.files.all()),
    }
    return render(request, "mirador/notice.html", context)


@require_POST
@policy(is_family)
def shelve(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Put it into her archive or take it out; the board opens."""
    user, now = user_of(request), database_now()
    found = get_object_or_404(read_by(user, now), pk=notice_id)
    act = request.POST.get("do", "")
    if act == "archivar":
        archive(found, by=user, now=now)
        notices_of_page.success(request, _("El anuncio está en «Archivados»."))
    elif act == "sacar":
        take_out(found, by=user, now=now)
        notices_of_page.success(request, _("El anuncio vuelve a estar con los demás."))
    else:
        raise Http404
    return redirect("mirador:board")


def _in_several_schools(family: Family) -> bool:
    """Whether it makes a difference of which child she reads: each school has a board of its own."""
    return len({child.student.school_id for child in family.children}) > 1
