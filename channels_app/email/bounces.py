"""What a mail means that came to the mailbox of the return paths.

A bounce is believed by the signed address that it came to (`return_path`), and by nothing else in it. A notification
in the standard form (`delivery_status`) is read first, then one in a mail server's own words (`own_words`). Automatic
answers, notes of reading, complaints and challenges are no news.
"""

import re
from dataclasses import dataclass, replace
from email.message import Message
from enum import StrEnum
from hashlib import sha256
from typing import Final

from channels_app.email import return_path
from channels_app.email.account import is_mailbox
from channels_app.email.delivery_status import Report, elsewhere, header_text, read_reports
from channels_app.email.message import ascii_domain
from channels_app.email.own_words import read_own_words
from channels_app.email.parsing import parsed
from channels_app.masking import clean_detail
from channels_app.receipts import Receipt

READ_OF_A_MAIL: Final = 1024 * 1024  # bytes: what is told stands before the mail that comes back
_ADDRESSED_BY: Final = ("delivered-to", "x-original-to", "envelope-to", "to")
_BETWEEN_ADDRESSES = re.compile(r"[\s<>,;\"()]+")


class NoNews(StrEnum):
    """A mail that tells nothing of a send."""

    UNSIGNED = "unsigned"  # no return path of ours: forged, or written by somebody to this box
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail that tells of one try. `event` is the same for each copy of it."""

    event: str
    delivery_id: int
    try_no: int
    reports: tuple[Report, ...]


def read_mail(data: bytes) -> Bounce | NoNews:
    """What a mail says, of which `data` may be the beginning. Raises Unreadable if it is none."""
    signed = _signed(parsed(data, headersonly=True))
    if signed is None:
        return NoNews.UNSIGNED
    mail = parsed(data)
    reports = read_reports(mail)
    if reports is None:
        reports = read_own_words(mail, data)
    if not reports:
        return NoNews.NOTHING
    return Bounce(_event(mail, data, signed), *signed, tuple(reports))


def receipt_of(bounce: Bounce, address: str) -> Receipt:
    """What it says of a send to `address`, empty if that is not known any more.

    One whose last recipient is another comes from where she has her mail forwarded to, whomever it was meant for: her
    own box may be well, and is neither dead at once nor sent the mail again.
    """
    hers = _same(address)
    own = [report for report in bounce.reports if hers & {_plain(one) for one in report.recipients}]
    meant = [report for report in bounce.reports if report.original and _plain(report.original) in hers]
    told = own or meant or list(bounce.reports)
    report = next((one for one in told if one.state == "undelivered"), told[0])
    said = clean_detail(report.said, address)
    outcome = report.outcome
    if outcome is not None:
        outcome = replace(outcome if own else elsewhere(outcome), detail=said)
    payload = {"action": report.action, "status": report.status, "said": said, "forwarded": not own}
    return Receipt(bounce.event, bounce.delivery_id, bounce.try_no, report.state, outcome, payload)


def _signed(mail: Message) -> tuple[int, int] | None:
    """The delivery and the try whose return path it came to."""
    for name in _ADDRESSED_BY:
        for value in mail.get_all(name, []):
            for word in _BETWEEN_ADDRESSES.split(header_text(value)):
                if (found := return_path.read(word)) is not None:
                    return found
    return None


def _event(mail: Message, data: bytes, signed: tuple[int, int]) -> str:
    """A copy of it has the same, whichever way it came: its own id, or all that stands behind its head."""
    own = header_text(mail.get("message-id", "")).encode()
    if not own:
        own = re.split(rb"\r?\n\r?\n", data, maxsplit=1)[-1]
    return sha256(b"%d.%d\n%s" % (*signed, own)).hexdigest()


def _same(address: str) -> frozenset[str]:
    return frozenset({_plain(address)}) if address else frozenset()


def _plain(address: str) -> str:
    """The address as two are compared: its domain as the DNS has it, all in lower case."""
    try:
        return (ascii_domain(address) if is_mailbox(address) else address).casefold()
    except UnicodeError:
        return address.casefold()
