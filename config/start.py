"""Where a log-in leads. Here because it knows the web of the staff and that of the families."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from plumier.access import (
    assignments_of,
    groups_tutored_by,
    may_administer,
    schools_served_by,
    works_somewhere,
)
from plumier.clock import database_today
from plumier.family_access import is_family
from plumier.models import User
from plumier.navigation import navigation_of
from plumier.policies import LOGGED_IN, policy, user_of
from profesores.school import PARAMETER, current_school


@require_safe
@policy(LOGGED_IN)
def start(request: HttpRequest) -> HttpResponse:
    """Lead to the pages that are this user's; with `centro`, in that school from now on.

    Who teaches or is a tutor to her students, who leads a school to all of its students, other staff to what
    came for them, a service of the Consejería to the notice board, a family or a student to Mirador. Who works in a
    school too finds Mirador in the bar.
    """
    user, today = user_of(request), database_today()
    if works_somewhere(user, today):
        if request.GET.get(PARAMETER):
            current_school(request)
        return redirect(_page_of_staff(user, today))
    if schools_served_by(user, today).exists() and (board := navigation_of(request).more):
        return redirect(board[0].url)
    if is_family(user, today):
        return redirect("mirador:inbox")
    return render(request, "start.html")


def _page_of_staff(user: User, today: date) -> str:
    if assignments_of(user, today).exists() or groups_tutored_by(user, today).exists():
        return "profesores:students"
    if may_administer(user, today):
        return "profesores:school_students"
    return "profesores:inbox"
