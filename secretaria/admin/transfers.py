"""Transfers in the administration, to be found and read: their steps are taken in «Traslados», where the other school
hears of them. A school finds here those from it; those to it stand in «Traslados»."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from plumier.admin import BY_SCHOOL, SchoolScopedAdmin
from plumier.admin.history import kept_elsewhere
from plumier.admin.scope import about_people
from plumier.clock import database_today
from plumier.models import Person
from plumier.policies import user_of
from secretaria.models import Transfer, TransferFile, TransferStep
from secretaria.transfers.access import transfers_kept_from

kept_elsewhere(Transfer, TransferStep, TransferFile)
about_people(Transfer, "student__person")
about_people(TransferStep, "transfer__student__person")


class _ReadOnly(SchoolScopedAdmin[Any]):
    transfer = "pk"  # leads from a row to its transfer

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without those from whose student a court keeps her, also where nobody has recognised the student yet."""
        rows = super().get_queryset(request)
        user = user_of(request)
        if user.is_superuser:
            return rows
        kept = transfers_kept_from(user, database_today()).values("pk")
        return rows.exclude(**{f"{self.transfer}__in": kept})

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
    transfer = "transfer"
    list_display = ("transfer", "number", "action", "state", "school", "by", "at")
    list_filter = ("action", BY_SCHOOL)
    list_select_related = ("transfer", "school", "by")
    search_fields = ("transfer__sort_key",)
    ordering = ("-at", "-id")
