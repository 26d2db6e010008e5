"""Alumnos centro › Buscador de alumnos (requirement C2)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from plumier.access import may_administer
from plumier.clock import database_now, database_today
from plumier.policies import policy, user_of
from profesores.picking.picker import WORDS
from profesores.picking.school_picker import PLACE, STATE, SchoolPicker, led_school
from profesores.views.pasting import PasteForm, is_paste, paste
from profesores.views.selection import audience_of, list_context, picking_page

_PAGE = "profesores/school_students.html"


def school_picker(request: HttpRequest) -> SchoolPicker:
    """For the school that she leads."""
    return SchoolPicker(user_of(request), led_school(request), database_today(), audience_of(request))


@require_http_methods(["GET", "HEAD", "POST"])
@policy(may_administer)
def school_students(request: HttpRequest) -> HttpResponse:
    """The whole school by name, number and part; a pasted list of expedientes goes into the selection."""
    picker = school_picker(request)
    if is_paste(request):
        report = paste(request, picker, now=database_now())
        context = {**list_context(request, picker), **_context(request, picker), **report}
        return render(request, f"{_PAGE}#whole" if request.htmx else _PAGE, context)  # type: ignore[attr-defined]
    return picking_page(request, picker, _PAGE, _context(request, picker))


def _context(request: HttpRequest, picker: SchoolPicker) -> dict[str, object]:
    return {
        "places": picker.places.tree,  # asked where a page shows it
        "place": request.GET.get(PLACE, ""),
        "state": request.GET.get(STATE, ""),
        "words": request.GET.get(WORDS, ""),
        "paste": PasteForm(),
    }
