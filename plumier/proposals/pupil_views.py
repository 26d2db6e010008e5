"""The pages on which the contacts of new pupils are handed in (V 1: Đào tạo)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from plumier.clock import database_today
from plumier.models import ProposalSource, Relation
from plumier.policies import policy, user_of
from plumier.proposals.access import admits_pupils, new_pupils
from plumier.proposals.grid import grid_of, new_rows
from plumier.proposals.handed_in import lines
from plumier.proposals.pages import number_of, pages_of, people, try_to_hand_in
from plumier.proposals.posted import read_post
from plumier.proposals.proposing import HandIn
from plumier.proposals.reading import Problems, Typed
from plumier.proposals.shown import pack
from plumier.record_access import note

PAGE: Final = 50
ROWS: Final = 2


@require_safe
@policy(admits_pupils)
def pupils(request: HttpRequest) -> HttpResponse:
    """The pupils who are new in the school."""
    user, today = user_of(request), database_today()
    found = new_pupils(user, today).select_related("person", "school")
    start = found.filter(pk=number_of(request.GET.get("despues", ""))).first()
    if start is not None:
        key = start.person.sort_key
        found = found.filter(Q(person__sort_key__gt=key) | Q(person__sort_key=key, pk__gt=start.pk))
    page = list(found.order_by("person__sort_key", "pk")[: PAGE + 1])
    grid = grid_of(page[:PAGE], user, today)
    context = {
        "students": [
            (student, lines(grid.own_of(student)), len(grid.known.get(student.pk, ())))
            for student in page[:PAGE]
        ],
        "after": page[PAGE - 1].pk if len(page) > PAGE else 0,
        "pages": pages_of(user, today),
    }
    return render(request, "plumier/new_pupils.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(admits_pupils)
def pupil(request: HttpRequest, student_id: int) -> HttpResponse:
    """The contacts of one new pupil."""
    user, today = user_of(request), database_today()
    student = get_object_or_404(new_pupils(user, today).select_related("person", "school"), pk=student_id)
    grid = grid_of([student], user, today)
    typed: list[Typed] = []
    problems: Mapping[str, Problems] = {}
    gone: list[str] = []
    if request.method == "POST":
        posted = read_post(request.POST, grid)
        posted.rows = [one if one.student_id else replace(one, student_id=student.pk) for one in posted.rows]
        handed = HandIn(student.school, ProposalSource.NEW_PUPIL, posted.ready)
        found, problems = try_to_hand_in(request, handed, posted, grid)
        if found is not None and not problems and not posted.gone:
            return redirect("new_pupils")
        typed = [one for one in posted.rows if found is None or one.key in problems]
        gone = posted.gone
        grid = grid_of([student], user, today)
    else:
        note(request, people(grid), "new_pupil")
    context = {
        "student": student,
        "rows": grid.rows({one.key: one for one in typed}, problems),
        "new_rows": new_rows(typed, problems, ROWS),
        "waiting": lines(grid.waiting()),
        "shown": pack(grid.shown()),
        "unknown": gone,
        "relations": Relation.choices,
        "pages": pages_of(user, today),
    }
    return render(request, "plumier/new_pupil.html", context)
