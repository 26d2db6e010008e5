"""The administration of a school sees that school and no other.

Permissions come from `access`, by the post that the user holds, never from permissions given by hand.
"""

from typing import Any, ClassVar, NoReturn, TypeVar

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models import DateField, ForeignKey, Model, Q, QuerySet, TimeField
from django.db.models.fields.related import RelatedField
from django.forms import BaseInlineFormSet, DateInput, ModelChoiceField, ModelForm, TimeInput
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from plumier.leadership import leadership
from plumier.models import Enrolment, Guardianship, Person, RecordAccess, School, Student, SubgroupMember
from plumier.names import search_key
from plumier.record_access import note

Row = TypeVar("Row", bound=Model)
Parent = TypeVar("Parent", bound=Model)
SCHOOL = "school"


# What leads from a row to the people whom it is about.
_PEOPLE: dict[type[Model], tuple[str, ...]] = {
    Student: ("person",),
    Enrolment: ("student__person",),
    Guardianship: ("student__person", "guardian"),
    Person: ("pk",),
    SubgroupMember: ("enrolment__student__person",),
    RecordAccess: ("person_id",),
}


def about_people(model: type[Model], *paths: str) -> None:
    """Let the administration know who a row of an upper app is about."""
    _PEOPLE[model] = paths


def school_path(model: type[Model]) -> str:
    """The lookup that leads from rows of a model to their school; empty for models that have none."""
    if model is School:
        return "pk"
    names = {field.name for field in model._meta.fields}
    return next((name for name in (SCHOOL, "school_id") if name in names), "")


def scoped(rows: QuerySet[Row], request: HttpRequest) -> QuerySet[Row]:
    """Those of the schools that the user of the request leads, without people from whom a court keeps her.

    What has no school is the superusers'.
    """
    lead = leadership(request)
    if lead.everything:
        return rows
    path = school_path(rows.model)
    if not path:
        return rows.none()
    rows = rows.filter(**{f"{path}__in": lead.schools})
    for person in _PEOPLE.get(rows.model, ()) if lead.kept_from else ():
        rows = rows.filter(~Q(**{f"{person}__in": lead.kept_from}))
    return rows


class SchoolScopedForm(ModelForm[Row]):
    """Everything that a row points to is of the row's own school."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        own = cleaned[SCHOOL].pk if cleaned.get(SCHOOL) else getattr(self.instance, "school_id", None)
        for name, value in list(cleaned.items()):
            if own is not None and getattr(value, "school_id", own) != own:
                self.add_error(name, ValidationError(_("Es de otro centro.")))
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        """A school that is shown and not asked for still counts in what must be unique in it."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - {SCHOOL} if getattr(self.instance, "school_id", None) else excluded


class SearchedChoice(AutocompleteSelect):
    """A choice by search that says what it is while nothing is chosen."""

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        return {**super().build_attrs(base_attrs, extra_attrs), "data-placeholder": _("Busque y elija")}


class ScopedOptions(BaseModelAdmin[Row]):
    """What the pages and the tables within them have in common."""

    form: type[ModelForm[Row]] = SchoolScopedForm
    # The administration's own calendar and clock write styles into the page, which the security policy forbids.
    formfield_overrides: ClassVar = {
        DateField: {"widget": DateInput({"type": "date"}, "%Y-%m-%d")},
        TimeField: {"widget": TimeInput({"type": "time"}, "%H:%M")},
    }
    leaders_add = True
    leaders_delete = False

    class Media:
        js: ClassVar = ["administration.js"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Row]:
        return scoped(super().get_queryset(request), request)

    def get_field_queryset(
        self, db: str | None, db_field: RelatedField[Any, Any], request: HttpRequest
    ) -> QuerySet[Any]:
        """What may be chosen for a relation."""
        ordered: QuerySet[Any] | None = super().get_field_queryset(db, db_field, request)
        rows = db_field.remote_field.model._default_manager.all() if ordered is None else ordered
        return scoped(rows, request)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **given: Any
    ) -> ModelChoiceField[Model] | None:
        if "widget" not in given and db_field.name in self.get_autocomplete_fields(request):
            given["widget"] = SearchedChoice(db_field, self.admin_site, using=given.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **given)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        lead = leadership(request)
        path = school_path(type(obj)) if obj is not None else ""
        if obj is None or lead.everything or not path:
            return lead.enters
        return lead.enters and getattr(obj, "pk" if path == "pk" else "school_id") in lead.schools

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        lead = leadership(request)
        return lead.everything or (lead.enters and self.leaders_add)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        lead = leadership(request)
        return lead.everything or (self.leaders_delete and self.has_view_permission(request, obj))


class SchoolScopedAdmin(ScopedOptions[Row], admin.ModelAdmin[Row]):
    """A page of the administration, narrowed to the schools that its user leads; superusers see all.

    Search looks for every word without regard to accents where `search_fields` names a `sort_key`.
    """

    list_per_page = 50
    show_full_result_count = False

    def record_of(self, row: Row) -> Person | None:
        """Whose record the page of a row shows; None where it is nobody's."""
        return None

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Row | None:
        """Whoever opens a record is noted."""
        row = super().get_object(request, object_id, from_field)
        person = self.record_of(row) if row is not None else None
        if person is not None:
            note(request, [person], f"admin:{self.opts.model_name}")
        return row

    def has_module_permission(self, request: HttpRequest) -> bool:
        return leadership(request).enters

    def get_readonly_fields(self, request: HttpRequest, obj: Row | None = None) -> tuple[str, ...]:
        """The school is chosen once, when a row is made."""
        fixed = tuple(str(name) for name in super().get_readonly_fields(request, obj))
        return (*fixed, SCHOOL) if obj is not None and school_path(self.model) == SCHOOL else fixed

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        """The school is a column only for who has several."""
        shown = super().get_list_display(request)
        return tuple(name for name in shown if name != SCHOOL or leadership(request).several)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial: dict[str, Any] = dict(super().get_changeform_initial_data(request))
        lead = leadership(request)
        return initial if lead.several else {SCHOOL: next(iter(lead.schools), None), **initial}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Row], search_term: str
    ) -> tuple[QuerySet[Row], bool]:
        return super().get_search_results(request, queryset, search_key(search_term))

    def _get_obj_does_not_exist_redirect(self, *args: Any) -> NoReturn:
        """What another school has does not exist here."""
        raise Http404


class _Rows(BaseInlineFormSet[Row, Parent, ModelForm[Row]]):
    """Rows within a page: of the same school as the row they stand under."""

    def _construct_form(self, i: int, **kwargs: Any) -> ModelForm[Row]:
        form: ModelForm[Row] = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        if getattr(form.instance, "school_id", 0) is None and getattr(self.instance, "school_id", None):
            form.instance.school = self.instance.school  # type: ignore[attr-defined]
        return form


class SchoolScopedInline(ScopedOptions[Row], admin.StackedInline[Row, Parent]):
    """Rows within a page, each field with its label; they get their school from the page's."""

    formset: type[BaseInlineFormSet[Row, Parent, ModelForm[Row]]] = _Rows
    extra = 0

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if self.parent_model is School else (SCHOOL,)
