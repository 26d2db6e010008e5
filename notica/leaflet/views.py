"""The leaflet for families: public, for it says nothing of anybody."""

from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language, override
from django.views.decorators.http import require_safe

from notica.leaflet.codes import svg
from notica.leaflet.contents import leaflet_of
from notica.leaflet.facts import facts_of
from notica.leaflet.stored import digest_of, printed
from plumier.functions import SortKey
from plumier.models import School
from plumier.names import search_key
from plumier.policies import ANYONE, policy

MOST_SCHOOLS: Final = 100
WORDS_LENGTH: Final = 100
KEPT: Final = 300  # seconds a browser keeps the PDF without asking
LANGUAGES: Final = frozenset(code for code, _name in settings.LANGUAGES)


@require_safe
@policy(ANYONE)
def leaflets(request: HttpRequest) -> HttpResponse:
    """The only school's leaflet; of several, the way to each by its name."""
    language = _asked_language(request)
    schools = School.objects.order_by("name", "pk")
    if len(first := list(schools.values_list("code", flat=True)[:2])) == 1:
        address = reverse("notica:leaflet", args=[first[0]])
        return redirect(f"{address}?idioma={language}" if "idioma" in request.GET else address)
    words = request.GET.get("buscar", "").strip()[:WORDS_LENGTH]
    if words:
        schools = schools.alias(key=SortKey("name")).filter(key__contains=search_key(words))
    with override(language):
        context = {
            "schools": schools[:MOST_SCHOOLS],
            "words": words,
            "most": MOST_SCHOOLS,
            **_switch(request),
        }
        return _in_language(render(request, "notica/leaflets.html", context), language)


@require_safe
@policy(ANYONE)
def leaflet(request: HttpRequest, school_code: str) -> HttpResponse:
    """How the families of a school set up each of its ways."""
    school = get_object_or_404(School, code=school_code)
    language = _asked_language(request)
    with override(language):
        found = leaflet_of(facts_of(school))
        panels = [(panel, svg(panel.code.address) if panel.code else "") for panel in found.panels]
        pdf = reverse("notica:leaflet_pdf", args=[school.code, language])
        context = {"school": school, "panels": panels, "pdf": pdf, **_switch(request)}
        return _in_language(render(request, "notica/leaflet.html", context), language)


@require_safe
@policy(ANYONE)
def leaflet_pdf(request: HttpRequest, school_code: str, language: str) -> HttpResponse:
    """The same on one sheet of paper, to be folded."""
    school = get_object_or_404(School, code=school_code)
    if language not in LANGUAGES:
        raise Http404
    with override(language):
        found = leaflet_of(facts_of(school))
    mark = f'"{digest_of(found)}"'
    if request.headers.get("If-None-Match") == mark:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(printed(school.code, found), content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{school.code}-{language}.pdf"'
    response["ETag"] = mark
    patch_cache_control(response, public=True, max_age=KEPT)
    return response


def _asked_language(request: HttpRequest) -> str:
    """As the address asks (`?idioma=vi`), which lets it be handed on; else the reader's own."""
    asked = request.GET.get("idioma", "")
    return asked if asked in LANGUAGES else get_language() or settings.LANGUAGE_CODE


def _switch(request: HttpRequest) -> dict[str, object]:
    """Where the foot's own switch of languages leads: here, without the one that this address asks for."""
    given = request.GET.copy()
    given.pop("idioma", None)
    rest = given.urlencode()
    return {"stay_on": f"{request.path}?{rest}" if rest else request.path}


def _in_language(response: HttpResponse, language: str) -> HttpResponse:
    response["Content-Language"] = language
    return response
