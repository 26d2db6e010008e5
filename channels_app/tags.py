"""Signed tags: what a provider or a mail server hands back to us says of which try it is, and that we said so.

A tag is `<delivery>.<try>.<signature>`, all digits and lower-case hexadecimal, for servers that change the case of
what they return. Each use has its own salt, so that a tag of one cannot be shown at another.
"""

import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

SIGNATURE_LENGTH = 20  # hexadecimal digits: 80 bits
_TAG = re.compile(rf"([0-9]{{1,19}})\.([0-9]{{1,9}})\.([0-9a-f]{{{SIGNATURE_LENGTH}}})")


def tag(salt: str, delivery_id: int, try_no: int) -> str:
    """The tag of one try for one use."""
    return f"{delivery_id}.{try_no}.{_signature(salt, delivery_id, try_no, settings.SECRET_KEY)}"


def read_tag(salt: str, given: str) -> tuple[int, int] | None:
    """The delivery and the try that a tag is of; None if we never made it for this use."""
    found = _TAG.fullmatch(given.lower())
    if found is None:
        return None
    delivery_id, try_no = int(found[1]), int(found[2])
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    ours = [constant_time_compare(found[3], _signature(salt, delivery_id, try_no, key)) for key in keys]
    return (delivery_id, try_no) if any(ours) else None


class TagConverter:
    """A tag in an address."""

    regex = rf"[0-9]{{1,19}}\.[0-9]{{1,9}}\.[0-9a-f]{{{SIGNATURE_LENGTH}}}"

    def to_python(self, value: str) -> str:
        """As it stands; it is read, and its signature looked at, by who knows what it is for."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


def _signature(salt: str, delivery_id: int, try_no: int, key: str | bytes) -> str:
    value = f"{delivery_id}.{try_no}"
    return salted_hmac(salt, value, secret=key, algorithm="sha256").hexdigest()[:SIGNATURE_LENGTH]
