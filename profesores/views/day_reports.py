"""«Partes del día»: the day's state of the classes, written by an office, read by whom it is for (C12)."""

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from journal.access import reads_reports, reports_as
from journal.models.reports import REMARK_LENGTH, REMARKS_LENGTH
from journal.reports import ReportChanged, save_report, send_report
from plumier.access import works_somewhere
from plumier.clock import database_now, day_in
from plumier.models import Procedure, School
from plumier.policies import policy, user_of
from plumier.refusals import Refused
from plumier.roles import Role
from profesores.day_report_page import PAGE, ReportPage, ReportReader, reports_seen
from profesores.procedures import school_using
from profesores.views.journals import KEPT_BACK, address, day_asked

OFFICE, GROUP, AFTER = "oficina", "grupo", "despues"


@require_safe
@policy(works_somewhere)
def day_reports(request: HttpRequest) -> HttpResponse:
    """Those that she may read, newest first, and where she writes hers of today."""
    school, now = _school(request), database_now()
    user, today = user_of(request), day_in(school, now)
    rows = reports_seen(user, school, today).order_by("-day", "-pk")
    if last := rows.filter(pk=_number(request.GET.get(AFTER, ""))).first():
        rows = rows.filter(day__lt=last.day) | rows.filter(day=last.day, pk__lt=last.pk)
    found = list(rows[: PAGE + 1])
    context = {
        "school": school,
        "today": today,
        "offices": [(role, Role(role).label) for role in reports_as(user, school, today)],
        "reports": found[:PAGE],
        "after": found[PAGE - 1].pk if len(found) > PAGE else 0,
    }
    with timezone.override(school.time_zone):
        return render(request, "profesores/day_reports.html", context)


@require_safe
@policy(works_somewhere)
def day_report(request: HttpRequest, report_id: int) -> HttpResponse:
    """One of them, as she may read it."""
    school, user = _school(request), user_of(request)
    today = day_in(school, database_now())
    report = get_object_or_404(reports_seen(user, school, today), pk=report_id)
    page = ReportReader(user, school, report.day, report.role, today).page()
    return _shown(request, "profesores/day_report.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(works_somewhere)
def day_report_write(request: HttpRequest) -> HttpResponse:
    """The report of an office of hers for a day: kept as a draft, or with `enviar` sent."""
    school, now, user = _school(request), database_now(), user_of(request)
    today, day = day_in(school, now), day_asked(request, school, now)
    offices = reports_as(user, school, today)
    role = request.GET.get(OFFICE, "") or next(iter(offices), "")
    if role not in offices:
        raise Http404
    chosen = _number(request.GET.get(GROUP, ""))
    reader = ReportReader(user, school, day, role, today)
    if request.method != "POST":
        return _shown(request, "profesores/day_report_write.html", reader.page(chosen=chosen))
    typed = {name: str(value) for name, value in request.POST.items()}
    if wrong := reader.wrong_numbers(request.POST):
        notices.error(
            request,
            _("Escriba números enteros en: %(groups)s.") % {"groups": ", ".join(dict.fromkeys(wrong))},
        )
        return _shown(request, "profesores/day_report_write.html", reader.page(typed, chosen), KEPT_BACK)
    try:
        report = save_report(school, day, role, reader.posted(request.POST), by=user, now=now)
        if "enviar" in request.POST:
            report = send_report(report, by=user, now=now)
    except ReportChanged as refusal:
        notices.error(request, str(refusal))
        fresh = ReportReader(user, school, day, role, today)
        return _shown(request, "profesores/day_report_write.html", fresh.page(typed, chosen), KEPT_BACK)
    except Refused as refusal:
        notices.error(request, str(refusal))
        return _shown(request, "profesores/day_report_write.html", reader.page(typed, chosen), KEPT_BACK)
    if "enviar" in request.POST:
        notices.success(request, _("El parte está enviado por correo y a Notica."))
        where = address("profesores:day_report", school, day, report.pk)
    else:
        notices.success(request, _("El borrador está guardado. Aún no lo ha recibido nadie."))
        group = _number(request.POST.get("ver", "")) or chosen
        where = f"{address('profesores:day_report_write', school, day)}&{urlencode({OFFICE: role, GROUP: str(group)})}"
    response = redirect(where)
    response.status_code = 303
    return response


def _school(request: HttpRequest) -> School:
    """The school of now. Http404 for who neither writes nor reads its reports."""
    school = school_using(request, Procedure.DAY_REPORTS)
    if not reads_reports(user_of(request), school, day_in(school, database_now())):
        raise Http404
    return school


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 18 else 0


def _shown(request: HttpRequest, template: str, page: ReportPage, status: int = 200) -> HttpResponse:
    context = {"page": page, "remark_length": REMARK_LENGTH, "remarks_length": REMARKS_LENGTH}
    with timezone.override(page.school.time_zone):
        return render(request, template, context, status=status)
