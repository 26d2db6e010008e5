"""One expediente: what has been done in it, its steps, its files, its instructor and its end (requirement E5)."""

from typing import Any, Final

from django.contrib import messages as notices
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from convivencia.disciplinary.access import (
    cases_directed_by,
    cases_instructed_by,
    cases_seen_by,
    files_seen_by,
    steps_written_by,
)
from convivencia.disciplinary.opening import change_instructor
from convivencia.disciplinary.steps import add_step, close_case, correct_step, cross_out
from convivencia.models import DisciplinaryCase
from notica.files import KeptFile, path_of
from notica.refusals import Refused as FileRefused
from notica.writing.attaching import ACCEPT, keep_upload
from plumier.access import works_somewhere
from plumier.clock import database_now, database_today, day_in
from plumier.policies import policy, user_of
from plumier.record_access import note
from plumier.refusals import Refused
from plumier.uploads import was_too_large
from profesores.disciplinary_forms import ClosingForm, InstructorForm, StepForm
from profesores.disciplinary_page import case_page, with_everything
from tablon.files import MOST_FILES, packed, unpacked

CROSS_OUT: Final = "tachar"
SEEN: Final = "disciplinary_case"  # as what the record of accesses knows these pages


@require_safe
@policy(works_somewhere)
def disciplinary_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """All of it, as a sheet that can be printed; that she looked is kept."""
    case = _case(request, cases_seen_by(user_of(request), database_today()), case_id)
    today = day_in(case.school, database_now())
    page = case_page(user_of(request), case, today)
    return render(
        request, "profesores/disciplinary_case.html", {"page": page, "case": case, "school": case.school}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@policy(works_somewhere)
def disciplinary_step_new(request: HttpRequest, case_id: int) -> HttpResponse:
    """Write a step down."""
    case = _case(request, cases_instructed_by(user_of(request), database_today()), case_id, is_open=True)
    now = database_now()
    form = StepForm(request.POST or None, case, day_in(case.school, now))
    files, problems = _files(request)
    if form.is_bound and form.is_valid() and not problems:
        try:
            add_step(case, form.step(files), by=user_of(request), now=now)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            notices.success(request, _("La actuación está anotada."))
            return _to(case)
    return _step_page(request, case, form, files, problems)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(works_somewhere)
def disciplinary_step(request: HttpRequest, case_id: int, step_id: int) -> HttpResponse:
    """Correct a step, or with `tachar` cross it out."""
    user, now = user_of(request), database_now()
    case = _case(request, cases_instructed_by(user, database_today()), case_id, is_open=True)
    step = get_object_or_404(steps_written_by(user, database_today()), case=case, pk=step_id)
    crosses = request.POST.get("hacer") == CROSS_OUT
    names = ("kind", "due_on", "done_on", "note")
    initial = {**{name: getattr(step, name) for name in names}, "seen": step.version}
    form = StepForm(None if crosses else request.POST or None, case, day_in(case.school, now), **initial)
    files, problems = _files(request)
    shown: dict[str, Any] = {"step": step, "why": request.POST.get("porque", "").replace("\0", "")}
    try:
        if crosses:
            cross_out(step, shown["why"], by=user, now=now)
            notices.success(request, _("La actuación está tachada."))
            return _to(case)
        if form.is_bound and form.is_valid() and not problems:
            correct_step(step, form.step(files), by=user, now=now)
            notices.success(request, _("La actuación está corregida."))
            return _to(case)
    except Refused as refusal:
        if crosses:
            shown["problem"] = str(refusal)
        else:
            form.add_error(None, str(refusal))
    return _step_page(request, case, form, files, problems, **shown)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(works_somewhere)
def disciplinary_close(request: HttpRequest, case_id: int) -> HttpResponse:
    """End it, for good."""
    case = _case(request, cases_directed_by(user_of(request), database_today()), case_id, is_open=True)
    now = database_now()
    form = ClosingForm(request.POST or None, case, day_in(case.school, now))
    if form.is_bound and form.is_valid():
        try:
            close_case(case, form.closing, by=user_of(request), now=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            notices.success(request, _("El expediente está cerrado."))
            return _to(case)
    undone = case.steps.filter(done_on__isnull=True, crossed_out_at__isnull=True).count()
    context = {"form": form, "case": case, "school": case.school, "undone": undone}
    status = 422 if form.is_bound else 200
    return render(request, "profesores/disciplinary_close.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(works_somewhere)
def disciplinary_instructor(request: HttpRequest, case_id: int) -> HttpResponse:
    """Give it to another instructor, who is told."""
    case = _case(request, cases_directed_by(user_of(request), database_today()), case_id, is_open=True)
    now = database_now()
    form = InstructorForm(request.POST or None, case, day_in(case.school, now))
    if form.is_bound and form.is_valid():
        person = form.cleaned_data["instructor"]
        try:
            change_instructor(case, person.pk, by=user_of(request), now=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            notices.success(
                request, _("Ahora lo instruye %(name)s, y se le comunica.") % {"name": person.full_name}
            )
            return _to(case)
    context = {"form": form, "case": case, "school": case.school}
    status = 422 if form.is_bound else 200
    return render(request, "profesores/disciplinary_instructor.html", context, status=status)


@require_safe
@policy(works_somewhere)
def disciplinary_file(request: HttpRequest, case_file_id: int) -> HttpResponseBase:
    """A file of a step, to be saved."""
    rows = files_seen_by(user_of(request), database_today()).select_related("step__case__student__person")
    file = get_object_or_404(rows, pk=case_file_id)
    path = path_of(file.sha256)
    if not path.exists():
        raise Http404
    note(request, [file.step.case.student.person], SEEN)
    # Whatever it says it is, it is saved and never opened in the page's own name.
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=file.name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    add_never_cache_headers(response)
    return response


def _case(
    request: HttpRequest, hers: QuerySet[DisciplinaryCase], case_id: int, *, is_open: bool = False
) -> DisciplinaryCase:
    """One of hers, and that she was shown it; 404 for others, and for the form of what is done only in an open one.

    What was typed before it was closed is not thrown away: the act says why it is refused, or that it is done already.
    """
    case = get_object_or_404(with_everything(hers), pk=case_id)
    if is_open and not case.is_open and request.method != "POST":
        raise Http404
    note(request, [case.student.person], SEEN)
    return case


def _to(case: DisciplinaryCase) -> HttpResponse:
    response = redirect("profesores:disciplinary_case", case.pk)
    response.status_code = 303
    return response


def _step_page(
    request: HttpRequest,
    case: DisciplinaryCase,
    form: StepForm,
    files: tuple[KeptFile, ...],
    problems: list[str],
    **shown: Any,
) -> HttpResponse:
    context = {
        "form": form,
        "case": case,
        "school": case.school,
        "files": [(file, packed(file, user_of(request))) for file in files],
        "problems": problems,
        "accept": ACCEPT,
        **shown,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "profesores/disciplinary_step.html", context, status=status)


def _files(request: HttpRequest) -> tuple[tuple[KeptFile, ...], list[str]]:
    """Those that the form has kept already, the new ones, and what is wrong with others."""
    if request.method != "POST":
        return (), []
    files, gone = unpacked(request.POST.getlist("ficheros"), user_of(request))
    problems = [_("«%(name)s» ya no está: adjúntelo otra vez.") % {"name": name} for name in gone]
    if was_too_large(request):
        problems.append(
            _("El fichero es demasiado grande: adjunte ficheros de hasta 10 MB, unos pocos cada vez.")
        )
    for upload in request.FILES.getlist("nuevos"):
        if len(files) == MOST_FILES:
            problems.append(_("Una actuación lleva hasta 10 ficheros cada vez."))
            break
        try:
            files.append(keep_upload(upload))
        except FileRefused as refusal:
            problems.append(_("«%(name)s»: %(reason)s") % {"name": upload.name, "reason": refusal})
    return tuple(files), problems
