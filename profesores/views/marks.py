"""The marks of one class, written on one sheet and kept with one press."""

from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from grades.access import classes_marked_by, evaluations_for, pupils_of
from grades.models import REMARK_LENGTH, VALUE_LENGTH, Evaluation
from grades.refusals import GradesRefused
from grades.writing import MarksClash, marks_of, why_closed, write_marks
from plumier.access import works_somewhere
from plumier.clock import database_now, database_today, day_in
from plumier.models import Enrolment, TeachingAssignment
from plumier.policies import policy, user_of
from profesores.marks_sheet import SheetLine, cells, clashing, is_valid, posted, shown


@require_http_methods(["GET", "HEAD", "POST"])
@policy(works_somewhere)
def grades_class(request: HttpRequest, evaluation_id: int, assignment_id: int) -> HttpResponse:
    """The sheet; a refusal keeps all that was typed."""
    user, now = user_of(request), database_now()
    evaluation, assignment = _class(request, evaluation_id, assignment_id)
    pupils = list(pupils_of(assignment, user, day_in(evaluation.school, now)))
    if request.method != "POST":
        stands = marks_of(evaluation, assignment.subject_id, {one.pk: one for one in pupils})
        return _page(request, evaluation, assignment, shown(pupils, stands))
    return _keep(request, evaluation, assignment, pupils)


def _keep(
    request: HttpRequest, evaluation: Evaluation, assignment: TeachingAssignment, pupils: list[Enrolment]
) -> HttpResponse:
    lines = posted(pupils, request.POST)
    if not is_valid(lines):
        return _page(
            request, evaluation, assignment, lines, _("Hay algo que corregir: no se ha guardado nada.")
        )
    try:
        number = write_marks(evaluation, assignment, cells(lines), by=user_of(request), now=database_now())
    except MarksClash as clash:
        return _page(request, evaluation, assignment, clashing(lines, clash), str(clash))
    except GradesRefused as refusal:
        return _page(request, evaluation, assignment, lines, str(refusal))
    words = ngettext("Guardada %(number)d nota.", "Guardadas %(number)d notas.", number)
    notices.success(request, words % {"number": number} if number else _("No había nada que guardar."))
    response = redirect("profesores:grades_class", evaluation.pk, assignment.pk)
    response.status_code = 303
    return response


def _class(
    request: HttpRequest, evaluation_id: int, assignment_id: int
) -> tuple[Evaluation, TeachingAssignment]:
    user, today = user_of(request), database_today()
    evaluations = evaluations_for(user, today).select_related("school__policy", "year")
    evaluation = get_object_or_404(evaluations, pk=evaluation_id)
    hers = classes_marked_by(user, today).filter(year=evaluation.year_id)
    return evaluation, get_object_or_404(
        hers.select_related("subject", "group", "subgroup"), pk=assignment_id
    )


def _page(
    request: HttpRequest,
    evaluation: Evaluation,
    assignment: TeachingAssignment,
    lines: list[SheetLine],
    problem: str = "",
) -> HttpResponse:
    today = day_in(evaluation.school, database_now())
    context: dict[str, Any] = {
        "evaluation": evaluation,
        "assignment": assignment,
        "lines": lines,
        "problem": problem,
        "closed": why_closed(evaluation, user_of(request), today),
        "value_length": VALUE_LENGTH,
        "remark_length": REMARK_LENGTH,
    }
    with timezone.override(evaluation.school.time_zone):
        return render(request, "profesores/grades_class.html", context, status=422 if problem else 200)
