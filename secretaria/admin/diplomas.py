"""Titles in the administration: to find and to read. They are kept in «Títulos»."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from plumier.admin import BY_SCHOOL, SchoolScopedAdmin
from plumier.admin.scope import about_people
from plumier.models import Person
from secretaria.models import Diploma, DiplomaBatch

about_people(Diploma, "student__person")


class _ReadOnly:
    """Nothing is made, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(DiplomaBatch)
class DiplomaBatchAdmin(_ReadOnly, SchoolScopedAdmin[DiplomaBatch]):
    """Proposals."""

    list_display = ("title", "year", "number", "sent_on", "state", "school")
    list_filter = ("state", BY_SCHOOL)
    list_select_related = ("school",)
    search_fields = ("title", "number")
    ordering = ("-id",)


@admin.register(Diploma)
class DiplomaAdmin(_ReadOnly, SchoolScopedAdmin[Diploma]):
    """The titles in them."""

    list_display = ("student", "batch", "received_at", "collected_at", "collected_to", "school")
    list_filter = (("collected_at", admin.EmptyFieldListFilter), BY_SCHOOL)
    list_select_related = ("student__person", "batch", "school")
    search_fields = ("student__person__sort_key", "student__expediente")
    ordering = ("-id",)

    def record_of(self, row: Diploma) -> Person | None:
        return row.student.person
