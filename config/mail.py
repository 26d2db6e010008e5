"""The product's own letters (log-ins, recovery) go out through the same server as the e-mail channel."""

from collections.abc import Mapping
from typing import Any

from channels_app.email.account import read_account


def mail_settings(environment: Mapping[str, str]) -> dict[str, Any]:
    """Django's settings for mail, out of EMAIL_URL, EMAIL_FROM and EMAIL_TIMEOUT.

    Where they are missing or malformed (which `manage.py check` says) nothing can be sent, and each letter
    says so.
    """
    try:
        account = read_account(environment)
    except (KeyError, ValueError):
        return {"EMAIL_HOST": ""}
    return {
        "EMAIL_HOST": account.host,
        "EMAIL_PORT": account.port,
        "EMAIL_HOST_USER": account.user,
        "EMAIL_HOST_PASSWORD": account.password,
        "EMAIL_USE_TLS": account.starttls,
        "EMAIL_USE_SSL": account.tls,
        "EMAIL_TIMEOUT": account.timeout,
        "DEFAULT_FROM_EMAIL": environment["EMAIL_FROM"],
    }
