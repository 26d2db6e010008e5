"""Fees in the administration: what is charged for is the school's to settle; what happened is there to be read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from notica.admin import ReadOnlyAdmin
from plumier.admin import BY_SCHOOL, SchoolScopedAdmin
from plumier.admin.filters import ScopedRelationFilter
from plumier.admin.scope import about_people
from plumier.leadership import leadership
from plumier.models import Person, SchoolPolicy
from secretaria.models import Fee, FeeConcept, FeeMovement, FeeReport

about_people(Fee, "student__person")
about_people(FeeMovement, "fee__student__person")


@admin.register(FeeConcept)
class FeeConceptAdmin(SchoolScopedAdmin[FeeConcept]):
    list_display = ("name", "amount", "currency", "active", "school")
    list_filter = ("active", BY_SCHOOL)
    list_select_related = ("school",)
    search_fields = ("name",)
    ordering = ("name", "id")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A school is charged in one currency as a rule: the one of its policy."""
        initial = super().get_changeform_initial_data(request)
        lead = leadership(request)
        if not lead.everything:
            policy = SchoolPolicy.objects.filter(school__in=lead.schools).order_by("school").first()
            if policy is not None:
                initial.setdefault("currency", policy.sms_currency)
        return initial


@admin.register(Fee)
class FeeAdmin(ReadOnlyAdmin[Fee]):
    """To find and to read: fees are issued and paid in «Tasas», or come from a file."""

    list_display = (
        *("reference", "student", "concept", "amount", "currency"),
        *("paid", "annulled", "issued_on", "school"),
    )
    list_filter = (("concept", ScopedRelationFilter), "issued_on", BY_SCHOOL)
    list_select_related = ("student__person", "concept", "school")
    search_fields = ("reference", "student__expediente", "student__person__sort_key__contains")
    ordering = ("-id",)

    def record_of(self, row: Fee) -> Person | None:
        return row.student.person


@admin.register(FeeMovement)
class FeeMovementAdmin(ReadOnlyAdmin[FeeMovement]):
    list_display = ("fee", "kind", "amount", "day", "paid_on", "by", "school")
    list_filter = ("kind", "day", BY_SCHOOL)
    list_select_related = ("fee__student", "by", "school")
    search_fields = ("fee__reference", "bank_reference")
    ordering = ("-id",)

    def record_of(self, row: FeeMovement) -> Person | None:
        return row.fee.student.person


@admin.register(FeeReport)
class FeeReportAdmin(ReadOnlyAdmin[FeeReport]):
    list_display = ("day", "told", "at", "school")
    list_filter = (BY_SCHOOL,)
    list_select_related = ("school",)
    ordering = ("-day", "-id")
