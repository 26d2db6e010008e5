"""Accounts of the ways out and what each knows of addresses: for superusers, mostly to read."""

from typing import TypeVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from channels_app.models import Activation, ChannelAccount, Suppression

Row = TypeVar("Row", bound=Model)


class SuperuserAdmin(admin.ModelAdmin[Row]):
    """Accounts and addresses belong to no school; `changes` and `deletes` say what a superuser may do."""

    list_per_page = 50
    show_full_result_count = False
    changes = False
    deletes = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_superuser

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.changes and request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.deletes and request.user.is_superuser


@admin.register(ChannelAccount)
class ChannelAccountAdmin(SuperuserAdmin[ChannelAccount]):
    """The rate is set here; pauses and circuits are the post office's own."""

    list_display = ("channel", "owner", "rate", "paused_until", "circuit_open_until", "circuit_reason")
    list_filter = ("channel",)
    fields = ("channel", "owner", "rate", "paused_until", "circuit_open_until", "circuit_reason")
    readonly_fields = ("channel", "owner", "circuit_open_until", "circuit_reason")
    changes = True


@admin.register(Activation)
class ActivationAdmin(SuperuserAdmin[Activation]):
    list_display = ("address", "account", "state", "checked_at")
    list_filter = ("account__channel", "state")
    list_select_related = ("account",)
    search_fields = ("address",)


@admin.register(Suppression)
class SuppressionAdmin(SuperuserAdmin[Suppression]):
    """Deleting a row lets its address be written to again."""

    list_display = ("address", "account", "reason", "since")
    list_filter = ("account__channel", "reason")
    list_select_related = ("account",)
    search_fields = ("address",)
    deletes = True
