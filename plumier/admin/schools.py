"""Schools with what they allow, their years, stages and groups."""

from typing import Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumier.admin.accounts import print_sheets, send_links
from plumier.admin.filters import BY_SCHOOL, ScopedRelationFilter
from plumier.admin.scope import SchoolScopedAdmin, SchoolScopedForm, SchoolScopedInline
from plumier.models import AcademicYear, Group, School, SchoolPolicy, Stage
from plumier.refusals import Refused
from plumier.roster_columns import as_lines, read_lines

CHANNELS = (
    ("email", gettext_lazy("Correo electrónico")),
    ("telegram_tokapp", "Telegram/TokApp"),
    ("sms", "SMS"),
)
QUIET = ("quiet_from", "quiet_until")


class SchoolForm(SchoolScopedForm[School]):
    def clean_time_zone(self) -> str:
        name: str = self.cleaned_data["time_zone"]
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValidationError(_("No existe esa zona horaria. Un ejemplo: Europe/Madrid.")) from error
        return name


class ColumnLines(forms.CharField):
    """The columns of the roster for TokApp, a line each."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return as_lines(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        try:
            return read_lines(super().to_python(value) or "")
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))


class PolicyForm(SchoolScopedForm[SchoolPolicy]):
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Vías que usa el centro"),
        choices=CHANNELS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    support_url = forms.URLField(label=gettext_lazy("Web del soporte"), required=False, assume_scheme="https")
    tokapp_url = forms.URLField(label=gettext_lazy("Ayuda de TokApp"), required=False, assume_scheme="https")
    tokapp_app_url = forms.URLField(
        label=gettext_lazy("Dónde se instala TokApp"),
        help_text=gettext_lazy("A donde lleva el código QR del folleto para las familias."),
        required=False,
        assume_scheme="https",
    )
    tokapp_columns = ColumnLines(
        label=gettext_lazy("Columnas del listado para TokApp"),
        help_text=gettext_lazy(
            "Una por línea, en su orden: «código» o «código: título». Vacío: las habituales."
        ),
        required=False,
    )

    class Meta:
        localized_fields = ("sms_price",)  # with the language's own decimal sign

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if (cleaned.get("quiet_from") is None) != (cleaned.get("quiet_until") is None):
            raise ValidationError(_("Escriba las dos horas de silencio o ninguna."))
        return cleaned


class PolicyInline(SchoolScopedInline[SchoolPolicy, School]):
    model = SchoolPolicy
    form = PolicyForm
    can_delete = False
    fields = (
        QUIET,
        ("channels", "senders"),
        ("sms_to_many", "sms_by_default", "registration_required"),
        ("sms_price", "sms_currency"),
        ("staff_login", "family_login", "student_login", "second_factor"),
        ("school_phone", "school_email"),
        ("support_name", "support_url", "support_email", "support_phone"),
        ("tokapp_url", "tokapp_phone"),
        ("tokapp_own_account", "tokapp_code", "tokapp_app_url"),
        ("tokapp_columns", "tokapp_separator"),
    )
    min_num = 1


@admin.register(School)
class SchoolAdmin(SchoolScopedAdmin[School]):
    """Leaders keep their school's policy; only superusers make schools and change codes."""

    form = SchoolForm
    list_display = ("name", "code", "kind", "language", "time_zone")
    search_fields = ("name", "code")
    inlines: ClassVar = [PolicyInline]
    leaders_add = False

    def get_readonly_fields(self, request: HttpRequest, obj: School | None = None) -> tuple[str, ...]:
        fixed = super().get_readonly_fields(request, obj)
        return fixed if request.user.is_superuser else (*fixed, "code", "kind", "phone_region")


@admin.register(AcademicYear)
class AcademicYearAdmin(SchoolScopedAdmin[AcademicYear]):
    list_display = ("name", "starts_on", "ends_on", "is_current", "school")
    list_filter = ("is_current", BY_SCHOOL)
    list_select_related = ("school",)
    search_fields = ("name",)


@admin.register(Stage)
class StageAdmin(SchoolScopedAdmin[Stage]):
    list_display = ("kind", "absence_mode", "school")
    list_filter = ("kind", BY_SCHOOL)
    list_select_related = ("school",)


@admin.register(Group)
class GroupAdmin(SchoolScopedAdmin[Group]):
    list_display = ("name", "stage", "year", "tutor", "students", "school")
    list_filter = (("year", ScopedRelationFilter), ("stage", ScopedRelationFilter), BY_SCHOOL)
    list_select_related = ("school", "year", "stage", "tutor")
    search_fields = ("name",)
    ordering = ("-year__name", "stage_id", "name", "id")
    autocomplete_fields = ("tutor",)
    actions = (print_sheets, send_links)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).annotate(enrolled=Count("enrolments"))

    @admin.display(description=gettext_lazy("alumnos"), ordering="enrolled")
    def students(self, group: Group) -> int:
        """Enrolments of every state."""
        enrolled: int = group.enrolled  # type: ignore[attr-defined]
        return enrolled
