"""Mis compañeros (requirement C3)."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from plumier.access import works_somewhere
from plumier.clock import database_today
from plumier.policies import policy, user_of
from profesores.picking.colleagues_picker import CARGO, TEACHING, ColleaguesPicker
from profesores.picking.picker import WORDS
from profesores.school import current_school
from profesores.views.selection import picking_page


@require_http_methods(["GET", "HEAD", "POST"])
@policy(works_somewhere)
def colleagues(request: HttpRequest) -> HttpResponse:
    """Who works in the same school, by cargos and by all or only the tutors, to be written to."""
    picker = ColleaguesPicker(user_of(request), current_school(request), database_today())
    return picking_page(
        request,
        picker,
        "profesores/colleagues.html",
        {
            "cargos": picker.colleagues.cargos,  # asked where a page shows them
            "chosen": request.GET.getlist(CARGO),
            "teaching": request.GET.get(TEACHING, ""),
            "words": request.GET.get(WORDS, ""),
        },
    )
