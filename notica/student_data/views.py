"""The page of a workbook of students, for who asked for it alone."""

from typing import Final

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from notica.files import path_of
from notica.models import DataRequest, DataState
from notica.models.student_data import WAITING
from notica.student_data.asking import requests_of
from notica.student_data.choosing import Selection, reader_of, students_of
from notica.student_data.jobs import file_is_there
from notica.student_data.telling import KEPT, file_name
from plumier.access import works_somewhere
from plumier.clock import database_today
from plumier.policies import policy, user_of
from plumier.workbooks import XLSX

RELOADED_AFTER: Final = "5"  # seconds


@require_safe
@policy(works_somewhere)
def student_data(request: HttpRequest, request_token: str) -> HttpResponse:
    """How far it is, and the file once it is there."""
    found = _hers(request, request_token)
    context = {
        "found": found,
        "waits": found.state in WAITING,
        "ready": file_is_there(found) and _still_hers(found),
        "failed": found.state == DataState.FAILED,
        "until": found.ended_at + KEPT if found.ended_at else None,
    }
    response = render(request, "notica/student_data.html", context)
    if context["waits"]:
        response["Refresh"] = RELOADED_AFTER
    return response


@require_safe
@policy(works_somewhere)
def student_data_file(request: HttpRequest, request_token: str) -> HttpResponseBase:
    """The workbook."""
    found = _hers(request, request_token)
    if found.ended_at is None or not file_is_there(found) or not _still_hers(found):
        raise Http404
    file = path_of(found.sha256).open("rb")
    name = file_name(found, found.ended_at)
    response = FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
    add_never_cache_headers(response)
    return response


def _hers(request: HttpRequest, token: str) -> DataRequest:
    mine = requests_of(user_of(request), database_today()).select_related("school")
    return get_object_or_404(mine, token=token)


def _still_hers(found: DataRequest) -> bool:
    """Whether she sees as many of those students today as when it was made: a court or a lost group ends it."""
    reader = reader_of(found.by, found.school, database_today())
    seen = students_of(Selection.from_json(found.selection), reader).count()
    return not reader.kept_from and seen >= found.students
