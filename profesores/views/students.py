"""Mis alumnos (requirement C1)."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from plumier.access import may_administer, works_somewhere
from plumier.clock import database_today
from plumier.policies import policy, user_of
from profesores.picking.my_students import MyStudents, classes_of
from profesores.picking.picker import WORDS
from profesores.school import current_school
from profesores.views.selection import audience_of, picking_page


@require_http_methods(["GET", "HEAD", "POST"])
@policy(works_somewhere)
def students(request: HttpRequest) -> HttpResponse:
    """Mis alumnos: her own students, picked to write to them or to their families."""
    user, today = user_of(request), database_today()
    picker = MyStudents(user, current_school(request), today, audience_of(request))
    return picking_page(
        request,
        picker,
        "profesores/students.html",
        {
            # Asked only where they are shown.
            "classes": partial(classes_of, picker),
            "words": request.GET.get(WORDS, ""),
            "leads": partial(may_administer, user, today),
        },
    )
