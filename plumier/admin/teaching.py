"""What is taught by whom, the week's sessions, and the days without school."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from plumier.admin.filters import BY_SCHOOL, ScopedRelationFilter
from plumier.admin.scope import SchoolScopedAdmin, SchoolScopedInline
from plumier.models import (
    Department,
    Holiday,
    SessionSlot,
    Subgroup,
    SubgroupMember,
    Subject,
    TeachingAssignment,
    TimetableEntry,
)

BY_YEAR = ("year", ScopedRelationFilter)


@admin.register(Subject)
class SubjectAdmin(SchoolScopedAdmin[Subject]):
    list_display = ("name", "code", "school")
    list_filter = (BY_SCHOOL,)
    list_select_related = ("school",)
    search_fields = ("name", "code")
    ordering = ("name", "id")


class MemberInline(SchoolScopedInline[SubgroupMember, Subgroup]):
    model = SubgroupMember
    autocomplete_fields = ("enrolment",)
    leaders_delete = True


@admin.register(Subgroup)
class SubgroupAdmin(SchoolScopedAdmin[Subgroup]):
    list_display = ("name", "year", "students", "school")
    list_filter = (BY_YEAR, BY_SCHOOL)
    list_select_related = ("school", "year")
    search_fields = ("name",)
    ordering = ("-year__name", "name", "id")
    inlines: ClassVar = [MemberInline]
    leaders_delete = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subgroup]:
        return super().get_queryset(request).annotate(enrolled=Count("memberships"))

    @admin.display(description=gettext_lazy("alumnos"), ordering="enrolled")
    def students(self, subgroup: Subgroup) -> int:
        """How many are in it."""
        enrolled: int = subgroup.enrolled  # type: ignore[attr-defined]
        return enrolled


class EntryInline(SchoolScopedInline[TimetableEntry, TeachingAssignment]):
    model = TimetableEntry
    fields = (("slot", "room"),)
    leaders_delete = True


@admin.register(TeachingAssignment)
class TeachingAssignmentAdmin(SchoolScopedAdmin[TeachingAssignment]):
    list_display = ("teacher", "subject", "group", "subgroup", "held_from", "held_until", "year", "school")
    list_filter = (BY_YEAR, ("group", ScopedRelationFilter), BY_SCHOOL)
    list_select_related = ("teacher", "subject", "group", "subgroup", "year", "school")
    search_fields = ("teacher__sort_key__contains", "subject__name", "group__name", "subgroup__name")
    ordering = ("teacher__sort_key", "id")
    autocomplete_fields = ("teacher", "subject", "group", "subgroup")
    inlines: ClassVar = [EntryInline]
    leaders_delete = True


@admin.register(SessionSlot)
class SessionSlotAdmin(SchoolScopedAdmin[SessionSlot]):
    list_display = ("weekday", "number", "starts", "ends", "year", "school")
    list_filter = ("weekday", BY_YEAR, BY_SCHOOL)
    list_select_related = ("year", "school")
    ordering = ("-year__name", "weekday", "number")
    leaders_delete = True


@admin.register(Holiday)
class HolidayAdmin(SchoolScopedAdmin[Holiday]):
    list_display = ("name", "first_day", "last_day", "school")
    list_filter = (BY_SCHOOL,)
    list_select_related = ("school",)
    search_fields = ("name",)
    date_hierarchy = "first_day"
    ordering = ("first_day", "id")
    leaders_delete = True


@admin.register(Department)
class DepartmentAdmin(SchoolScopedAdmin[Department]):
    list_display = ("name", "members", "school")
    list_filter = (BY_SCHOOL,)
    list_select_related = ("school",)
    search_fields = ("name",)
    ordering = ("name", "id")
    leaders_delete = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Department]:
        return super().get_queryset(request).annotate(employed=Count("staff"))

    @admin.display(description=gettext_lazy("personal"), ordering="employed")
    def members(self, department: Department) -> int:
        """How many belong to it."""
        employed: int = department.employed  # type: ignore[attr-defined]
        return employed
