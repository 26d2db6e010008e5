"""The door of the administration."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from plumier.leadership import leadership


class PlumierAdminSite(AdminSite):
    """Open to superusers and to staff users who lead a school today; for everybody else there is no such page."""

    site_title = "Plumier"
    site_header = "Plumier"
    index_title = _("Administración")
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        return leadership(request).enters

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """With whether files may be brought in: not by whom a court keeps from somebody of the school."""
        lead = leadership(request)
        return {**super().each_context(request), "can_import": lead.enters and not lead.kept_from}

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Log in on the product's own page."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next", "") or reverse("admin:index"))
        if not self.has_permission(request):
            raise Http404
        return redirect("admin:index")
