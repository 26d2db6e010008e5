"""Calificaciones: her classes and groups, a group's table with its acuses, opening it and reminding (D3)."""

from typing import Final

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from grades.access import evaluations_for, groups_overseen_by
from grades.actions import publish, remind
from grades.models import Evaluation
from grades.refusals import GradesRefused
from grades.tables import class_lines, group_lines, group_table
from notica.refusals import Refused
from plumier.access import schools_led_by, works_somewhere
from plumier.clock import database_now, database_today, day_in
from plumier.models import Group
from plumier.policies import policy, user_of
from profesores.school import current_school

PARAMETER: Final = "evaluacion"  # an evaluation's key, in an address
TELL: Final = "avisar"  # the box «Avisar a las familias»


@require_safe
@policy(works_somewhere)
def grades(request: HttpRequest) -> HttpResponse:
    """Her classes and her groups in one evaluation of the year: the one of the address, else the newest."""
    user, school, today = user_of(request), current_school(request), database_today()
    evaluations = list(evaluations_for(user, today).filter(school=school).order_by("pk"))
    chosen = _chosen(request, evaluations)
    groups = groups_overseen_by(user, today).filter(school=school)
    overseen = list(groups.select_related("stage").order_by("stage__pk", "name"))
    lines = group_lines(chosen, overseen, today) if chosen else []
    context = {
        "evaluations": evaluations,
        "chosen": chosen,
        "classes": class_lines(chosen, user, today) if chosen else [],
        "groups": lines,
        "ready": [line for line in lines if line.marked and line.opened_at is None],
        "leads": schools_led_by(user, today).filter(pk=school.pk).exists(),
    }
    with timezone.override(school.time_zone):
        return render(request, "profesores/grades.html", context)


@require_safe
@policy(works_somewhere)
def grades_group(request: HttpRequest, evaluation_id: int, group_id: int) -> HttpResponse:
    """The whole table of a group, and which families have acknowledged it."""
    evaluation, group = _group(request, evaluation_id, group_id)
    user, now = user_of(request), database_now()
    today = day_in(evaluation.school, now)
    table = group_table(evaluation, group, user, today)
    context = {
        "evaluation": evaluation,
        "group": group,
        "table": table,
        "reminded_today": table.reminder is not None and table.reminder.day == today,
    }
    with timezone.override(evaluation.school.time_zone):
        return render(request, "profesores/grades_group.html", context)


@require_POST
@policy(works_somewhere)
def grades_publish(request: HttpRequest, evaluation_id: int, group_id: int) -> HttpResponse:
    """Open a group's marks to its families."""
    evaluation, group = _group(request, evaluation_id, group_id)
    _publish(request, evaluation, [group])
    return _see_other(reverse("profesores:grades_group", args=[evaluation.pk, group.pk]))


@require_POST
@policy(works_somewhere)
def grades_publish_all(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """Open the marks of all her groups that have any and are not open yet."""
    user, today = user_of(request), database_today()
    evaluation = _evaluation(request, evaluation_id)
    groups = list(groups_overseen_by(user, today).filter(school=evaluation.school_id))
    ready = [
        line.group for line in group_lines(evaluation, groups, today) if line.marked and not line.opened_at
    ]
    _publish(request, evaluation, ready)
    return _see_other(f"{reverse('profesores:grades')}?{PARAMETER}={evaluation.pk}")


@require_POST
@policy(works_somewhere)
def grades_remind(request: HttpRequest, evaluation_id: int, group_id: int) -> HttpResponse:
    """Remind the families that are missing; what came of it is on the send's page."""
    evaluation, group = _group(request, evaluation_id, group_id)
    try:
        remind(evaluation, group, by=user_of(request), now=database_now())
    except (GradesRefused, Refused) as refusal:
        notices.error(request, str(refusal))
    else:
        notices.success(request, _("El recordatorio está en camino."))
    return _see_other(reverse("profesores:grades_group", args=[evaluation.pk, group.pk]))


def _publish(request: HttpRequest, evaluation: Evaluation, groups: list[Group]) -> None:
    tell = bool(request.POST.get(TELL))
    try:
        made = publish(evaluation, groups, tell=tell, by=user_of(request), now=database_now())
    except (GradesRefused, Refused) as refusal:
        notices.error(request, str(refusal))
        return
    told = _("El aviso está en camino.")
    words = ngettext(
        "Publicadas las calificaciones de %(number)d grupo: sus familias ya las ven en Mirador.",
        "Publicadas las calificaciones de %(number)d grupos: sus familias ya las ven en Mirador.",
        len(made),
    ) % {"number": len(made)}
    if tell and made:
        words = f"{words} {told}"
    notices.success(request, words)


def _chosen(request: HttpRequest, evaluations: list[Evaluation]) -> Evaluation | None:
    typed = request.GET.get(PARAMETER, "")
    if not typed:
        return evaluations[-1] if evaluations else None
    found = next((one for one in evaluations if str(one.pk) == typed), None)
    if found is None:
        raise Http404
    return found


def _evaluation(request: HttpRequest, evaluation_id: int) -> Evaluation:
    known = evaluations_for(user_of(request), database_today()).select_related("school__policy", "year")
    return get_object_or_404(known, pk=evaluation_id)


def _group(request: HttpRequest, evaluation_id: int, group_id: int) -> tuple[Evaluation, Group]:
    evaluation = _evaluation(request, evaluation_id)
    hers = groups_overseen_by(user_of(request), database_today()).filter(year=evaluation.year_id)
    return evaluation, get_object_or_404(hers, pk=group_id)


def _see_other(address: str) -> HttpResponse:
    """What was posted is done: another page is read."""
    response = redirect(address)
    response.status_code = 303
    return response
