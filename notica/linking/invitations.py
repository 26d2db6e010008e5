"""The one-use token of a deep link: who opens it is known, and the phone that she shares must be hers."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from notica.models import LinkInvitation

LIFETIME: Final = timedelta(minutes=15)
_SALT: Final = "notica.linking.invitations"
_KEY_LENGTH: Final = 16
_SIGNATURE_LENGTH: Final = 32  # hexadecimal: 128 bits; with the key it is within the 64 that Telegram takes


def invite(user_id: int, account_id: int, *, now: datetime) -> LinkInvitation:
    """A new one for a user and a bot; her earlier one for it counts no more."""
    values = {
        "key": secrets.token_hex(_KEY_LENGTH // 2),
        "made_at": now,
        "expires_at": now + LIFETIME,
        "used_at": None,
        "used_by": "",
    }
    row, _made = LinkInvitation.objects.update_or_create(
        user_id=user_id, account_id=account_id, defaults=values
    )
    return row


def token_of(row: LinkInvitation) -> str:
    """What its link carries."""
    return f"{row.key}{_signature(row.key, settings.SECRET_KEY)}"


def accept(token: str, account_id: int, chat: str, *, now: datetime) -> LinkInvitation | None:
    """Use it up for a chat; None for one that is made up, over, or used by another chat.

    The same chat may open it again: Telegram shows its button «Start» as long as she has said nothing else.
    """
    row = LinkInvitation.objects.filter(key=token[:_KEY_LENGTH], account=account_id).first()
    if row is None or not _is_token_of(row, token) or now >= row.expires_at:
        return None
    if row.used_by and row.used_by != chat:
        return None
    if not row.used_by:
        row.used_at, row.used_by = now, chat
        row.save(update_fields=["used_at", "used_by"])
    return row


def _is_token_of(row: LinkInvitation, token: str) -> bool:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    found = [constant_time_compare(f"{row.key}{_signature(row.key, key)}", token) for key in keys]
    return any(found)


def _signature(key: str, secret: str | bytes) -> str:
    return salted_hmac(_SALT, key, secret=secret, algorithm="sha256").hexdigest()[:_SIGNATURE_LENGTH]
