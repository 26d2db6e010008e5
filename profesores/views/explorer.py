"""Alumnos centro › Explorador (requirement C2): a tree of stages, levels and groups, ticked whole or in part."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django_htmx.http import reswap

from notica.choices import Way
from plumier.access import may_administer
from plumier.clock import database_now
from plumier.policies import policy
from profesores.picking.school_picker import PLACE, SchoolPicker
from profesores.picking.selecting import clear, members, pick_matching, unpick_matching
from profesores.picking.tree import Node, changes
from profesores.school import address_that_says
from profesores.views.school_students import school_picker
from profesores.views.selection import PICKED, VIEW, bar_context, picking_page

_PAGE = "profesores/explorer.html"


@require_http_methods(["GET", "HEAD", "POST"])
@policy(may_administer)
def explorer(request: HttpRequest) -> HttpResponse:
    """The tree; ticking a part picks whoever is in it, by a filter."""
    picker = school_picker(request)
    if request.GET.get(VIEW) == PICKED:
        return redirect(f"{reverse('profesores:school_students')}?{request.GET.urlencode()}")
    if url := address_that_says(request, picker.school):
        return redirect(url)
    if request.method != "POST":
        return render(request, _PAGE, _context(request, picker))
    do = request.POST.get("hacer", "")
    if do == "vaciar":
        clear(picker)
    else:
        _keep_ticks(request, picker, database_now())
    if do in Way.values or do == "datos":
        return picking_page(request, picker, _PAGE)
    return _show(request, picker)


def _show(request: HttpRequest, picker: SchoolPicker) -> HttpResponse:
    context = _context(request, picker)
    htmx = request.htmx  # type: ignore[attr-defined]  # put there by django-htmx
    if not htmx:
        return HttpResponseRedirect(str(context["action"]), status=303)
    every = [node for root in _nodes(context) for node in root.walk()]
    response = render(request, "profesores/explorer_changed.html", {**context, "every": every})
    return reswap(response, "none")  # each part is put in its place, and what is open stays open


def _nodes(context: dict[str, object]) -> list[Node]:
    nodes = context["nodes"]
    assert isinstance(nodes, list)
    return nodes


def _context(request: HttpRequest, picker: SchoolPicker) -> dict[str, object]:
    nodes = picker.places.tree(members(picker))
    search = reverse("profesores:school_students")
    return {**bar_context(request, picker, {}), "nodes": nodes, "before": "", "search": search}


def _keep_ticks(request: HttpRequest, picker: SchoolPicker, now: datetime) -> None:
    """As differences from how the tree was shown: an old page takes nothing from a new."""
    before, ticked, touched = (set(request.POST.getlist(name)) for name in ("antes", "parte", "tocada"))
    for change in changes(picker.places.order(), before, ticked, touched):
        if change.unticked:
            unpick_matching(picker, *({PLACE: [place]} for place in change.unticked), now=now)
        if change.ticked:
            pick_matching(picker, *({PLACE: [place]} for place in change.ticked), now=now)
