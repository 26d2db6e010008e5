"""What was changed in the register and who looked at whose record: to read, by those who lead the school."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from django.apps import apps
from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import CharField, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumier.admin.scope import SchoolScopedAdmin
from plumier.leadership import leadership
from plumier.models import Person, RecordAccess, RegisterChange, RegisterEdit, Student, User

Row = TypeVar("Row", RegisterEdit, RecordAccess)
COUNTED_AT_MOST = 5000
EMPTY = (None, "")
_NOT_OF_THE_REGISTER = {RegisterChange, RegisterEdit, RecordAccess}
_MODELS = {
    model._meta.db_table: model
    for model in apps.get_app_config("plumier").get_models()
    if model not in _NOT_OF_THE_REGISTER
}
# Tables whose changes are read elsewhere, by fewer people than those who lead the school.
_elsewhere: set[str] = set()


def kept_elsewhere(*models: type[Model]) -> None:
    """Have what was changed in these shown to superusers alone; their procedure's page shows it to whom it is for."""
    _elsewhere.update(model._meta.db_table for model in models)


class BoundedPaginator(Paginator[Any]):
    """Counts as far as a person turns pages: the table has every change of five years."""

    @cached_property
    def count(self) -> int:
        rows = cast(QuerySet[Model], self.object_list)
        return rows.order_by()[:COUNTED_AT_MOST].count()


class KeptAdmin(SchoolScopedAdmin[Row]):
    """Rows that only grow: nobody adds, changes or deletes one."""

    paginator = BoundedPaginator
    ordering = ("-id",)
    list_display_links = None
    leaders_add = False

    who = "user_id"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Row]:
        who = User.objects.filter(pk=OuterRef(self.who))
        rows = super().get_queryset(request).annotate(username=Subquery(who.values("username")))
        return cast(QuerySet[Row], rows)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("quién"))
    def user(self, row: Row) -> str:
        """The user name, or nothing for what the product or a command did."""
        return getattr(row, "username", None) or "—"


class TableFilter(admin.SimpleListFilter):
    """By what was changed, as the administration calls it."""

    title = gettext_lazy("qué")
    parameter_name = "que"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[RegisterEdit]
    ) -> list[tuple[str, str]]:
        named = [(table, str(model._meta.verbose_name_plural)) for table, model in _MODELS.items()]
        return sorted(named, key=lambda choice: choice[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[RegisterEdit]) -> QuerySet[RegisterEdit]:
        return queryset if self.value() is None else queryset.filter(table_name=self.value())


@admin.register(RegisterEdit)
class RegisterEditAdmin(KeptAdmin[RegisterEdit]):
    list_display = ("at", "user", "what", "kind", "changes", "cause")
    list_filter = ("kind", TableFilter)
    search_fields = ("=row_id", "=cause")
    search_help_text = gettext_lazy("Número de la fila, o causa («import:12»)")
    who = "actor_id"

    def get_queryset(self, request: HttpRequest) -> QuerySet[RegisterEdit]:
        """Without those about people from whom a court keeps her, and those that fewer may read."""
        rows, kept = super().get_queryset(request), list(leadership(request).kept_from)
        if not leadership(request).everything:
            rows = rows.exclude(table_name__in=_elsewhere)
        if not kept:
            return rows
        about = Q(before__person_id__in=kept) | Q(after__person_id__in=kept)
        ties = Q(before__guardian_id__in=kept) | Q(after__guardian_id__in=kept)
        pupils = list(Student.objects.filter(person__in=kept).values_list("pk", flat=True))
        about |= Q(before__student_id__in=pupils) | Q(after__student_id__in=pupils)
        hidden = rows.filter(about | ties | Q(table_name=Person._meta.db_table, row_id__in=kept))
        return rows.exclude(pk__in=hidden.order_by().values("pk"))

    @admin.display(description=gettext_lazy("qué"))
    def what(self, edit: RegisterEdit) -> str:
        """The kind of row, as the administration calls it, and its number."""
        model = _MODELS.get(edit.table_name)
        return f"{model._meta.verbose_name if model else edit.table_name} {edit.row_id}"

    @admin.display(description=gettext_lazy("antes → después"))
    def changes(self, edit: RegisterEdit) -> SafeString:
        """Field by field; what was made or deleted with the fields that say something."""
        before, after = edit.before or {}, edit.after or {}
        fields = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        told = [name for name in fields if name != "id" and (before.get(name), after.get(name)) != (None, "")]
        labels = _labels(edit.table_name)
        lines = format_html_join(
            "",
            "<li>{}: {} → {}</li>",
            ((labels.get(name, name), _shown(before, name), _shown(after, name)) for name in told),
        )
        return format_html("<ul>{}</ul>", lines) if lines else SafeString("—")


def _labels(table: str) -> dict[str, str]:
    """What the administration calls each column of a table."""
    model = _MODELS.get(table)
    return (
        {str(field.column): str(field.verbose_name) for field in model._meta.concrete_fields} if model else {}
    )


def _shown(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if isinstance(value, bool):
        return _("sí") if value else _("no")
    return "—" if value in EMPTY else str(value)


@admin.register(RecordAccess)
class RecordAccessAdmin(KeptAdmin[RecordAccess]):
    list_display = ("at", "user", "person", "page", "right", "address")
    list_filter = ("right", "page")
    search_fields = ("=person_id",)
    search_help_text = gettext_lazy("Número de la persona")

    def get_queryset(self, request: HttpRequest) -> QuerySet[RecordAccess]:
        name = Concat("surname", Value(", "), "given_name", output_field=CharField())
        whose = Person.objects.filter(pk=OuterRef("person_id")).annotate(name=name).values("name")
        return super().get_queryset(request).annotate(name=Coalesce(Subquery(whose), Value("—")))

    @admin.display(description=gettext_lazy("de quién"))
    def person(self, access: RecordAccess) -> str:
        """The name, and the number by which the list is searched."""
        return f"{access.name} ({access.person_id})"  # type: ignore[attr-defined]
