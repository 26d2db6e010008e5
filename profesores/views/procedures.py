"""The places of the bar that lead to several procedures: each opens the first that the school uses."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from plumier.access import may_administer, works_somewhere
from plumier.policies import policy
from profesores.procedures import CONVIVENCIA, SECRETARIA, Rows, tabs
from profesores.school import current_school


@require_safe
@policy(works_somewhere)
def convivencia(request: HttpRequest) -> HttpResponse:
    """Behaviour records, else expedientes disciplinarios."""
    return _first(request, CONVIVENCIA)


@require_safe
@policy(may_administer)
def secretaria(request: HttpRequest) -> HttpResponse:
    """Títulos, else traslados, else tasas."""
    return _first(request, SECRETARIA)


def _first(request: HttpRequest, rows: Rows) -> HttpResponse:
    school = current_school(request)
    found = tabs(request, school, rows)
    if not found:
        raise Http404
    return redirect(f"{found[0].url}?centro={school.code}")
