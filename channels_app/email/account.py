"""The mail account, as the environment gives it.

`EMAIL_URL` is `smtp://user:password@host:port`, user and password percent-encoded and both left out
where the server wants none:

- `smtp://…` sends in the clear, for a server on this machine or network (port 25);
- `smtp://…?tls=1` asks for STARTTLS and sends nothing without it (port 587);
- `smtps://…` or `smtp://…?ssl=1` speaks TLS from the first byte (port 465).

`?connections=8` keeps that many open instead of four; providers limit how many they admit.

`EMAIL_FROM` is an address, with or without a name. `EMAIL_TIMEOUT` is the seconds for a whole send.
`BOUNCE_ADDRESS` is the mailbox that receives what comes back; without it, it is `EMAIL_FROM`'s.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from channels_app.http import is_here

CONNECTIONS, MOST_CONNECTIONS = 4, 50
LONGEST_TIMEOUT = 60.0  # seconds: a send ends before its lease does
PLAIN_PORT, STARTTLS_PORT, TLS_PORT = 25, 587, 465
_ON = {"1", "true", "yes"}
_MAILBOX = re.compile(r"[^\s@<>\"(),:;\\\x00-\x1f\x7f]+@[^\s@<>\"(),:;\\\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class MailAccount:
    """Where to hand mail over, and in whose name."""

    host: str
    port: int
    user: str
    password: str
    starttls: bool
    tls: bool
    sender_name: str
    sender: str
    bounces: str
    greeting: str  # the name given in EHLO
    timeout: float  # seconds
    connections: int = CONNECTIONS  # kept open at most


def is_mailbox(address: str) -> bool:
    """Whether it can be written to: something, one @, something, and nothing that ends a command."""
    return _MAILBOX.fullmatch(address) is not None


def read_account(environment: Mapping[str, str]) -> MailAccount:
    """The account; ValueError if EMAIL_URL or EMAIL_TIMEOUT cannot be read."""
    url = _split(environment["EMAIL_URL"])
    starttls, tls = _security(url)
    port = TLS_PORT if tls else STARTTLS_PORT if starttls else PLAIN_PORT
    name, sender = parseaddr(environment["EMAIL_FROM"])
    public = urlsplit(environment.get("PUBLIC_URL", "")).hostname
    return MailAccount(
        host=url.hostname or "",
        port=url.port or port,
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
        starttls=starttls,
        tls=tls,
        sender_name=name,
        sender=sender,
        bounces=environment.get("BOUNCE_ADDRESS", ""),
        greeting=public or sender.rpartition("@")[2],
        timeout=read_timeout(environment),
        connections=_connections(url),
    )


def read_timeout(environment: Mapping[str, str]) -> float:
    """EMAIL_TIMEOUT in seconds, at most LONGEST_TIMEOUT; ValueError if it is no number above 0."""
    seconds = float(environment.get("EMAIL_TIMEOUT", LONGEST_TIMEOUT))
    if not seconds > 0:
        raise ValueError("EMAIL_TIMEOUT")
    return min(seconds, LONGEST_TIMEOUT)


def is_mail_url(value: str) -> bool:
    """Whether EMAIL_URL can be read."""
    try:
        return bool(_split(value).hostname)
    except ValueError:
        return False


def has_connections(value: str) -> bool:
    """Whether the connections that EMAIL_URL asks for, if it does, are a number that can be."""
    try:
        return bool(_connections(_split(value)))
    except ValueError:
        return False


def tells_password(value: str) -> bool:
    """Whether EMAIL_URL would send a password in the clear further than this machine."""
    url = _split(value)
    return bool(url.password) and not any(_security(url)) and not is_here(url.hostname or "")


def _split(value: str) -> SplitResult:
    url = urlsplit(value)
    if url.scheme not in ("smtp", "smtps") or url.port == 0:
        raise ValueError("EMAIL_URL")
    return url


def _security(url: SplitResult) -> tuple[bool, bool]:
    """STARTTLS, TLS from the start; never both."""
    asked = {name: given[-1].lower() in _ON for name, given in parse_qs(url.query).items()}
    tls = url.scheme == "smtps" or asked.get("ssl", False)
    return asked.get("tls", False) and not tls, tls


def _connections(url: SplitResult) -> int:
    """`?connections=`; ValueError if it is no number from 1 to MOST_CONNECTIONS."""
    number = int(parse_qs(url.query, keep_blank_values=True).get("connections", [str(CONNECTIONS)])[-1])
    if not 1 <= number <= MOST_CONNECTIONS:
        raise ValueError("EMAIL_URL")
    return number
