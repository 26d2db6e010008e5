"""Filters of the administration's lists: they offer what the user's schools have and nothing else."""

from collections.abc import Iterable
from typing import Any, cast

from django.contrib.admin import ModelAdmin
from django.contrib.admin.filters import RelatedFieldListFilter, SimpleListFilter
from django.db.models import Q, QuerySet
from django.db.models.fields.related import RelatedField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from plumier.admin.scope import school_path, scoped
from plumier.leadership import leadership
from plumier.models import EnrolmentStatus, Group, Stage, StageKind, Student


class ScopedRelationFilter(RelatedFieldListFilter):
    """A filter by a relation."""

    def field_choices(
        self, field: RelatedField[Any, Any], request: HttpRequest, model_admin: ModelAdmin[Any]
    ) -> list[tuple[str, StrOrPromise]]:
        lead = leadership(request)
        path = school_path(field.remote_field.model)
        own = Q() if lead.everything else Q(**{f"{path}__in": lead.schools}) if path else Q(pk__in=())
        ordering = self.field_admin_ordering(field, request, model_admin)
        choices = field.get_choices(include_blank=False, ordering=ordering, limit_choices_to=own)
        return cast(list[tuple[str, StrOrPromise]], choices)


BY_SCHOOL = ("school", ScopedRelationFilter)


class EnrolmentFilter(SimpleListFilter):
    """Students by something of their enrolment in the year that is current."""

    lookup = ""

    def choices_in(self, request: HttpRequest) -> Iterable[tuple[str, str]]:
        """What may be chosen, with its words."""
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return list(self.choices_in(request))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Student]) -> QuerySet[Student]:
        if self.value() is None:
            return queryset
        if self.value() not in {value for value, _words in self.lookup_choices}:
            return queryset.none()
        return queryset.filter(**{"enrolments__year__is_current": True, self.lookup: self.value()})


class GroupFilter(EnrolmentFilter):
    """By group."""

    title = _("grupo")
    parameter_name = "grupo"
    lookup = "enrolments__group"

    def choices_in(self, request: HttpRequest) -> Iterable[tuple[str, str]]:
        groups = scoped(Group.objects.filter(year__is_current=True).select_related("school"), request)
        several = leadership(request).several
        return ((str(row.pk), f"{row} · {row.school}" if several else str(row)) for row in groups)


class StageFilter(EnrolmentFilter):
    """By stage: one word for the same stage of several schools."""

    title = _("enseñanza")
    parameter_name = "ensenanza"
    lookup = "enrolments__group__stage__kind"

    def choices_in(self, request: HttpRequest) -> Iterable[tuple[str, str]]:
        kinds = set(scoped(Stage.objects.all(), request).values_list("kind", flat=True))
        return ((kind.value, str(kind.label)) for kind in StageKind if kind in kinds)


class StatusFilter(EnrolmentFilter):
    """By the state of the enrolment."""

    title = _("estado de la matrícula")
    parameter_name = "estado"
    lookup = "enrolments__status"

    def choices_in(self, request: HttpRequest) -> Iterable[tuple[str, str]]:
        return ((status.value, str(status.label)) for status in EnrolmentStatus)
