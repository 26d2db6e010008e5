"""Signed return paths: a bounce comes back to an address that says of which try it is.

`bounces@school.example` becomes `bounces+<delivery>.<try>.<signature>@school.example`. All of it is
digits and lower-case hexadecimal, for servers that change the case of what they return.
"""

import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

SIGNATURE_LENGTH = 20  # hexadecimal digits: 80 bits
_SALT = "channels_app.email.return_path"
_TAG = re.compile(rf"(\d{{1,19}})\.(\d{{1,9}})\.([0-9a-f]{{{SIGNATURE_LENGTH}}})")


def sign(bounces: str, delivery_id: int, try_no: int) -> str:
    """The return path of one try, at the mailbox `bounces`."""
    local, _, domain = bounces.rpartition("@")
    signature = _signature(delivery_id, try_no, settings.SECRET_KEY)
    return f"{local}+{delivery_id}.{try_no}.{signature}@{domain}"


def read(address: str) -> tuple[int, int] | None:
    """The delivery and the try that a return path is of; None if we never signed it."""
    tag = _TAG.fullmatch(address.rpartition("@")[0].rpartition("+")[2].lower())
    if tag is None:
        return None
    delivery_id, try_no = int(tag[1]), int(tag[2])
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    ours = [constant_time_compare(tag[3], _signature(delivery_id, try_no, key)) for key in keys]
    return (delivery_id, try_no) if any(ours) else None


def _signature(delivery_id: int, try_no: int, key: str | bytes) -> str:
    value = f"{delivery_id}.{try_no}"
    return salted_hmac(_SALT, value, secret=key, algorithm="sha256").hexdigest()[:SIGNATURE_LENGTH]
