"""«Registros de convivencia»: the list, the history of a pupil, and a new record (requirement E4)."""

import uuid
from datetime import date

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from convivencia.records.access import students_followed_by
from convivencia.records.choices import BehaviourKind, Measure
from convivencia.records.writing import write_records
from plumier.access import works_somewhere
from plumier.clock import database_now, database_today, day_in
from plumier.models import Procedure, School
from plumier.policies import policy, user_of
from plumier.record_access import note
from plumier.refusals import Refused, SavedOtherwise
from profesores.behaviour_form import RecordForm
from profesores.behaviour_page import (
    ALL,
    TABS,
    Filters,
    enrolment_of,
    pupils_of,
    records_page,
    sessions_of,
    student_page,
    usual_filters,
)
from profesores.procedures import CONVIVENCIA, school_using, tabs

KEPT_BACK = 422
MINE = "mios"
SAVE = "guardar"


@require_safe
@policy(works_somewhere)
def behaviour(request: HttpRequest) -> HttpResponse:
    """Those that are hers to read."""
    school = school_using(request, Procedure.BEHAVIOUR)
    user, today = user_of(request), day_in(school, database_now())
    usual = usual_filters(school, today)
    filters = _filters(request.GET, usual)
    page = records_page(user, school, today, filters, _number(request.GET.get("despues", "")))
    note(request, {line.record.enrolment.student.person for line in page.lines}, "behaviour")
    context = {
        "page": page,
        "filters": filters,
        "views": list(zip(TABS, (_("Todos"), _("Sin notificar")), strict=True)),
        "school": school,
        "tabs": tabs(request, school, CONVIVENCIA),
    }
    return render(request, "profesores/behaviour.html", context)


@require_safe
@policy(works_somewhere)
def behaviour_student(request: HttpRequest, student_id: int) -> HttpResponse:
    """What of a pupil is hers to read, of every year."""
    students = students_followed_by(user_of(request), database_today())
    student = get_object_or_404(students.select_related("person", "school"), pk=student_id)
    today = day_in(student.school, database_now())
    user, school = user_of(request), student.school
    note(request, [student.person], "behaviour")
    context = {
        "page": student_page(user, student, today, _number(request.GET.get("despues", ""))),
        "student": student,
        "school": school,
        "writes": bool(enrolment_of(user, school, today, student.pk)),
    }
    return render(request, "profesores/behaviour_student.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(works_somewhere)
def behaviour_new(request: HttpRequest) -> HttpResponse:
    """Pupils and what happened; by POST it is kept, or another group is shown with what was chosen and typed."""
    school, now = school_using(request, Procedure.BEHAVIOUR), database_now()
    user, today = user_of(request), day_in(school, now)
    posted = request.method == "POST"
    chosen = _numbers(request.POST.getlist("alumnos"))
    if not posted and (student := _number(request.GET.get("alumno", ""))):
        chosen = enrolment_of(user, school, today, student)
    saves = posted and request.POST.get("hacer") == SAVE
    form = _form(request, school, today, saves=saves)
    incident = _incident(request)
    problem, status = "", 200
    if saves:
        status = KEPT_BACK
        if form.is_valid():
            try:
                made = write_records(school, chosen, form.written, incident=incident, by=user, now=now)
            except Refused as refusal:
                problem = str(refusal)
                incident = uuid.uuid4() if isinstance(refusal, SavedOtherwise) else incident
            else:
                return _written(request, school, [one.pk for one in made])
        elif not chosen:
            problem = _("Elija al menos un alumno.")
    asked = (request.POST if posted else request.GET).get("grupo", "")
    context = {
        "form": form,
        "pupils": pupils_of(user, school, today, _number(asked), chosen),
        "chosen": set(chosen),
        "incident": incident,
        "problem": problem,
        "school": school,
        "save": SAVE,
    }
    return render(request, "profesores/behaviour_new.html", context, status=status)


def _form(request: HttpRequest, school: School, today: date, *, saves: bool) -> RecordForm:
    """Bound where it is to be saved; where another group is looked at, what was typed is shown as it is."""
    sessions = sessions_of(school)
    if saves:
        return RecordForm(sessions, today, request.POST)
    typed = {name: request.POST[name] for name in RecordForm.base_fields if name in request.POST}
    usual = {"kind": BehaviourKind.CONTRARY, "day": today, "measure": Measure.NONE}
    return RecordForm(sessions, today, initial={**usual, **typed})


def _written(request: HttpRequest, school: School, records: list[int]) -> HttpResponse:
    """To the record where it is one, so that the family can be told; else to the list."""
    said = ngettext(
        "%(number)d registro guardado. La familia aún no sabe nada.",
        "%(number)d registros guardados, uno por alumno. Las familias aún no saben nada.",
        len(records),
    )
    notices.success(request, said % {"number": len(records)})
    place = (
        reverse("profesores:behaviour_record", args=records)
        if len(records) == 1
        else f"{reverse('profesores:behaviour')}?centro={school.code}&autor={MINE}"
    )
    response = redirect(place)
    response.status_code = 303
    return response


def _incident(request: HttpRequest) -> uuid.UUID:
    """The one of the form, so that a second press is the same; 404 for what is none."""
    if request.method != "POST":
        return uuid.uuid4()
    try:
        return uuid.UUID(request.POST.get("incidente", ""))
    except ValueError as error:
        raise Http404 from error


def _filters(query: QueryDict, usual: Filters) -> Filters:
    tab = query.get("ver", "")
    return Filters(
        _day(query.get("desde", "")) or usual.first,
        _day(query.get("hasta", "")) or usual.last,
        tab if tab in TABS else ALL,
        _number(query.get("grupo", "")),
        query.get("autor", "") == MINE,
    )


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _number(typed: str) -> int:
    return next(iter(_numbers([typed])), 0)


def _numbers(typed: list[str]) -> list[int]:
    return [int(one) for one in typed if one.isascii() and one.isdigit() and len(one) <= 18]
