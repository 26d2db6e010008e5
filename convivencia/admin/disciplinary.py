"""Expedientes disciplinarios in the administration: to find and to read, by the management of the school (E5)."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from convivencia.disciplinary.access import cases_directed_by, directs_somewhere
from convivencia.models import DisciplinaryCase, DisciplinaryFile, DisciplinaryHearer, DisciplinaryStep
from plumier.admin import BY_SCHOOL, SchoolScopedAdmin
from plumier.admin.history import kept_elsewhere, looked_at_by_management
from plumier.clock import database_today
from plumier.models import Person
from plumier.policies import user_of

# Whoever leads a school reads the history of its register; of an expediente the management alone, on its page.
kept_elsewhere(DisciplinaryCase, DisciplinaryStep, DisciplinaryFile, DisciplinaryHearer)
looked_at_by_management("disciplinary_case", "disciplinary_list", "admin:disciplinarycase")


@admin.register(DisciplinaryCase)
class DisciplinaryCaseAdmin(SchoolScopedAdmin[DisciplinaryCase]):
    """Opened, instructed and closed in «Expedientes», where whom it concerns hears of it."""

    list_display = (
        "__str__",
        "student",
        "group",
        "kind",
        "opened_on",
        "instructor",
        "ending",
        "closed_on",
        "school",
    )
    list_filter = ("ending", "kind", "opened_on", BY_SCHOOL)
    list_select_related = ("student__person", "group", "year", "instructor", "school")
    search_fields = ("student__person__sort_key",)
    ordering = ("-opened_on", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[DisciplinaryCase]:
        """Not whoever acts for the school: its management, and nobody about her own child."""
        hers = cases_directed_by(user_of(request), database_today())
        return super().get_queryset(request).filter(pk__in=hers.values("pk"))

    def record_of(self, row: DisciplinaryCase) -> Person | None:
        return row.student.person

    def has_module_permission(self, request: HttpRequest) -> bool:
        return super().has_module_permission(request) and _directs(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_view_permission(request, obj) and _directs(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("alumno"))
    def student(self, case: DisciplinaryCase) -> str:
        """Her name."""
        return case.student.person.full_name


def _directs(request: HttpRequest) -> bool:
    return directs_somewhere(user_of(request), database_today())
