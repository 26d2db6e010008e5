"""EMAIL_URL and its neighbours."""

from collections.abc import Mapping

import pytest

from channels_app.email.account import (
    MailAccount,
    has_connections,
    is_mail_url,
    is_mailbox,
    read_account,
    tells_password,
)

FROM = "IES Ribera <avisos@plumier.example>"


def _read(url: str, **others: str) -> MailAccount:
    return read_account({"EMAIL_URL": url, "EMAIL_FROM": FROM, **others})


@pytest.mark.parametrize(
    ("url", "port", "starttls", "tls"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp://mail.example:2525", 2525, False, False),
        ("smtp://mail.example?tls=1", 587, True, False),
        ("smtp://mail.example:25/?tls=true", 25, True, False),
        ("smtp://mail.example?ssl=1", 465, False, True),
        ("smtps://mail.example", 465, False, True),
        ("smtps://mail.example:1465?tls=1", 1465, False, True),
        ("smtp://mail.example?tls=0", 25, False, False),
    ],
)
def test_read_account_takes_port_and_security(url: str, port: int, starttls: bool, tls: bool) -> None:
    account = _read(url)
    assert (account.host, account.port, account.starttls, account.tls) == (
        "mail.example",
        port,
        starttls,
        tls,
    )


def test_read_account_decodes_user_and_password() -> None:
    account = _read("smtp://ana%40x.example:p%3A%2F%C3%B1@mail.example")
    assert (account.user, account.password) == ("ana@x.example", "p:/ñ")


def test_read_account_splits_the_sender() -> None:
    account = _read("smtp://mail.example")
    assert (account.sender_name, account.sender) == ("IES Ribera", "avisos@plumier.example")


@pytest.mark.parametrize(
    ("others", "greeting"),
    [({}, "plumier.example"), ({"PUBLIC_URL": "https://avisos.ies.example/x"}, "avisos.ies.example")],
)
def test_read_account_greets_by_the_public_name(others: Mapping[str, str], greeting: str) -> None:
    assert _read("smtp://mail.example", **others).greeting == greeting


@pytest.mark.parametrize(
    ("query", "number"),
    [("", 4), ("?connections=8", 8), ("?tls=1&connections=1", 1), ("?connections=50", 50)],
)
def test_read_account_takes_the_connections(query: str, number: int) -> None:
    assert _read(f"smtp://mail.example{query}").connections == number
    assert has_connections(f"smtp://mail.example{query}")


@pytest.mark.parametrize("asked", ["0", "51", "-1", "many", "", "1.5"])
def test_has_connections_refuses_what_is_no_number_of_them(asked: str) -> None:
    assert not has_connections(f"smtp://mail.example?connections={asked}")
    with pytest.raises(ValueError):
        _read(f"smtp://mail.example?connections={asked}")


@pytest.mark.parametrize(("given", "seconds"), [("5", 5.0), ("2.5", 2.5), ("600", 60.0)])
def test_read_account_bounds_the_timeout(given: str, seconds: float) -> None:
    assert _read("smtp://mail.example", EMAIL_TIMEOUT=given).timeout == seconds


@pytest.mark.parametrize("given", ["0", "-1", "soon", "nan"])
def test_read_account_refuses_a_timeout_that_is_none(given: str) -> None:
    with pytest.raises(ValueError, match=r"EMAIL_TIMEOUT|could not convert"):
        _read("smtp://mail.example", EMAIL_TIMEOUT=given)


@pytest.mark.parametrize(
    ("url", "right"),
    [
        ("smtp://mail.example", True),
        ("smtps://a:b@mail.example:465", True),
        ("mail.example", False),
        ("http://mail.example", False),
        ("smtp://", False),
        ("smtp://mail.example:port", False),
        ("smtp://mail.example:0", False),
        ("", False),
    ],
)
def test_is_mail_url(url: str, right: bool) -> None:
    assert is_mail_url(url) is right


@pytest.mark.parametrize(
    ("url", "tells"),
    [
        ("smtp://a:b@mail.example", True),
        ("smtp://a:b@192.0.2.1", True),
        ("smtp://a:b@mail.example?tls=1", False),
        ("smtps://a:b@mail.example", False),
        ("smtp://mail.example", False),
        ("smtp://a:b@127.0.0.1", False),
        ("smtp://a:b@localhost", False),
    ],
)
def test_tells_password_only_in_the_clear_and_far(url: str, tells: bool) -> None:
    assert tells_password(url) is tells


@pytest.mark.parametrize(
    ("address", "right"),
    [
        ("ana@x.example", True),
        ("ana.pérez+1@ñu.example", True),
        ("o'hara@x.example", True),
        ("ana", False),
        ("ana@", False),
        ("@x.example", False),
        ("a@b@c", False),
        ("ana @x.example", False),
        ("ana@x.example\r\nRCPT TO:<b@x.example>", False),
        ("ana@x.example> SIZE=1", False),
        ("a,b@x.example", False),
        ('"a b"@x.example', False),
        ("", False),
    ],
)
def test_is_mailbox(address: str, right: bool) -> None:
    assert is_mailbox(address) is right
