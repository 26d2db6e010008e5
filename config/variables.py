"""Reads single variables of the environment. A malformed one gives None here and a sentence in `config/checks.py`."""

import ipaddress
from typing import Any
from urllib.parse import SplitResult, urlsplit

import environ
from redis.connection import parse_url

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
UNIX = "unix"  # in TRUSTED_PROXIES: a proxy that comes by a unix socket has no address
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_POSTGRESQL = ("postgres://", "postgresql://")
# A peer that went away without a word is noticed in this time instead of in hours (tcp(7), libpq).
_TCP = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


def items(text: str) -> list[str]:
    """The parts of a comma separated value, without blanks."""
    return [part.strip() for part in text.split(",") if part.strip()]


def database(url: str) -> dict[str, Any] | None:
    """Django's settings of a PostgreSQL address; None when it is malformed or not PostgreSQL's."""
    if not url.startswith(_POSTGRESQL):
        return None
    try:
        found = dict(environ.Env.db_url_config(url))
    except ValueError:
        return None
    if not found.get("NAME"):
        return None
    found["OPTIONS"] = {**_TCP, **found.get("OPTIONS", {})}
    return found


def is_redis(url: str) -> bool:
    """Whether redis-py can read the address."""
    try:
        parse_url(url)  # type: ignore[no-untyped-call]
    except ValueError:
        return False
    return True


def public_url(text: str) -> SplitResult | None:
    """The address that people and providers use: a scheme and a host, nothing after them."""
    try:
        found = urlsplit(text)
        port = found.port
    except ValueError:
        return None
    plain = found.path in ("", "/") and not found.query and not found.fragment and "@" not in found.netloc
    if found.scheme not in ("http", "https") or not found.hostname or port == 0 or not plain:
        return None
    return found


def proxies(text: str) -> list[Network | str] | None:
    """The addresses and networks of our own proxies, or `unix`."""
    try:
        return [part if part == UNIX else ipaddress.ip_network(part, strict=False) for part in items(text)]
    except ValueError:
        return None


def is_host(text: str) -> bool:
    """Whether it can stand in ALLOWED_HOSTS: a name or an address, no scheme, port or path."""
    bare = text.removeprefix(".")
    if bare.startswith("["):
        return bare.endswith("]")
    return text == "*" or (bool(bare) and not any(mark in bare for mark in "/:@?# "))


def log_level(text: str) -> str | None:
    """A level of the standard library's logging."""
    return text.upper() if text.upper() in LOG_LEVELS else None


def port(text: str) -> int | None:
    """A port number from 1 to 65535."""
    if not (text.isascii() and text.isdigit()) or len(text) > 5:
        return None
    number = int(text)
    return number if 0 < number < 65536 else None
