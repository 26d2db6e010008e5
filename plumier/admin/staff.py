"""Staff and the posts they hold."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from plumier.accounts.actions import welcome_staff
from plumier.admin.accounts import print_sheets, send_links, tell_welcomed
from plumier.admin.filters import BY_SCHOOL, ScopedRelationFilter
from plumier.admin.scope import SchoolScopedAdmin
from plumier.admin.second_factor import drop_second_factor
from plumier.clock import database_now
from plumier.models import Person, Post, Staff
from plumier.policies import user_of


@admin.register(Staff)
class StaffAdmin(SchoolScopedAdmin[Staff]):
    list_display = ("person", "roles", "department", "joined_on", "left_on", "active", "school")
    list_filter = ("active", ("department", ScopedRelationFilter), BY_SCHOOL)
    list_select_related = ("person", "department", "school")
    search_fields = ("person__sort_key__contains",)
    ordering = ("person__sort_key", "id")
    autocomplete_fields = ("person", "department")
    actions = (print_sheets, send_links, drop_second_factor)

    def save_model(self, request: HttpRequest, obj: Staff, form: Any, change: bool) -> None:
        """Whoever is added to a private or concertado school is written to (document P)."""
        super().save_model(request, obj, form, change)
        if not change:
            tell_welcomed(request, welcome_staff([obj], by=user_of(request), now=database_now()))

    def record_of(self, row: Staff) -> Person:
        return row.person

    def get_queryset(self, request: HttpRequest) -> QuerySet[Staff]:
        return super().get_queryset(request).prefetch_related("person__posts")

    @admin.display(description=gettext_lazy("cargos"))
    def roles(self, staff: Staff) -> str:
        """Of any time."""
        return ", ".join(post.get_role_display() for post in staff.person.posts.all()) or "—"


@admin.register(Post)
class PostAdmin(SchoolScopedAdmin[Post]):
    list_display = ("person", "role", "held_from", "held_until", "school")
    list_filter: ClassVar = ["role", BY_SCHOOL]
    list_select_related = ("person", "school")
    search_fields = ("person__sort_key__contains",)
    ordering = ("person__sort_key", "id")
    autocomplete_fields = ("person", "department")
    leaders_delete = True
