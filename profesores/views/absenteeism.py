"""«Absentismo»: the list of a period, its workbook, and «Notificar» (requirement E3)."""

from datetime import date

from django import forms
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from attendance.absenteeism import Period, threshold_of
from attendance.absenteeism_book import absenteeism_book
from attendance.access import may_notify
from attendance.notifying import notify
from plumier.access import works_somewhere
from plumier.clock import database_now, day_in
from plumier.models import School
from plumier.policies import policy, user_of
from plumier.record_access import note
from plumier.refusals import Refused
from plumier.workbooks import XLSX
from profesores.absenteeism_page import absenteeism_page, first_period
from profesores.school import current_school


class PeriodForm(forms.Form):
    """From … to …, above how many per cent; the last day is none before the first."""

    desde = forms.DateField(
        label=gettext_lazy("Desde"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    hasta = forms.DateField(
        label=gettext_lazy("Hasta"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    mas = forms.IntegerField(label=gettext_lazy("Más del (%)"), min_value=0, max_value=100)
    sin = forms.BooleanField(label=gettext_lazy("Contar solo las faltas sin justificar"), required=False)

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        first, last = self.cleaned_data.get("desde"), self.cleaned_data.get("hasta")
        if first and last and last < first:
            self.add_error("hasta", _("El último día es anterior al primero."))
        elif first and last and (last - first).days > 400:
            self.add_error("desde", _("El periodo es demasiado largo: elija como mucho un curso."))
        return cleaned

    @property
    def period(self) -> Period:
        """What was asked for; of a form that is right."""
        data = self.cleaned_data
        return Period(data["desde"], data["hasta"], data["mas"], data["sin"])


@require_http_methods(["GET", "HEAD", "POST"])
@policy(works_somewhere)
def absenteeism(request: HttpRequest) -> HttpResponse:
    """The list; by POST it is notified."""
    school, now = current_school(request), database_now()
    user, today = user_of(request), day_in(school, now)
    if request.method == "POST" and not may_notify(user, school, today):
        raise Http404
    form = _form(request.GET, school)
    page = absenteeism_page(user, school, form.period, today) if form.is_valid() else None
    if request.method == "POST" and page is not None:
        try:
            report = notify(school, form.period, page.figures, by=user, now=now)
        except Refused as refusal:
            notices.error(request, str(refusal))
        else:
            said = ngettext(
                "Notificado a %(number)d persona en Notica.",
                "Notificado a %(number)d personas en Notica.",
                report.told,
            )
            notices.success(request, said % {"number": report.told})
        response = redirect(request.get_full_path())
        response.status_code = 303
        return response
    if page is not None:
        note(request, [line.enrolment.student.person for line in page.lines], "absenteeism")
    context = {"page": page, "form": form, "school": school}
    return render(request, "profesores/absenteeism.html", context, status=200 if page else 422)


@require_safe
@policy(works_somewhere)
def absenteeism_workbook(request: HttpRequest) -> HttpResponse:
    """The same list as a workbook; 404 for a period that is none."""
    school, now = current_school(request), database_now()
    form = _form(request.GET, school)
    if not form.is_valid():
        raise Http404
    page = absenteeism_page(user_of(request), school, form.period, day_in(school, now))
    note(request, [line.enrolment.student.person for line in page.lines], "absenteeism")
    response = HttpResponse(absenteeism_book(page.figures, form.period), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="absentismo-{school.code}.xlsx"'
    return response


def _form(query: QueryDict, school: School) -> PeriodForm:
    """What the address says, else the year until today.

    The last day is today's at most: sessions that are still to come would make everybody's share smaller.
    """
    usual = first_period(school, day_in(school, database_now()), threshold_of(school))
    values = {
        "desde": query.get("desde") or usual.first.isoformat(),
        "hasta": _until(query.get("hasta", ""), usual.last),
        "mas": query.get("mas") or str(usual.threshold),
        "sin": query.get("sin", ""),
    }
    form = PeriodForm(values)
    form.is_valid()
    return form


def _until(typed: str, today: date) -> str:
    try:
        return min(date.fromisoformat(typed), today).isoformat()
    except ValueError:
        return typed or today.isoformat()
