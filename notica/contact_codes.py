"""What a code and its link are made of, and whether they still count.

Neither is kept: both come of a row's seed and the secret key, so that nobody finds one in the database, in a log or in
the text of a message, which has a place for them that is filled in as it is sent.
"""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.crypto import constant_time_compare, salted_hmac

from notica.models import ContactCode, Message
from notica.plain_sms import ROOM, cut, plain
from plumier.clock import database_now
from plumier.models import ProposalState

KIND: Final = "contact_code"
DIGITS: Final = 6
MOST_TRIES: Final = 5
KEY_LENGTH: Final = 8
_SIGNATURE_LENGTH = 24  # hexadecimal: 96 bits
_SMS: Final = f"messages/{KIND}/sms.txt"
_LEAST_NAME: Final = 4  # of a school, beside the longest link


def code_of(row: ContactCode) -> str:
    """Its six digits."""
    number = int(salted_hmac("notica.contact_codes.code", row.seed, algorithm="sha256").hexdigest(), 16)
    return f"{number % 10**DIGITS:0{DIGITS}}"


def token_of(row: ContactCode) -> str:
    """What stands in its link: no part of it says whose it is."""
    signed = salted_hmac("notica.contact_codes.link", f"{row.key}{row.seed}", algorithm="sha256").hexdigest()
    return f"{row.key}{signed[:_SIGNATURE_LENGTH]}"


def is_code(row: ContactCode, typed: str) -> bool:
    """Whether this is the code; spaces and hyphens within it do not matter."""
    return constant_time_compare(code_of(row), "".join(sign for sign in typed if sign.isalnum()))


def is_open(row: ContactCode, now: datetime) -> bool:
    """Whether it can still be used. Its `proposal` is looked at too."""
    return (
        row.used_at is None
        and row.voided_at is None
        and row.tries < MOST_TRIES
        and now < row.expires_at
        and row.proposal.state == ProposalState.TO_CONFIRM
    )


def find(token: str, now: datetime) -> ContactCode | None:
    """The open code whose link this is."""
    rows = ContactCode.objects.select_related("proposal", "proposal__batch", "school")
    row = rows.filter(key=token[:KEY_LENGTH]).first()
    if row is None or not constant_time_compare(token_of(row), token):
        return None
    return row if is_open(row, now) else None


def reason_to_stop(message: Message) -> str:
    """Why the message of a code goes out no more; empty when it does, and for every other kind."""
    if message.kind != KIND:
        return ""
    row = ContactCode.objects.select_related("proposal").filter(message=message).first()
    return "" if row is not None and is_open(row, database_now()) else "code_over"


def text_of(message: Message) -> dict[str, str]:
    """What the texts of its message are filled with, in the language in force.

    The SMS is one alone: the school's name takes what code and link leave. A link that leaves no room for it stays
    out, since the code does without.
    """
    row = ContactCode.objects.get(message=message)
    link = f"{settings.LINK_ROOT}/c/{token_of(row)}/"
    context = {"code": code_of(row), "link": link, "sms_link": link, "school_short": ""}
    if _room(context) < _LEAST_NAME:
        context["sms_link"] = ""
    name = cut(message.school.name, _room(context)) or message.school.code[: _room(context)]
    return {**context, "school_short": name}


def _room(context: dict[str, str]) -> int:
    """How many signs of the SMS are left for the school's name."""
    return ROOM - len(plain(render_to_string(_SMS, context).strip()))
