"""What became of each letter of access: to read, and to know whom to give a code by hand."""

from typing import Any, Final

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumier.admin.filters import BY_SCHOOL
from plumier.admin.scope import SchoolScopedAdmin
from plumier.models import AccountLetter

FAILURES: Final[dict[str, Promise]] = {
    "no_email": gettext_lazy("Sin correo en el registro"),
    "refused": gettext_lazy("El servidor rechazó la dirección"),
    "unreachable": gettext_lazy("El servidor de correo no respondió"),
    "not_needed": gettext_lazy("Ya tenía contraseña"),
}


@admin.register(AccountLetter)
class AccountLetterAdmin(SchoolScopedAdmin[AccountLetter]):
    list_display = ("person", "kind", "asked_at", "sent_at", "state", "school")
    list_filter = ("kind", "failure", BY_SCHOOL)
    list_select_related = ("person", "school")
    search_fields = ("person__sort_key__contains",)
    ordering = ("-id",)
    list_display_links = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("estado"))
    def state(self, letter: AccountLetter) -> str:
        """In words."""
        if letter.sent_at:
            return _("Entregada al servidor de correo")
        return _("En cola") if letter.due_at else str(FAILURES.get(letter.failure, letter.failure))
