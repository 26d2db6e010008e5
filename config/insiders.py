"""Who may read figures: whoever visits from this machine itself, and superusers. Without a secret more to lose."""

import ipaddress

from django.http import HttpRequest

from config.proxies import FORWARDED
from plumier.access import is_superuser
from plumier.clock import database_today
from plumier.models import User


def is_insider(request: HttpRequest) -> bool:
    """Whether this visit may see numbers."""
    return _is_local(request) or _is_superuser(request)


def _is_local(request: HttpRequest) -> bool:
    """Whether the visit begins on this machine.

    A proxy on this machine says that it forwards: without X-Forwarded-Proto nobody could log in behind it.
    """
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return address.is_loopback and not request.META.get(FORWARDED, True)


def _is_superuser(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and is_superuser(request.user, database_today())
