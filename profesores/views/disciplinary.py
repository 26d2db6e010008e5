"""«Expedientes»: the list, and opening one (requirement E5)."""

from typing import Final

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from convivencia.disciplinary.access import directs_somewhere, schools_opening, students_brought_before
from convivencia.disciplinary.opening import open_case
from plumier.access import works_somewhere
from plumier.clock import database_now, day_in
from plumier.models import Enrolment, Procedure
from plumier.names import search_key
from plumier.policies import policy, user_of
from plumier.record_access import note
from plumier.refusals import Refused
from profesores.disciplinary_forms import OpeningForm
from profesores.disciplinary_page import TABS, Filters, cases_page
from profesores.procedures import CONVIVENCIA, school_using, tabs

FOUND: Final = 30  # pupils that a search shows


@require_safe
@policy(works_somewhere)
def disciplinary(request: HttpRequest) -> HttpResponse:
    """Those of the school that are hers to see; none for most of its staff."""
    school, now = school_using(request, Procedure.DISCIPLINARY), database_now()
    user, today = user_of(request), day_in(school, now)
    filters = _filters(request.GET)
    page = cases_page(user, school, today, filters, _number(request.GET.get("despues", "")))
    note(request, {line.case.student.person for line in page.lines}, "disciplinary_list")
    context = {
        "page": page,
        "filters": filters,
        "choices": list(zip(TABS, (_("Abiertos"), _("Cerrados"), _("Todos")), strict=True)),
        "school": school,
        "opens": schools_opening(user, today).filter(pk=school.pk).exists(),
        "tabs": tabs(request, school, CONVIVENCIA),
    }
    return render(request, "profesores/disciplinary.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(directs_somewhere)
def disciplinary_open(request: HttpRequest) -> HttpResponse:
    """First whom it is about (`alumno` in the address), then the rest; by POST it is opened."""
    school, now = school_using(request, Procedure.DISCIPLINARY), database_now()
    user, today = user_of(request), day_in(school, now)
    if not schools_opening(user, today).filter(pk=school.pk).exists():
        raise Http404
    students = students_brought_before(user, school, today)
    chosen = _number(request.GET.get("alumno", ""))
    if not chosen:
        words = request.GET.get("buscar", "").replace("\0", "")
        rows = Enrolment.objects.in_force(today).filter(
            student__in=students.values("pk"), year__is_current=True
        )
        for word in search_key(words).split():
            rows = rows.filter(student__person__sort_key__contains=word)
        found = rows.select_related("student__person", "group").order_by("student__person__sort_key", "pk")
        context = {"school": school, "words": words, "found": found[:FOUND] if words.strip() else None}
        return render(request, "profesores/disciplinary_whom.html", context)
    student = get_object_or_404(students.select_related("person", "school"), pk=chosen)
    form = OpeningForm(request.POST or None, student, today)
    if request.method == "POST" and form.is_valid():
        try:
            case = open_case(school, form.opening, by=user, now=now)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            said = _("Abierto el expediente %(number)s. Se está comunicando a quien corresponde.")
            notices.success(request, said % {"number": case.number_words})
            response = redirect("profesores:disciplinary_case", case.pk)
            response.status_code = 303
            return response
    context = {
        "form": form,
        "student": student,
        "school": school,
        "enrolment": student.enrolments.filter(year__is_current=True).select_related("group").first(),
    }
    return render(request, "profesores/disciplinary_open.html", context, status=422 if form.is_bound else 200)


def _filters(query: QueryDict) -> Filters:
    tab = query.get("ver", "")
    usual = Filters()
    return Filters(
        tab if tab in TABS else usual.tab, _number(query.get("curso", "")), _number(query.get("grupo", ""))
    )


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 18 else 0
