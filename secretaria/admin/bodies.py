"""Bodies and their members in the administration; meetings to be read: their calls are sent from «Órganos»."""

from typing import Any, TypeVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from plumier.admin import BY_SCHOOL, SchoolScopedAdmin, SchoolScopedInline
from plumier.admin.history import kept_elsewhere
from plumier.admin.scope import about_people
from plumier.clock import database_today
from plumier.models import School
from plumier.policies import user_of
from secretaria.bodies.access import bodies_schools
from secretaria.models import Body, BodyMember, Meeting, MeetingCall, MeetingFile, MeetingMember

Row = TypeVar("Row", bound=Model)
kept_elsewhere(Body, BodyMember, Meeting, MeetingCall, MeetingFile, MeetingMember)
about_people(BodyMember, "person")


class DirectedAdmin(SchoolScopedAdmin[Row]):
    """Of the schools that she directs: not everybody who administers a school keeps its bodies."""

    def _schools(self, request: HttpRequest) -> QuerySet[School]:
        return bodies_schools(user_of(request), database_today())

    def get_queryset(self, request: HttpRequest) -> QuerySet[Row]:
        return super().get_queryset(request).filter(school__in=self._schools(request).values("pk"))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not super().has_view_permission(request, obj):
            return False
        schools = self._schools(request)
        return (schools if obj is None else schools.filter(pk=obj.school_id)).exists()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and self._schools(request).exists()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return super().has_module_permission(request) and self._schools(request).exists()


class MemberInline(SchoolScopedInline[BodyMember, Body]):
    model = BodyMember
    autocomplete_fields = ("person",)


@admin.register(Body)
class BodyAdmin(DirectedAdmin[Body]):
    list_display = ("name", "kind", "dissolved_on", "school")
    list_filter = ("kind", BY_SCHOOL)
    list_select_related = ("school",)
    search_fields = ("name",)
    ordering = ("name", "pk")
    inlines = (MemberInline,)


@admin.register(Meeting)
class MeetingAdmin(DirectedAdmin[Meeting]):
    list_display = ("body", "starts_at", "place", "state", "called_by", "school")
    list_filter = ("state", "starts_at", BY_SCHOOL)
    list_select_related = ("body", "called_by", "school")
    search_fields = ("body__name",)
    ordering = ("-starts_at", "-pk")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
