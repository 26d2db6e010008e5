"""The one page that a parent opens from the message with her code. It tells nothing of anybody."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods

from notica.confirming import confirm_by_token
from notica.contact_codes import find
from notica.throttling import too_often
from plumier.clock import database_now
from plumier.policies import ANYONE, policy

MOST: Final = 30  # openings from one address in …
WITHIN: Final = 600  # seconds


@require_http_methods(["GET", "HEAD", "POST"])
@policy(ANYONE)
def confirm_contact(request: HttpRequest, token: str) -> HttpResponse:
    """«Confirmar», pressed by the parent: opening the page alone does nothing, for mail programs open links."""
    if too_often("confirm_contact", request.META.get("REMOTE_ADDR", ""), MOST, WITHIN):
        return _page(request, "slow", 429)
    if request.method == "POST":
        done = confirm_by_token(token, now=database_now())
        return _page(request, "done" if done else "over", 200 if done else 404)
    row = find(token, database_now())
    if row is None:
        return _page(request, "over", 404)
    return _page(request, "ask", 200, row.school.name)


def _page(request: HttpRequest, state: str, status: int, school: str = "") -> HttpResponse:
    response = render(
        request, "notica/confirm_contact.html", {"state": state, "school": school}, status=status
    )
    response["X-Robots-Tag"] = "noindex"
    add_never_cache_headers(response)
    return response
