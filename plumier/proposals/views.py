"""The pages on which contacts are handed in: the table of a group, new pupils, and what became of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plumier.access import groups_tutored_by
from plumier.clock import database_today
from plumier.importing.tables import MOST_BYTES
from plumier.models import Group, ProposalSource, Relation, User
from plumier.policies import policy, user_of
from plumier.proposals.access import (
    admits_pupils,
    collects_contacts,
    deals_with_contacts,
    pupils_of_group,
    reviews_contacts,
)
from plumier.proposals.grid import Grid, grid_of, new_rows
from plumier.proposals.handed_in import lines
from plumier.proposals.pages import number_of, pages_of, people, try_to_hand_in
from plumier.proposals.posted import read_post
from plumier.proposals.proposing import HandIn
from plumier.proposals.reading import Problems, Typed
from plumier.proposals.sheet import SheetRows, read_sheet, write_sheet
from plumier.proposals.shown import pack
from plumier.record_access import note
from plumier.refusals import Refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NEW_ROWS = 1


@dataclass(slots=True)
class _Typing:
    """What the page shows instead of the register: what was typed, what is wrong with it, and where it came from."""

    typed: Mapping[str, Typed] = field(default_factory=dict)
    problems: Mapping[str, Problems] = field(default_factory=dict)
    source: str = ProposalSource.GRID
    unknown: Iterable[str] = ()


@require_http_methods(["GET", "HEAD", "POST"])
@policy(deals_with_contacts)
def contacts(request: HttpRequest) -> HttpResponse:
    """The table of a tutor's group; whoever has none is led to the page that is hers."""
    user, today = user_of(request), database_today()
    if not collects_contacts(user, today):
        if request.method == "POST":
            raise Http404
        return redirect(_first_page(user, today))
    group = _group(request, user, today)
    grid = _grid(user, group, today)
    if request.method != "POST":
        note(request, people(grid), "contacts")
        return _table(request, group, grid, _Typing())
    source = ProposalSource.FILE if request.POST.get("source") == ProposalSource.FILE else ProposalSource.GRID
    posted = read_post(request.POST, grid)
    found, problems = try_to_hand_in(request, HandIn(group.school, source, posted.ready, group), posted, grid)
    if found is not None and not problems and not posted.gone:
        return redirect(f"{request.path}?grupo={group.pk}")
    left = {one.key: one for one in posted.rows if found is None or one.key in problems}
    return _table(request, group, _grid(user, group, today), _Typing(left, problems, source, posted.gone))


def _first_page(user: User, today: date) -> str:
    if reviews_contacts(user, today):
        return "notica:contact_review"
    return "new_pupils" if admits_pupils(user, today) else "handed_in"


def _group(request: HttpRequest, user: User, today: date) -> Group:
    groups = groups_tutored_by(user, today).select_related("school")
    chosen = request.POST.get("grupo") or request.GET.get("grupo", "")
    if chosen:
        return get_object_or_404(groups, pk=number_of(chosen))
    first = groups.order_by("name", "pk").first()
    if first is None:
        raise Http404
    return first


def _grid(user: User, group: Group, today: date) -> Grid:
    pupils = pupils_of_group(user, group, today).select_related("person")
    return grid_of(pupils.order_by("person__sort_key", "pk"), user, today)


def _table(request: HttpRequest, group: Group, grid: Grid, typing: _Typing) -> HttpResponse:
    user, today = user_of(request), database_today()
    rows = grid.rows(typing.typed, typing.problems)
    context = {
        "group": group,
        "groups": groups_tutored_by(user, today).order_by("name", "pk"),
        "rows": rows,
        "new_rows": new_rows(typing.typed.values(), typing.problems, NEW_ROWS),
        "waiting": lines(grid.waiting()),
        "students": grid.students,
        "relations": Relation.choices,
        "source": typing.source,
        "shown": pack(grid.shown()),
        "unknown": typing.unknown,
        "alone": [student for student in grid.students if not grid.known.get(student.pk)],
        "registration_required": group.school.policy.registration_required,
        "pages": pages_of(user, today),
    }
    return render(request, "plumier/contacts.html", context)


@require_safe
@policy(collects_contacts)
def contacts_sheet(request: HttpRequest) -> HttpResponse:
    """The table of a group as a workbook."""
    user, today = user_of(request), database_today()
    group = _group(request, user, today)
    grid = _grid(user, group, today)
    note(request, people(grid), "contacts_sheet")
    response = HttpResponse(write_sheet(grid), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="contactos-{group.pk}.xlsx"'
    return response


@require_POST
@policy(collects_contacts)
def contacts_file(request: HttpRequest) -> HttpResponse:
    """A file laid over the table, to be looked at and handed in."""
    user, today = user_of(request), database_today()
    group = _group(request, user, today)
    grid = _grid(user, group, today)
    file = request.FILES.get("fichero")
    try:
        if file is None:
            raise Refused(_("Elija un fichero."))
        content = file.read(MOST_BYTES + 1)
        found: SheetRows = read_sheet(content, grid)
    except Refused as refusal:
        notices.error(request, str(refusal))
        return redirect(f"{_table_url(request)}?grupo={group.pk}")
    return _table(request, group, grid, _Typing(found.typed, {}, ProposalSource.FILE, found.unknown))


def _table_url(request: HttpRequest) -> str:
    return request.path.removesuffix("fichero/")
