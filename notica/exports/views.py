"""The page of a file, for who asked for it alone."""

from typing import Final

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from notica.exports.asking import requests_of
from notica.exports.jobs import file_is_there
from notica.exports.products import PRODUCTS
from notica.exports.telling import KEPT
from notica.files import path_of
from notica.models import DataRequest, DataState
from notica.models.exports import WAITING
from plumier.clock import database_today, day_in
from plumier.policies import LOGGED_IN, policy, user_of

RELOADED_AFTER: Final = "5"  # seconds


@require_safe
@policy(LOGGED_IN)
def export(request: HttpRequest, request_token: str) -> HttpResponse:
    """How far it is, and the file once it is there."""
    found = _hers(request, request_token)
    context = {
        "found": found,
        "waits": found.state in WAITING,
        "ready": file_is_there(found) and _still_hers(found),
        "failed": found.state == DataState.FAILED,
        "until": found.ended_at + KEPT if found.ended_at else None,
    }
    response = render(request, PRODUCTS[found.product].template, context)
    if context["waits"]:
        response["Refresh"] = RELOADED_AFTER
    return response


@require_safe
@policy(LOGGED_IN)
def export_file(request: HttpRequest, request_token: str) -> HttpResponseBase:
    """The file."""
    found = _hers(request, request_token)
    if found.ended_at is None or not file_is_there(found) or not _still_hers(found):
        raise Http404
    file = path_of(found.sha256).open("rb")
    product = PRODUCTS[found.product]
    response = FileResponse(
        file,
        as_attachment=True,
        filename=product.file_name(found, day_in(found.school, found.ended_at)),
        content_type=product.content_type(found),
    )
    add_never_cache_headers(response)
    return response


def _hers(request: HttpRequest, token: str) -> DataRequest:
    mine = requests_of(user_of(request)).select_related("school")
    return get_object_or_404(mine, token=token)


def _still_hers(found: DataRequest) -> bool:
    return PRODUCTS[found.product].still_hers(found, database_today())
