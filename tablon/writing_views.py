"""The pages on which notices are written."""

from django.contrib import messages as notices_of_page
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from notica.writing.attaching import ACCEPT
from plumier.access import may_post
from plumier.clock import database_now, database_today
from plumier.models import Service
from plumier.policies import policy, user_of
from tablon.access import notices_edited_by
from tablon.actions import NoticeChanged, NoticeRefused, change_notice, make_notice, publish_notice
from tablon.differences import differences
from tablon.edits import edits_of
from tablon.models import Notice
from tablon.owners import owner_choices, owner_named
from tablon.text import as_html
from tablon.views import published_words
from tablon.writing import Owner, Sheet, blank_sheet, posted_sheet

KEEP, PUBLISH, PREVIEW = "guardar", "publicar", "vista"
PICKING = ("buscar", "marcar", "vaciar")


@require_http_methods(["GET", "HEAD", "POST"])
@policy(may_post)
def new(request: HttpRequest) -> HttpResponse:
    """A new notice, in the name that the address says; without one she is asked for it, if there are several."""
    user, today = user_of(request), database_today()
    if value := request.GET.get("de", ""):
        owner = owner_named(value, user, today)
        if owner is None:
            raise Http404
        return _written(request, owner, None)
    choices = owner_choices(user, today)
    if len(choices) == 1:
        owner = owner_named(choices[0].value, user, today)
        assert owner is not None
        return _written(request, owner, None)
    return render(request, "tablon/owner.html", {"choices": choices})


@require_http_methods(["GET", "HEAD", "POST"])
@policy(may_post)
def edit(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Change a draft or what hangs on the board; one that was withdrawn stays as it is."""
    mine = notices_edited_by(user_of(request), database_today()).filter(withdrawn_at__isnull=True)
    found = get_object_or_404(
        mine.select_related("school", "service").prefetch_related("files"), pk=notice_id
    )
    owner = found.school or found.service
    assert owner is not None
    return _written(request, owner, found)


def _written(request: HttpRequest, owner: Owner, notice: Notice | None) -> HttpResponse:
    """The page of the form: shown, sent with a button that only changes the page, or kept."""
    now, act = database_now(), request.POST.get("accion", "")
    if request.method != "POST":
        return _form(request, blank_sheet(owner, notice, now), notice)
    sheet = posted_sheet(request, owner, notice, now)
    if act in PICKING:
        return _form(request, sheet, notice, part="places")
    if not sheet.is_valid() or act not in (KEEP, PUBLISH):
        return _form(request, sheet, notice, part="preview" if act == PREVIEW else "")
    try:
        kept = _keep(request, sheet, notice)
        if act == PUBLISH and kept.is_draft:
            kept = publish_notice(kept, by=user_of(request), now=now)
    except NoticeRefused as refusal:
        sheet.form.add_error(None, str(refusal))
        others = _others(sheet, refusal.notice) if isinstance(refusal, NoticeChanged) else {}
        return _form(request, sheet, notice, more=others)
    said = published_words() if act == PUBLISH else _("El anuncio está guardado.")
    notices_of_page.success(request, said)
    return redirect("tablon:notice", kept.pk)


def _keep(request: HttpRequest, sheet: Sheet, notice: Notice | None) -> Notice:
    user, now = user_of(request), database_now()
    if notice is None:
        return make_notice(sheet.written(), sheet.owner, by=user, now=now)
    return change_notice(notice, sheet.written(), by=user, now=now)


def _others(sheet: Sheet, notice: Notice) -> dict[str, object]:
    """What somebody else changed; from here on the form knows that version, and keeps what was typed."""
    last = next(iter(edits_of(notice)), None)
    others = differences(notice, sheet.written())
    sheet.seen = notice.version
    return {"others": others, "last": last}


def _form(
    request: HttpRequest,
    sheet: Sheet,
    notice: Notice | None,
    part: str = "",
    more: dict[str, object] | None = None,
) -> HttpResponse:
    """The whole page, or for htmx the part of it that the button asked for."""
    previewed = part == "preview"
    valid = previewed and sheet.is_valid()
    context = {
        "sheet": sheet,
        "form": sheet.form if part != "places" else _unchecked(sheet),
        "notice": notice,
        "accept": ACCEPT,
        "files": sheet.named_files(user_of(request)),
        "places": sheet.places,
        "for_service": isinstance(sheet.owner, Service),
        "previewed": previewed,
        "html": as_html(sheet.form.cleaned_data["text"]) if valid else "",
        **(more or {}),
    }
    page = "tablon/form.html"
    return render(request, f"{page}#{part}" if part and request.htmx else page, context)  # type: ignore[attr-defined]


def _unchecked(sheet: Sheet) -> object:
    """The form with what was typed and no complaints: she is not done yet."""
    form = sheet.form
    form.full_clean()
    form.errors.clear()
    return form
