"""Schools with what they allow, their years, stages and groups."""

from typing import ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumier.admin.accounts import print_sheets, send_links
from plumier.admin.filters import BY_SCHOOL, ScopedRelationFilter
from plumier.admin.policy import PolicyInline
from plumier.admin.scope import SchoolScopedAdmin, SchoolScopedForm
from plumier.models import AcademicYear, Group, School, Stage


class SchoolForm(SchoolScopedForm[School]):
    def clean_time_zone(self) -> str:
        name: str = self.cleaned_data["time_zone"]
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValidationError(_("No existe esa zona horaria. Un ejemplo: Europe/Madrid.")) from error
        return name


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
