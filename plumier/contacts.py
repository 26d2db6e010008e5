"""Phones and e-mail addresses of the register: how they are read, and how others see them.

Pure: no database, no Django. One door to `phones` and `emails`.
"""

from plumier.emails import Email, EmailReading, normalise_email, read_email
from plumier.phones import Phone, PhoneKind, PhoneReading, read_phones

__all__ = [
    "Email",
    "EmailReading",
    "Phone",
    "PhoneKind",
    "PhoneReading",
    "mask",
    "normalise_email",
    "read_email",
    "read_phones",
]

_SHOWN_DIGITS = 3
_FEWEST_DIGITS_TO_SHOW = 7


def mask(address: str) -> str:
    """Show the last three digits of a phone (`***456`) and the domain of an e-mail (`***@example.org`).

    Of anything else nothing is shown. A number of fewer than seven digits shows nothing: three of them would
    be half of it.
    """
    _, at, domain = address.rpartition("@")
    if at:
        return f"***@{domain}" if domain else "***"
    digits = [sign for sign in address if sign.isdigit()]
    if len(digits) < _FEWEST_DIGITS_TO_SHOW or any(map(str.isalpha, address)):
        return "***"
    return "***" + "".join(digits[-_SHOWN_DIGITS:])
