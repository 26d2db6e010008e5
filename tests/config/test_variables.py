import ipaddress

import pytest

from config import variables


@pytest.mark.parametrize(
    ("url", "name", "host"),
    [
        ("postgres://a:b@db.example:5432/plumier", "plumier", "db.example"),
        ("postgresql://a:b@db.example/plumier?sslmode=require", "plumier", "db.example"),
        ("postgres://plumier@/plumier?host=/run/x", "plumier", ""),
    ],
)
def test_database_reads_postgresql(url: str, name: str, host: str) -> None:
    found = variables.database(url)
    assert found is not None
    assert (found["NAME"], found["HOST"], found["OPTIONS"]["tcp_user_timeout"]) == (name, host, 30_000)


@pytest.mark.parametrize("url", ["x", "mysql://a/b", "postgres://a:b@c:d/e", "postgres://a", "sqlite:///x"])
def test_database_refuses_the_rest(url: str) -> None:
    assert variables.database(url) is None


@pytest.mark.parametrize(
    ("url", "right"),
    [
        ("redis://x:6379/0", True),
        ("unix:///run/x.sock?db=2", True),
        ("rediss://x", True),
        ("x", False),
        ("http://x", False),
    ],
)
def test_is_redis_tells_addresses(url: str, right: bool) -> None:
    assert variables.is_redis(url) is right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("https://avisos.example", True),
        ("https://avisos.example:8443/", True),
        ("http://[::1]:8000", True),
        ("avisos.example", False),
        ("https://", False),
        ("https://x:y", False),
        ("https://avisos.example/ruta", False),
        ("https://a@avisos.example", False),
        ("ftp://avisos.example", False),
    ],
)
def test_public_url_is_a_scheme_and_a_host(text: str, right: bool) -> None:
    assert (variables.public_url(text) is not None) is right


def test_proxies_reads_addresses_networks_and_the_socket() -> None:
    found = [ipaddress.ip_network("127.0.0.1/32"), ipaddress.ip_network("fd00::/8"), "unix"]
    assert variables.proxies("127.0.0.1, fd00::/8,unix,") == found
    assert variables.proxies("127.0.0.1, proxy") is None


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("a.example", True),
        (".a.example", True),
        ("[::1]", True),
        ("*", True),
        ("a:80", False),
        ("https://a", False),
    ],
)
def test_is_host_takes_names_only(text: str, right: bool) -> None:
    assert variables.is_host(text) is right


@pytest.mark.parametrize(
    ("text", "number"),
    [("8000", 8000), ("65535", 65535), ("0", None), ("65536", None), ("-1", None), ("٨", None)],
)
def test_port_is_a_number_in_range(text: str, number: int | None) -> None:
    assert variables.port(text) == number
