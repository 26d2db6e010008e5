"""One-time codes: made, kept as a digest, and used once.

The digest is an HMAC with a key of the installation and not a slow hash: a code has 50 random bits or more, so nobody
guesses it from its digest, and two thousand are made at once. The slow hash is for what people choose.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.crypto import salted_hmac

from plumier.models import User
from plumier.models.accounts import AccountCode, CodeKind

# No letter or figure that another looks like on paper.
ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTHS: Final = {CodeKind.SHEET: 10, CodeKind.TEMPORARY: 12, CodeKind.LINK: 26, CodeKind.RECOVERY: 26}
LASTING: Final = {
    CodeKind.SHEET: timedelta(days=14),
    CodeKind.LINK: timedelta(days=7),
    CodeKind.TEMPORARY: timedelta(hours=72),
    CodeKind.RECOVERY: timedelta(hours=2),
}
_SALT: Final = "plumier.accounts.codes"
_PER_GROUP: Final = 4


def make_codes(users: Iterable[int], kind: CodeKind, *, now: datetime) -> dict[int, str]:
    """By user: a new code, which ends every earlier one of its kind. In a few statements for any number.

    Of its kind alone: somebody else who asks for a recovery in her name does not end the code on her sheet.
    """
    codes = {user: _random(LENGTHS[kind]) for user in users}
    AccountCode.objects.filter(user__in=codes.keys(), kind=kind, used_at__isnull=True).delete()
    AccountCode.objects.bulk_create(
        AccountCode(
            user_id=user,
            kind=kind,
            digest=_digest(code),
            made_at=now,
            expires_at=now + LASTING[kind],
        )
        for user, code in codes.items()
    )
    return codes


def as_written(code: str) -> str:
    """The code in groups of four, as it is printed."""
    return "-".join(code[start : start + _PER_GROUP] for start in range(0, len(code), _PER_GROUP))


def find_code(typed: str, *, now: datetime) -> AccountCode | None:
    """The code that is typed, whatever its dashes and case, if it may still be used."""
    found = AccountCode.objects.filter(
        digest=_digest(_normal(typed)), used_at__isnull=True, expires_at__gt=now
    )
    return found.select_related("user").filter(user__is_active=True).first()


@transaction.atomic
def use_code(code: AccountCode, *, now: datetime) -> User | None:
    """Use a code up: its user, or None if somebody was quicker."""
    used = AccountCode.objects.filter(pk=code.pk, used_at__isnull=True, expires_at__gt=now).update(
        used_at=now
    )
    return code.user if used else None


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def _normal(typed: str) -> str:
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def _digest(code: str) -> str:
    return salted_hmac(_SALT, code, algorithm="sha256").hexdigest()
