"""«Mesa de revisión» (requirement C8): its queue, an office's texts, and what is done with one."""

import secrets
from typing import Any, Final

from django.contrib import messages as notices
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from notica.choices import Way
from notica.files import path_of
from notica.kinds import GENERAL, KINDS
from notica.models import ReviewState
from notica.refusals import Refused
from notica.review.access import texts_visible_to
from notica.review.actions import begin_text, submit
from notica.review.words import office_words
from plumier.access import works_somewhere
from plumier.clock import database_now, database_today, day_in
from plumier.models import Procedure
from plumier.policies import policy, user_of
from profesores.procedures import DESK, school_using, tabs
from profesores.review_form import MARK, ReviewForm, unchecked, with_level
from profesores.review_page import Reader, list_page, reader_of
from profesores.views.review_post import SUBMIT, TextPage, attach
from profesores.views.writing_post import see_other

KEY_LENGTH: Final = 64


@require_safe
@policy(works_somewhere)
def review(request: HttpRequest) -> HttpResponse:
    """For the desk its queue, for an office its own texts; 404 for everybody else."""
    reader = _reader(request)
    state = request.GET.get("estado", ReviewState.SUBMITTED if reader.desk else "")
    after = request.GET.get("despues", "")
    page = list_page(
        reader,
        state if state in ReviewState.values else "",
        request.GET.get("oficina", "")[:20],
        int(after) if after.isdecimal() and len(after) < 19 else 0,
    )
    context = {
        "page": page,
        "reader": reader,
        "state": state,
        "office": request.GET.get("oficina", ""),
        "school": reader.school,
        "tabs": tabs(request, reader.school, DESK) if reader.desk else (),
    }
    with timezone.override(reader.school.time_zone):
        return render(request, "profesores/review.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(works_somewhere)
def review_new(request: HttpRequest) -> HttpResponse:
    """A new text of one of her offices, kept as a draft or handed in at once."""
    reader = _reader(request)
    if not reader.offices:
        raise Http404
    with timezone.override(reader.school.time_zone):
        if request.method != "POST":
            return _new_page(request, reader, ReviewForm(reader.school, None, kept=reader.kept()))
        return _begin(request, reader)


def _begin(request: HttpRequest, reader: Reader) -> HttpResponse:
    do, now = request.POST.get("hacer", ""), database_now()
    form = ReviewForm(reader.school, None, request.POST, kept=reader.kept())
    if do.startswith(MARK):
        data = with_level(request.POST, do.removeprefix(MARK), form.levels())
        return _new_page(
            request, reader, unchecked(ReviewForm(reader.school, None, data, kept=reader.kept()))
        )
    if not form.is_valid():
        return _new_page(request, reader, form, status=422)
    key, office = request.POST.get("clave", "")[:KEY_LENGTH], request.POST.get("oficina", "")
    said = form.said()
    try:
        text = begin_text(
            reader.school, office, said, client_key=key or secrets.token_hex(16), by=reader.user, now=now
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _new_page(request, reader, form, status=422)
    try:
        attach(text, request, by=reader.user, now=now)
        if do == SUBMIT:
            submit(text, seen=None, by=reader.user, now=now)
    except Refused as refusal:
        notices.error(request, str(refusal))
    else:
        notices.success(request, _("Entregado a la mesa.") if do == SUBMIT else _("Borrador guardado."))
    return see_other(reverse("profesores:review_text", args=[text.token]))


def _new_page(request: HttpRequest, reader: Reader, form: ReviewForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "school": reader.school,
        "offices": [(one, office_words(one)) for one in reader.offices],
        "office": request.POST.get("oficina") or reader.offices[0],
        "key": request.POST.get("clave", "")[:KEY_LENGTH] or secrets.token_hex(16),
        "mails": Way.EMAIL in reader.school.policy.channels and KINDS[GENERAL].attachments,
        "is_new": True,
    }
    return render(request, "profesores/review_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(works_somewhere)
def review_text(request: HttpRequest, review_token: str) -> HttpResponse:
    """One text: the office's to write, then the desk's; 404 for everybody else."""
    reader = _reader_of(request, review_token)
    text = get_object_or_404(
        reader.texts().select_related("school__policy", "by", "read_by", "message"), token=review_token
    )
    with timezone.override(text.school.time_zone):
        return TextPage(request, reader, text).answer()


@require_safe
@policy(works_somewhere)
def review_file(request: HttpRequest, review_token: str, review_file_id: int) -> FileResponse:
    """A file of a text, to be saved and never shown."""
    reader = _reader_of(request, review_token)
    text = get_object_or_404(reader.texts(), token=review_token)
    file = get_object_or_404(text.files, pk=review_file_id)
    try:
        content = path_of(file.sha256).open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content, as_attachment=True, filename=file.name, content_type=file.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _reader(request: HttpRequest) -> Reader:
    """Of the school of now. Http404 for who is neither at its desk nor in an office of its."""
    school = school_using(request, Procedure.REVIEW)
    reader = reader_of(user_of(request), school, day_in(school, database_now()))
    if not reader.desk and not reader.offices:
        raise Http404
    return reader


def _reader_of(request: HttpRequest, token: str) -> Reader:
    """Of the text's own school, whichever she works in now: a link from a message opens it."""
    user, today = user_of(request), database_today()
    text = get_object_or_404(texts_visible_to(user, today).select_related("school__policy"), token=token)
    return reader_of(user, text.school, day_in(text.school, database_now()))
