"""The product's own letters go where EMAIL_URL says."""

import pytest

from config.mail import mail_settings

FROM = {"EMAIL_FROM": "IES <avisos@ies.example>"}


@pytest.mark.parametrize(
    ("url", "port", "starttls", "tls"),
    [
        ("smtp://u:p%40ss@mail.example", 25, False, False),
        ("smtp://u:p%40ss@mail.example?tls=1", 587, True, False),
        ("smtps://u:p%40ss@mail.example:4465?connections=8", 4465, False, True),
    ],
)
def test_settings_are_those_of_the_channel(url: str, port: int, starttls: bool, tls: bool) -> None:
    assert mail_settings({"EMAIL_URL": url, "EMAIL_TIMEOUT": "7", **FROM}) == {
        "EMAIL_HOST": "mail.example",
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": "u",
        "EMAIL_HOST_PASSWORD": "p@ss",
        "EMAIL_USE_TLS": starttls,
        "EMAIL_USE_SSL": tls,
        "EMAIL_TIMEOUT": 7.0,
        "DEFAULT_FROM_EMAIL": "IES <avisos@ies.example>",
    }


@pytest.mark.parametrize(
    "environment", [{}, {"EMAIL_URL": "http://x", **FROM}, {"EMAIL_URL": "smtp://mail.example"}]
)
def test_without_an_account_there_is_no_server(environment: dict[str, str]) -> None:
    assert mail_settings(environment) == {"EMAIL_HOST": ""}
