"""Accounts of the ways out and what each knows of addresses: for superusers, mostly to read."""

from typing import Any, Final, TypeVar

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import DateTimeField, F, Func, Model, QuerySet, Value
from django.db.models.functions import Greatest
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from channels_app.models import Activation, ChannelAccount, Suppression
from channels_app.reasons import reason_text

Row = TypeVar("Row", bound=Model)
PAUSE_SECONDS: Final = 3600
CONFIRMED: Final = "confirmed"


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


def _clock(seconds: float = 0) -> Func:
    """A moment by the one clock."""
    return Func(
        Value(seconds),
        template="plumier_now() + make_interval(secs => %(expressions)s)",
        output_field=DateTimeField(),
    )


@admin.register(ChannelAccount)
class ChannelAccountAdmin(SuperuserAdmin[ChannelAccount]):
    """The rate is set here; pauses and circuits are the post office's own, and here they can be ended or begun."""

    list_display = ("channel", "owner", "rate", "paused_until", "circuit_open_until", "why_cut")
    list_filter = ("channel",)
    fields = ("channel", "owner", "rate", "paused_until", "circuit_open_until", "why_cut")
    readonly_fields = ("channel", "owner", "circuit_open_until", "why_cut")
    actions = ("resume", "try_now", "pause")
    changes = True

    @admin.display(description=gettext_lazy("motivo"), ordering="circuit_reason")
    def why_cut(self, account: ChannelAccount) -> str:
        """Why it is cut off, in words."""
        return reason_text(account.circuit_reason) if account.circuit_reason else "—"

    @admin.action(description=gettext_lazy("Reanudar: terminar la pausa"))
    def resume(self, request: HttpRequest, accounts: QuerySet[ChannelAccount]) -> HttpResponse | None:
        """Whoever asked to wait may then refuse again, and the account pauses again."""
        paused = accounts.filter(paused_until__gt=_clock())
        consequence = _(
            "Lo que espera sale en unos segundos. Si el proveedor pidió la pausa, puede pedirla otra vez."
        )
        return self._do(request, paused, {"paused_until": None}, consequence)

    @admin.action(description=gettext_lazy("Probar ahora una cuenta cortada"))
    def try_now(self, request: HttpRequest, accounts: QuerySet[ChannelAccount]) -> HttpResponse | None:
        """The next send goes out alone; what comes of it closes the circuit or leaves it open."""
        cut = accounts.filter(circuit_open_until__isnull=False)
        consequence = _(
            "En unos segundos sale un solo envío de los que esperan: si va bien, siguen los demás."
        )
        return self._do(request, cut, {"circuit_open_until": _clock()}, consequence)

    @admin.action(description=gettext_lazy("Poner en pausa una hora"))
    def pause(self, request: HttpRequest, accounts: QuerySet[ChannelAccount]) -> HttpResponse | None:
        """A longer pause is not made shorter."""
        until = Greatest(F("paused_until"), _clock(PAUSE_SECONDS))
        consequence = _(
            "Durante una hora no sale nada por estas cuentas; lo que espera sale después, si no ha caducado."
        )
        return self._do(request, accounts, {"paused_until": until}, consequence)

    def _do(
        self,
        request: HttpRequest,
        fitting: QuerySet[ChannelAccount],
        values: dict[str, object],
        consequence: str,
    ) -> HttpResponse | None:
        """Ask once more, then do it to those that it fits, and write it into the history of each."""
        name = request.POST["action"]
        words = str(getattr(self, name).short_description)
        if CONFIRMED not in request.POST:
            context = {
                **self.admin_site.each_context(request),
                "title": words,
                "opts": self.opts,
                "action": name,
                "checkbox": ACTION_CHECKBOX_NAME,
                "fitting": fitting.order_by("pk"),
                "consequence": consequence,
            }
            return TemplateResponse(request, "admin/channels_app/confirm_action.html", context)
        with transaction.atomic():
            chosen = list(fitting.order_by("pk").select_for_update())
            ChannelAccount.objects.filter(pk__in=[one.pk for one in chosen]).update(**values)
            LogEntry.objects.log_actions(request.user.pk or 0, chosen, CHANGE, change_message=words)
        done = ngettext("Hecho en %(number)d cuenta.", "Hecho en %(number)d cuentas.", len(chosen))
        level = messages.SUCCESS if chosen else messages.WARNING
        self.message_user(request, done % {"number": len(chosen)}, level)
        return None


@admin.register(Activation)
class ActivationAdmin(SuperuserAdmin[Activation]):
    list_display = ("address", "account", "state", "checked_at")
    list_filter = ("account__channel", "state")
    list_select_related = ("account",)
    search_fields = ("address",)


class ReasonFilter(admin.SimpleListFilter):
    """By why an address is suppressed, in words."""

    title = gettext_lazy("motivo")
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        codes = Suppression.objects.order_by("reason").values_list("reason", flat=True).distinct()
        return [(code, reason_text(code)) for code in codes]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Suppression]) -> QuerySet[Suppression]:
        return queryset.filter(reason=self.value()) if self.value() else queryset


@admin.register(Suppression)
class SuppressionAdmin(SuperuserAdmin[Suppression]):
    """Deleting a row lets its address be written to again."""

    list_display = ("address", "account", "why", "since")
    list_filter = ("account__channel", ReasonFilter)
    list_select_related = ("account",)
    search_fields = ("address",)
    fields = ("account", "address", "why", "since")
    readonly_fields = ("why",)
    deletes = True

    @admin.display(description=gettext_lazy("motivo"), ordering="reason")
    def why(self, suppression: Suppression) -> str:
        """Why it is written to no more, in words."""
        return reason_text(suppression.reason)
