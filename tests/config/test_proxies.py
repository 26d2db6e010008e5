import ipaddress

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from config.proxies import only_trusted_proxies


def _seen(peer: str, **told: str) -> HttpRequest:
    request = RequestFactory().get("/", REMOTE_ADDR=peer, **told)
    only_trusted_proxies(lambda _: HttpResponse())(request)
    return request


@pytest.fixture(autouse=True)
def _proxies(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/8"), "unix"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.parametrize(
    ("peer", "forwarded", "visitor"),
    [
        ("10.1.2.3", "203.0.113.9", "203.0.113.9"),
        ("10.1.2.3", "198.51.100.1, 203.0.113.9, 10.9.9.9", "203.0.113.9"),
        ("10.1.2.3", "", "10.1.2.3"),
        ("", "203.0.113.9", "203.0.113.9"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
    ],
)
def test_visitor_is_the_last_address_that_is_no_proxy(peer: str, forwarded: str, visitor: str) -> None:
    assert _seen(peer, HTTP_X_FORWARDED_FOR=forwarded).META["REMOTE_ADDR"] == visitor


@pytest.mark.parametrize(("peer", "secure"), [("10.1.2.3", True), ("203.0.113.7", False)])
def test_only_a_proxy_may_say_that_the_visit_was_encrypted(peer: str, secure: bool) -> None:
    assert _seen(peer, HTTP_X_FORWARDED_PROTO="https").is_secure() is secure
