"""Behaviour records in the administration: to be found and read by who directs the school (requirement E4)."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from convivencia.models import BehaviourNotice, BehaviourRecord
from convivencia.records.access import records_seen_by
from plumier.access import schools_directed_by
from plumier.admin import BY_SCHOOL, SchoolScopedAdmin
from plumier.admin.history import kept_elsewhere, looked_at_by_management
from plumier.admin.scope import about_people
from plumier.clock import database_today
from plumier.models import Person
from plumier.policies import user_of

about_people(BehaviourRecord, "enrolment__student__person")
kept_elsewhere(BehaviourRecord, BehaviourNotice)
looked_at_by_management("behaviour", "admin:behaviourrecord")


@admin.register(BehaviourRecord)
class BehaviourRecordAdmin(SchoolScopedAdmin[BehaviourRecord]):
    """They are written, corrected and annulled in «Convivencia», where it is told what the family knows."""

    list_display = ("student", "group", "day", "kind", "measure", "author", "annulled_at", "school")
    list_filter = ("kind", "day", ("annulled_at", admin.EmptyFieldListFilter), BY_SCHOOL)
    list_select_related = ("enrolment__student__person", "enrolment__group", "author", "school")
    search_fields = ("enrolment__student__person__sort_key",)
    ordering = ("-day", "-id")
    fields = (
        *("student", "group", "kind", "text", "day", "session", "hour", "place", "measure", "measure_text"),
        *("author", "written_at", "annulled_at", "annulled_by", "annulled_reason", "school"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[BehaviourRecord]:
        """Not to all who lead a school: to its management, and none kept from her."""
        user, today = user_of(request), database_today()
        directed = schools_directed_by(user, today).order_by().values("pk")
        seen = records_seen_by(user, today).filter(school__in=directed)
        return super().get_queryset(request).filter(pk__in=seen.values("pk"))

    def record_of(self, row: BehaviourRecord) -> Person | None:
        return row.enrolment.student.person

    @admin.display(description=gettext_lazy("alumno"))
    def student(self, record: BehaviourRecord) -> str:
        """Her name."""
        return record.enrolment.student.person.full_name

    @admin.display(description=gettext_lazy("grupo"))
    def group(self, record: BehaviourRecord) -> str:
        """Where she was then."""
        return record.enrolment.group.name

    def has_module_permission(self, request: HttpRequest) -> bool:
        return super().has_module_permission(request) and self._directs(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_view_permission(request, obj) and self._directs(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def _directs(self, request: HttpRequest) -> bool:
        return schools_directed_by(user_of(request), database_today()).exists()
