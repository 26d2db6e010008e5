"""The administration's door is the door of every page in it: who is not let in there need not try them all."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory
from django.urls import resolve

from plumier.admin_site import PlumierAdminSite
from tests.matrix.test_matrix import DOORS, addresses
from tests.matrix.urls import every_url
from tests.matrix.visiting import is_closed
from tests.matrix.world import make_place


@pytest.mark.parametrize("method", ["get", "post"])
def test_door_that_is_shut_shuts_every_page(
    db: None, method: str, rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever it is: who leads the school is let into none of them when the door says no."""
    monkeypatch.setattr(PlumierAdminSite, "has_permission", lambda site, request: False)
    place = make_place(1)
    inside = [url for url in every_url() if url.name.startswith("admin:") and url.name not in DOORS]
    answers = dict[str, int]()
    for address in [address for url in inside for address in addresses(url, place)]:
        request = getattr(rf, method)(address)
        request.user, request.session = place.director, SessionStore()
        request._dont_enforce_csrf_checks = True
        view, positional, named = resolve(address)
        answer = view(request, *positional, **named)
        if answer.status_code != 302 or not is_closed(answer):
            answers[address] = answer.status_code
    assert answers == {}
