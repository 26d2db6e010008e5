"""Bringing a file into the register: uploaded, looked at, applied, and undone if it was wrong (requirement A5)."""

import logging
from collections.abc import Callable
from typing import Any, Final

from django.contrib import admin, messages
from django.db.models import F, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumier.admin.filters import BY_SCHOOL
from plumier.admin.import_form import UploadForm, too_large
from plumier.admin.run_page import CHANGES, findings_rows, kind_in_words, run_page
from plumier.admin.scope import SchoolScopedAdmin
from plumier.clock import database_now
from plumier.importing import stored
from plumier.importing.actions import Ask
from plumier.importing.runs import ask_to_apply, ask_to_undo, start_run
from plumier.importing.tables import MOST_BYTES
from plumier.leadership import leadership
from plumier.models import ImportRun, Person
from plumier.policies import user_of
from plumier.record_access import note
from plumier.refusals import Refused
from plumier.workbooks import XLSX, write_workbook

logger = logging.getLogger(__name__)
PAGE: Final = "import"  # what the log of looks calls it
RELOADED_AFTER: Final = "2"  # seconds
_WIDTHS: Final = (8, 14, 8, 24, 28, 90)  # of the workbook's columns, in characters


@admin.register(ImportRun)
class ImportRunAdmin(SchoolScopedAdmin[ImportRun]):
    """Whom a court keeps from somebody of the school neither imports nor sees what imports change: that has no names
    to leave out by."""

    list_display = ("file_name", "what", "asked_at", "by", "state", "changes", "applied_at", "school")
    list_filter = ("state", BY_SCHOOL)
    list_select_related = ("by", "school")
    search_fields = ("file_name",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportRun]:
        """Lists read only the numbers of a report, which may have thousands of findings."""
        return super().get_queryset(request).annotate(told=F("report__differences"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ImportRun], search_term: str
    ) -> tuple[QuerySet[ImportRun], bool]:
        found, more = admin.ModelAdmin.get_search_results(self, request, queryset, search_term)
        return found.defer("report", "notice"), more

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_add_permission(request, obj) and not leadership(request).kept_from

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("qué trae"), ordering="kind")
    def what(self, run: ImportRun) -> str:
        """The kind of file, as it was told or guessed."""
        return kind_in_words(run.kind) if run.kind else "—"

    @admin.display(description=gettext_lazy("diferencias"))
    def changes(self, run: ImportRun) -> str:
        """How many differences there are of each kind."""
        told: dict[str, int] = getattr(run, "told", None) or {}
        return " · ".join(f"{word}: {told[name]}" for name, word in CHANGES.items() if told.get(name)) or "—"

    def get_urls(self) -> list[URLPattern]:
        def page(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
            return path(route, self.admin_site.admin_view(view), name=f"plumier_importrun_{name}")

        return [
            page("<int:object_id>/aplicar/", self.apply_view, "apply"),
            page("<int:object_id>/deshacer/", self.undo_view, "undo"),
            page("<int:object_id>/errores.xlsx", self.errors_view, "errors"),
            *super().get_urls(),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Upload a file."""
        if not self.has_add_permission(request):
            raise Http404
        if request.method == "POST":
            form = UploadForm(request, request.POST, request.FILES)
            if form.is_valid():
                try:
                    return self._start(request, form.cleaned_data)
                except (Refused, OSError) as error:
                    form.add_error("file", _in_words(error))
        else:
            form = UploadForm(request)
        context = {
            **self.admin_site.each_context(request),
            "form": form,
            "most_bytes": str(MOST_BYTES),
            "too_large": too_large(),
            "opts": self.opts,
            "title": _("Importar un archivo"),
        }
        return TemplateResponse(request, "admin/plumier/import_upload.html", context)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Who brought what, when, and what became of it."""
        return super().changelist_view(request, {"title": _("Importaciones"), **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What it would change, or has changed; that it was looked at is noted for everybody of whom it tells."""
        run = self._run(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            **run_page(run, request.GET, database_now(), hidden=bool(leadership(request).kept_from)),
            "opts": self.opts,
            "title": run.file_name,
        }
        if not run.waits:  # one that waits is loaded again and again
            note(request, Person.objects.filter(pk__in=context.get("shown", ())), PAGE)
        response = TemplateResponse(request, "admin/plumier/import_run.html", context)
        if run.waits:
            response["Refresh"] = RELOADED_AFTER
        return response

    def apply_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Apply what is shown."""
        return self._act(request, object_id, ask_to_apply)

    def undo_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Undo it as a whole."""
        return self._act(request, object_id, ask_to_undo)

    def errors_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Errors and warnings, each with its row and column, as a workbook."""
        run = self._seen(request, object_id)
        response = HttpResponse(
            write_workbook(_("Errores"), findings_rows(run.report), _WIDTHS), content_type=XLSX
        )
        response["Content-Disposition"] = f'attachment; filename="errores-{run.pk}.xlsx"'
        return response

    def _start(self, request: HttpRequest, chosen: dict[str, Any]) -> HttpResponse:
        ask = Ask(kind=chosen["kind"], year=chosen["year"].name if chosen["year"] else "")
        file = stored.lay_aside(chosen["file"].chunks())
        name, by = chosen["file"].name, user_of(request)
        try:
            run = start_run(chosen["school"], name, file, ask, by=by, now=database_now())
        except BaseException:
            stored.delete(file.name)
            raise
        return redirect(self._page_of(run))

    def _act(self, request: HttpRequest, object_id: int, act: Callable[..., None]) -> HttpResponse:
        run = self._seen(request, object_id)
        if request.method != "POST":
            return redirect(self._page_of(run))
        try:
            act(run, by=user_of(request), now=database_now())
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect(self._page_of(run))

    def _seen(self, request: HttpRequest, object_id: int) -> ImportRun:
        """One whose details may be seen."""
        if leadership(request).kept_from:
            raise Http404
        return self._run(request, str(object_id))

    def _run(self, request: HttpRequest, object_id: str) -> ImportRun:
        rows = self.get_queryset(request).select_related("by", "applied_by", "undone_by", "school")
        run = rows.filter(pk=object_id).first() if object_id.isdecimal() and len(object_id) < 19 else None
        if run is None or not self.has_view_permission(request, run):
            raise Http404
        return run

    def _page_of(self, run: ImportRun) -> str:
        return reverse("admin:plumier_importrun_change", args=[run.pk])


def _in_words(error: Refused | OSError) -> str:
    if isinstance(error, Refused):
        return str(error)
    logger.error("an upload cannot be kept: %s", error.strerror)
    return _("El archivo no se ha podido guardar en el servidor: avise a quien lo administra.")
