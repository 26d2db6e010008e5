"""Transfers in the administration, to be found and read: their steps are taken in «Traslados», where the other school
hears of them. A school finds here those from it; those to it stand in «Traslados»."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from plumier.admin import BY_SCHOOL, SchoolScopedAdmin
from plumier.admin.scope import about_people
from plumier.models import Person
from secretaria.models import Transfer, TransferStep

about_people(Transfer, "student__person")
about_people(TransferStep, "transfer__student__person")


class _ReadOnly(SchoolScopedAdmin[Any]):
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Transfer)
class TransferAdmin(_ReadOnly):
    list_display = ("name", "nre", "school", "destination", "state", "turn", "due_on", "changed_at")
    list_filter = ("state", BY_SCHOOL)
    list_select_related = ("school", "destination", "turn")
    search_fields = ("sort_key",)
    ordering = ("-changed_at", "-id")

    @admin.display(description=gettext_lazy("alumno"))
    def name(self, row: Transfer) -> str:
        """Given name first."""
        return row.full_name

    def record_of(self, row: Transfer) -> Person | None:
        return row.student.person if row.student else None


@admin.register(TransferStep)
class TransferStepAdmin(_ReadOnly):
    list_display = ("transfer", "number", "action", "state", "school", "by", "at")
    list_filter = ("action", BY_SCHOOL)
    list_select_related = ("transfer", "school", "by")
    search_fields = ("transfer__sort_key",)
    ordering = ("-at", "-id")
