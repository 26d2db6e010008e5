"""Services of the Consejería, above schools: the superusers' to make."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from plumier.admin.scope import SchoolScopedAdmin, SchoolScopedInline
from plumier.leadership import leadership
from plumier.models import Service, ServicePost


class ServicePostInline(SchoolScopedInline[ServicePost, Service]):
    model = ServicePost
    autocomplete_fields = ("user",)
    fields = (("user", "held_from", "held_until"),)


@admin.register(Service)
class ServiceAdmin(SchoolScopedAdmin[Service]):
    """No school leads a service, so none sees this page."""

    list_display = ("name", "code", "all_schools")
    search_fields = ("name", "code")
    autocomplete_fields = ("schools",)
    inlines: ClassVar = [ServicePostInline]
    leaders_add = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return leadership(request).everything

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return leadership(request).everything
