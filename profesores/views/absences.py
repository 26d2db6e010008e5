"""«Justificar»: a tutor excuses absences of her group, one or many at once (requirement E2)."""

from datetime import date
from typing import Final

from django.contrib import messages as notices
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance.answering import decide
from attendance.justifying import REASON_LENGTH, justify, take_back
from notica.files import path_of
from plumier.access import works_somewhere
from plumier.clock import database_now, day_in
from plumier.policies import policy, user_of
from plumier.refusals import Refused
from profesores.absences_page import TABS, Filters, absences_page, answered_to, default_filters, proposed_to
from profesores.school import current_school

TAKE_BACK: Final = "quitar"


@require_http_methods(["GET", "HEAD", "POST"])
@policy(works_somewhere)
def absences(request: HttpRequest) -> HttpResponse:
    """The list; by POST those that were ticked are excused, or with `quitar` not any more."""
    school, now = current_school(request), database_now()
    user, today = user_of(request), day_in(school, now)
    typed, status = "", 200
    if request.method == "POST":
        chosen = _numbers(request.POST.getlist("faltas"))
        typed = request.POST.get("motivo", "").replace("\0", "")
        try:
            if request.POST.get("hacer") == TAKE_BACK:
                _say_taken_back(request, take_back(school, chosen, by=user, now=now))
            else:
                _say_excused(request, justify(school, chosen, typed, by=user, now=now))
        except Refused as refusal:
            notices.error(request, str(refusal))
            status = 422
        else:
            response = redirect(request.get_full_path())
            response.status_code = 303
            return response
    filters = _filters(request.GET, today)
    after = next(iter(_numbers([request.GET.get("despues", "")])), 0)
    context = {
        "page": absences_page(user, school, today, filters, after),
        "filters": filters,
        "tabs": _tabs(),
        "school": school,
        "typed": typed,
        "chosen": _numbers(request.POST.getlist("faltas")),
        "longest": REASON_LENGTH,
    }
    return render(request, "profesores/absences.html", context, status=status)


@require_POST
@policy(works_somewhere)
def absence_decide(request: HttpRequest, answer_id: int) -> HttpResponse:
    """Take an excuse that a family proposes, or not."""
    school, now = current_school(request), database_now()
    user = user_of(request)
    proposed = get_object_or_404(proposed_to(user, school, day_in(school, now)), pk=answer_id)
    try:
        decided = decide(proposed, accepted=request.POST.get("hacer") == "aceptar", by=user, now=now)
    except Refused as refusal:
        notices.error(request, str(refusal))
    else:
        said = _("El justificante está aceptado.") if decided.accepted else _("El justificante no se acepta.")
        notices.success(request, said)
    response = redirect(f"{reverse('profesores:absences')}?centro={school.code}")
    response.status_code = 303
    return response


@require_safe
@policy(works_somewhere)
def absence_file(request: HttpRequest, answer_id: int) -> HttpResponseBase:
    """What a family sent with an excuse, also after it was decided."""
    school = current_school(request)
    today = day_in(school, database_now())
    proposed = get_object_or_404(answered_to(user_of(request), school, today), pk=answer_id)
    path = path_of(proposed.file_sha256) if proposed.file_sha256 else None
    if path is None or not path.exists():
        raise Http404
    # Whatever it says it is, it is saved and never opened in the page's own name.
    response = FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=proposed.file_name,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    add_never_cache_headers(response)
    return response


def _say_excused(request: HttpRequest, number: int) -> None:
    if not number:
        notices.success(request, _("Esas faltas ya estaban justificadas."))
        return
    said = ngettext(
        "%(number)d falta justificada. Lo sabe ya su profesor.",
        "%(number)d faltas justificadas. Lo saben ya sus profesores.",
        number,
    )
    notices.success(request, said % {"number": number})


def _say_taken_back(request: HttpRequest, number: int) -> None:
    said = ngettext(
        "%(number)d falta ya no está justificada.", "%(number)d faltas ya no están justificadas.", number
    )
    notices.success(request, said % {"number": number})


def _tabs() -> list[tuple[str, str]]:
    return list(zip(TABS, (_("Sin justificar"), _("Justificadas"), _("Todas")), strict=True))


def _filters(query: QueryDict, today: date) -> Filters:
    usual = default_filters(today)
    group, pupil = (next(iter(_numbers([query.get(name, "")])), 0) for name in ("grupo", "alumno"))
    tab = query.get("ver", "")
    return Filters(
        _day(query.get("desde", "")) or usual.first,
        _day(query.get("hasta", "")) or usual.last,
        tab if tab in TABS else usual.tab,
        group,
        pupil,
    )


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _numbers(typed: list[str]) -> list[int]:
    return [int(one) for one in typed if one.isascii() and one.isdigit() and len(one) <= 18]
