"""The administration's way to a workbook: chosen students of its list."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notica.student_data.asking import ask_for
from notica.student_data.choosing import Selection
from plumier.clock import database_now
from plumier.models import School, Student
from plumier.policies import user_of
from plumier.refusals import Refused


@admin.action(description=gettext_lazy("Datos de alumnos (Excel)"))
def send_student_data(
    page: ModelAdmin[Any], request: HttpRequest, rows: QuerySet[Student]
) -> HttpResponse | None:
    """Ask for the workbook and show how far it is."""
    schools = set(rows.order_by().values_list("school", flat=True).distinct())
    if len(schools) != 1:
        messages.error(request, _("Elija filas de un solo centro."))
        return None
    chosen = Selection(students=frozenset(rows.values_list("pk", flat=True)))
    try:
        school = School.objects.get(pk=schools.pop())
        asked = ask_for(chosen, school, by=user_of(request), now=database_now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return None
    return redirect("notica:export", asked.token)
