"""Bringing a file into the register: uploaded, looked at, applied, and undone if it was wrong (requirement A5)."""

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumier.admin.filters import BY_SCHOOL
from plumier.admin.run_page import run_page
from plumier.admin.scope import SchoolScopedAdmin, scoped
from plumier.clock import database_now
from plumier.importing.runs import ask_to_apply, ask_to_undo, progress_key, start_run
from plumier.importing.stored import lay_aside
from plumier.importing.tables import MEGABYTE, MOST_BYTES
from plumier.models import AcademicYear, ImportRun, School
from plumier.policies import user_of
from plumier.refusals import Refused
from plumier.workbooks import XLSX, write_workbook

RELOADED_AFTER: Final = "2"  # seconds


class UploadForm(forms.Form):
    """A file, and which year it is of."""

    school = forms.ModelChoiceField(School.objects.none(), label=gettext_lazy("Centro"))
    file = forms.FileField(
        label=gettext_lazy("Archivo"),
        help_text=gettext_lazy("Excel (.xlsx), CSV, RegAlum.txt o un zip de OneRoster; como mucho 50 MB."),
    )
    year = forms.ModelChoiceField(
        AcademicYear.objects.none(),
        label=gettext_lazy("Curso académico"),
        required=False,
        empty_label=gettext_lazy("El que está en curso"),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        schools: Any = self.fields["school"]
        years: Any = self.fields["year"]
        schools.queryset = scoped(School.objects.all(), request)
        years.queryset = scoped(AcademicYear.objects.select_related("school"), request)
        if len(schools.queryset[:2]) == 1:
            schools.initial, schools.widget = schools.queryset[0], forms.HiddenInput()

    def clean_file(self) -> Any:
        """Not larger than anything that is read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(_("El archivo pasa de %(limit)d MB.") % {"limit": MOST_BYTES // MEGABYTE})
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        year = cleaned.get("year")
        if year is not None and cleaned.get("school") != year.school:
            self.add_error("year", _("Es de otro centro."))
        return cleaned


@admin.register(ImportRun)
class ImportRunAdmin(SchoolScopedAdmin[ImportRun]):
    list_display = ("file_name", "asked_at", "by", "state", "applied_at", "school")
    list_filter = ("state", BY_SCHOOL)
    list_select_related = ("by", "school")
    search_fields = ("file_name",)
    ordering = ("-id",)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

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
        form = UploadForm(request, request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            chosen = form.cleaned_data
            year = chosen["year"].name if chosen["year"] else ""
            file = lay_aside(chosen["file"].chunks())
            run = start_run(
                chosen["school"],
                chosen["file"].name,
                file,
                year=year,
                by=user_of(request),
                now=database_now(),
            )
            return redirect(self._page_of(run))
        context = {**self.admin_site.each_context(request), "form": form, "opts": self.opts}
        return TemplateResponse(
            request, "admin/plumier/import_upload.html", {**context, "title": _("Importar un archivo")}
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What it would change, or has changed."""
        run = self._run(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            **run_page(run, request.GET, database_now()),
            "opts": self.opts,
            "title": run.file_name,
            "parts": cache.get(progress_key(run.pk), 0) if run.waits else 0,
        }
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
        run = self._run(request, str(object_id))
        titles = [_("Qué"), _("Hoja"), _("Fila"), _("Columna"), _("Valor"), _("Explicación")]
        rows = [
            [word, one["sheet"], str(one["row"] or ""), one["column"], one["value"], one["message"]]
            for word, name in ((_("Error"), "errors"), (_("Aviso"), "warnings"))
            for one in run.report.get(name, [])
        ]
        response = HttpResponse(write_workbook(_("Errores"), [titles, *rows]), content_type=XLSX)
        response["Content-Disposition"] = f'attachment; filename="errores-{run.pk}.xlsx"'
        return response

    def _act(self, request: HttpRequest, object_id: int, act: Callable[..., None]) -> HttpResponse:
        run = self._run(request, str(object_id))
        if request.method != "POST":
            return redirect(self._page_of(run))
        try:
            act(run, by=user_of(request), now=database_now())
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect(self._page_of(run))

    def _run(self, request: HttpRequest, object_id: str) -> ImportRun:
        run = self.get_queryset(request).filter(pk=object_id).first() if object_id.isdigit() else None
        if run is None or not self.has_view_permission(request, run):
            raise Http404
        return run

    def _page_of(self, run: ImportRun) -> str:
        return reverse("admin:plumier_importrun_change", args=[run.pk])
