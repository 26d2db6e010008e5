"""Absences in the administration: what the school has settled, and the marks themselves to be read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from attendance.models import Absence, AttendancePolicy
from plumier.admin import BY_SCHOOL, SchoolScopedAdmin


@admin.register(AttendancePolicy)
class AttendancePolicyAdmin(SchoolScopedAdmin[AttendancePolicy]):
    list_display = ("school", "grace_minutes", "threshold")
    list_select_related = ("school",)


@admin.register(Absence)
class AbsenceAdmin(SchoolScopedAdmin[Absence]):
    """To find and to read: marks are made in «Faltas», where the family hears of what is corrected."""

    list_display = (
        "student",
        "day",
        "session",
        "subject",
        "kind",
        "justified_at",
        "cleared_at",
        "noted_by",
        "school",
    )
    list_filter = ("kind", "day", BY_SCHOOL)
    list_select_related = ("enrolment__student__person", "subject", "noted_by", "school")
    search_fields = ("enrolment__student__person__sort_key",)
    ordering = ("-day", "-id")

    @admin.display(description=gettext_lazy("alumno"))
    def student(self, absence: Absence) -> str:
        """Her name."""
        return absence.enrolment.student.person.full_name

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
