"""The class journal in the administration: a school's phrases; the journals themselves to be read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from journal.models import Journal, QuickPhrase
from plumier.admin import BY_SCHOOL, SchoolScopedAdmin


@admin.register(QuickPhrase)
class QuickPhraseAdmin(SchoolScopedAdmin[QuickPhrase]):
    list_display = ("text", "school")
    list_filter = (BY_SCHOOL,)
    list_select_related = ("school",)
    search_fields = ("text",)


@admin.register(Journal)
class JournalAdmin(SchoolScopedAdmin[Journal]):
    """To find and to read: it is written and handed in in «Diario de clase», checked and sent at the desk."""

    list_display = ("group", "day", "state", "is_late", "handed_at", "handed_by", "school")
    list_filter = ("state", "is_late", "day", BY_SCHOOL)
    list_select_related = ("group", "handed_by", "school")
    ordering = ("-day", "-id")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
