"""The notice board as those who post see it, and its files for whoever reads them."""

from django.contrib import messages as notices_of_page
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from notica.files import path_of
from plumier.access import may_post
from plumier.clock import database_now, database_today
from plumier.policies import LOGGED_IN, policy, user_of
from tablon.access import notices_edited_by, notices_read_by, notices_visible_to
from tablon.actions import NoticeRefused, discard_notice, publish_notice, withdraw_notice
from tablon.choices import NoticeState
from tablon.days import with_state
from tablon.edits import edits_of, names_of
from tablon.forms import WithdrawForm
from tablon.marks import notice_mark
from tablon.models import Notice, NoticeFile
from tablon.notices_list import Filters, notices_page, owner_words
from tablon.reads import number_of_readers
from tablon.text import as_html

WORDS_LENGTH = 100
SCHOOLS_NAMED = 300


@require_safe
@policy(may_post)
def notices(request: HttpRequest) -> HttpResponse:
    """The newest notices."""
    state, typed = request.GET.get("estado", ""), request.GET.get("despues", "")
    filters = Filters(
        state=state if state in NoticeState.values else "",
        words=request.GET.get("buscar", "").strip()[:WORDS_LENGTH],
    )
    after = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 18 else 0
    visible = notices_visible_to(user_of(request), database_today())
    page = notices_page(visible, filters, after, database_now())
    return render(request, "tablon/notices.html", {"page": page, "filters": filters})


@require_safe
@policy(may_post)
def notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """One notice as it is read, with what may be done about it."""
    return _page(request, notice_id, WithdrawForm())


@require_POST
@policy(may_post)
def publish(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Hang a draft on the board."""
    found = _hers(request, notice_id)
    try:
        publish_notice(found, by=user_of(request), now=database_now())
    except NoticeRefused as refusal:
        notices_of_page.error(request, str(refusal))
    else:
        notices_of_page.success(request, published_words())
    return redirect("tablon:notice", found.pk)


@require_POST
@policy(may_post)
def withdraw(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Take a notice from the board, with the reason that was typed."""
    found, form = _hers(request, notice_id), WithdrawForm(request.POST)
    if not form.is_valid():
        return _page(request, notice_id, form)
    try:
        withdraw_notice(found, form.cleaned_data["reason"], by=user_of(request), now=database_now())
    except NoticeRefused as refusal:
        notices_of_page.error(request, str(refusal))
    else:
        notices_of_page.success(request, _("El anuncio está retirado: ya no lo ve nadie en el tablón."))
    return redirect("tablon:notice", found.pk)


@require_POST
@policy(may_post)
def discard(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Delete a draft."""
    found = _hers(request, notice_id)
    try:
        discard_notice(found, by=user_of(request), now=database_now())
    except NoticeRefused as refusal:
        notices_of_page.error(request, str(refusal))
        return redirect("tablon:notice", found.pk)
    notices_of_page.success(request, _("El borrador está eliminado."))
    return redirect("tablon:notices")


@require_safe
@policy(LOGGED_IN)
def file(request: HttpRequest, notice_id: int, file_id: int) -> HttpResponseBase:
    """A file of a notice that the user may read or post."""
    user, now = user_of(request), database_now()
    found = get_object_or_404(NoticeFile, pk=file_id, notice=notice_id)
    read = notices_read_by(user, now).filter(pk=notice_id).exists()
    if not read and not notices_visible_to(user, timezone.localdate(now)).filter(pk=notice_id).exists():
        raise Http404
    path = path_of(found.sha256)
    if not path.is_file():
        raise Http404
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=found.name, content_type=found.content_type
    )
    add_never_cache_headers(response)
    return response


def published_words() -> str:
    """What the page says once a notice hangs."""
    return _("El anuncio está publicado: se leerá desde su primer día. No se envía ningún mensaje.")


def _hers(request: HttpRequest, notice_id: int) -> Notice:
    mine = notices_edited_by(user_of(request), database_today())
    return get_object_or_404(mine.select_related("school", "service"), pk=notice_id)


def _page(request: HttpRequest, notice_id: int, form: WithdrawForm) -> HttpResponse:
    user, today, now = user_of(request), database_today(), database_now()
    visible = with_state(notices_visible_to(user, today), now)
    found = get_object_or_404(visible.select_related("school", "service", "by", "withdrawn_by"), pk=notice_id)
    edits = notices_edited_by(user, today).filter(pk=found.pk).exists()
    schools = found.schools.order_by("name") if edits else found.schools.none()
    with timezone.override(found.school.time_zone if found.school else None):
        context = {
            "notice": found,
            "owner": owner_words(found),
            "mark": notice_mark(found.__dict__["state"]),
            "html": as_html(found.text),
            "files": list(found.files.all()),
            "edits": edits,
            "schools": list(schools.values_list("name", flat=True)[:SCHOOLS_NAMED]),
            "number": found.places.count(),
            "readers": number_of_readers(found, user, today),
            "history": edits_of(found) if edits else [],
            "writer": names_of([found.by_id], found.school)[found.by_id],
            "withdraw": form,
        }
        return render(request, "tablon/notice.html", context)
