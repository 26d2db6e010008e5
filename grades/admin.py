"""Evaluations and marks in the administration: a school's own, and nobody else's."""

from django.contrib import admin

from grades.models import Acknowledgement, Evaluation, Mark, Publication, Reminder
from notica.admin import ReadOnlyAdmin
from plumier.admin import BY_SCHOOL, SchoolScopedAdmin
from plumier.admin.filters import ScopedRelationFilter
from plumier.admin.scope import about_people

for about_a_student in (Mark, Acknowledgement):
    about_people(about_a_student, "enrolment__student__person")
BY_EVALUATION = ("evaluation", ScopedRelationFilter)


@admin.register(Evaluation)
class EvaluationAdmin(SchoolScopedAdmin[Evaluation]):
    list_display = ("name", "year", "closes_on", "school")
    list_filter = (("year", ScopedRelationFilter), BY_SCHOOL)
    list_select_related = ("school", "year")
    search_fields = ("name",)
    ordering = ("-year__name", "id")


@admin.register(Mark)
class MarkAdmin(SchoolScopedAdmin[Mark]):
    list_display = ("enrolment", "subject", "evaluation", "value", "changed_at", "school")
    list_filter = (BY_EVALUATION, ("subject", ScopedRelationFilter), BY_SCHOOL)
    list_select_related = (
        "school",
        "evaluation",
        "subject",
        "enrolment__group",
        "enrolment__student__person",
    )
    search_fields = ("enrolment__student__person__sort_key__contains", "enrolment__student__expediente")
    ordering = ("-evaluation", "enrolment__student__person__sort_key", "id")
    autocomplete_fields = ("evaluation", "enrolment", "subject")


@admin.register(Publication)
class PublicationAdmin(ReadOnlyAdmin[Publication]):
    list_display = ("evaluation", "group", "at", "by", "school")
    list_filter = (BY_EVALUATION, BY_SCHOOL)
    list_select_related = ("school", "evaluation", "group", "by")
    ordering = ("-at", "-id")


@admin.register(Acknowledgement)
class AcknowledgementAdmin(ReadOnlyAdmin[Acknowledgement]):
    list_display = ("enrolment", "evaluation", "person", "at", "school")
    list_filter = (BY_EVALUATION, BY_SCHOOL)
    list_select_related = (
        *("school", "evaluation", "person", "enrolment__group", "enrolment__student__person"),
    )
    search_fields = ("enrolment__student__person__sort_key__contains",)
    ordering = ("-at", "-id")


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin[Reminder]):
    list_display = ("evaluation", "group", "day", "by", "school")
    list_filter = (BY_EVALUATION, BY_SCHOOL)
    list_select_related = ("school", "evaluation", "group", "by")
    ordering = ("-day", "-id")
