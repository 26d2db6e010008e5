"""What a delivery status notification (RFC 3464, RFC 6533) says of each recipient, and what an outcome its code is.

A code that came back later is judged as the same code in the dialogue (`errors.TABLE`): hard or soft by the enhanced
code. What is not sure never makes an address dead at once: it counts as a strike.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import Parser
from itertools import islice
from typing import Final

from channels_app.base import Fault, Outcome, OutcomeClass
from channels_app.email.errors import NEXT_DAY, Reply, Stage, classify
from channels_app.email.parsing import AsWritten, sub_parts
from channels_app.outcomes import not_now
from channels_app.receipts import State

STRIKES: Final = 2  # doubtful bounces on different days that make an address dead
_MOST_RECIPIENTS: Final = 50  # of one mail of ours, which has one and may have been forwarded
_LONGEST_HEADER, _LONGEST_SENTENCE, _LONGEST_ADDRESS = 16_384, 1000, 320  # letters, beyond which they are cut
FULL: Final = ("5.2.2", "4.2.2")
_TOO_LARGE: Final = ("5.2.3", "5.3.4")
_SMTP_CODES: Final = dict.fromkeys(_TOO_LARGE, 552)  # with which the table knows an enhanced code; else 550
_ENHANCED = re.compile(r"(?<![\d.])([245])\.([0-7])\.(\d{1,3})(?![\d.]*\d)")
_BASIC = re.compile(r"(?<![\d.])([245]\d\d)(?![\d.]*\d)")
_ESCAPED = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")
_BLANKS = re.compile(r"\s+")
# Relayed is no delivery: a server that tells no more has taken it over, and its bounce may still come.
_STATES: Final[dict[str, State]] = {
    "failed": "undelivered",
    "error": "undelivered",  # some servers' word for it
    "delivered": "delivered",
    "relayed": "accepted",
}


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one recipient; `outcome` is of an undelivered one.

    `recipients` are whom it was brought to in the end, `original` whom it was first written to, in lower case. `said`
    is the other server's own sentence, which may hold addresses.
    """

    recipients: frozenset[str]
    state: State
    outcome: Outcome | None = None
    action: str = ""
    status: str = ""
    said: str = ""
    original: str = ""


def read_reports(mail: Message) -> list[Report] | None:
    """What it says of whom; None if it is no such notification. A delay and an expansion are no news."""
    blocks = list(islice(_blocks(mail), _MOST_RECIPIENTS))
    if not blocks:
        return None
    return [report for block in blocks if (report := _report(block)) is not None]


def outcome_of(status: str, basic: str, said: str) -> Outcome:
    """What a code is that came back later: `status` is the enhanced one, `basic` the three digits; either may lack."""
    if not status or status.endswith(".0.0"):
        word = status or basic or "bounced"
        return Outcome(OutcomeClass.PERMANENT, f"smtp.{word}", Fault.ADDRESS, strikes=STRIKES)
    if status in FULL:
        return not_now(f"smtp.{status}", Fault.ADDRESS, NEXT_DAY)
    if status.startswith("4."):  # its server has tried for as long as it does
        return Outcome(OutcomeClass.PERMANENT, f"smtp.{status}", Fault.MESSAGE)
    return replace(
        classify(Reply(Stage.RECIPIENT, _SMTP_CODES.get(status, 550), f"{status} {said}")), detail=""
    )


def doubtful(outcome: Outcome) -> Outcome:
    """The same, of which too little is sure to make the address dead at once."""
    return replace(outcome, suppress=False, strikes=STRIKES) if outcome.suppress else outcome


def elsewhere(outcome: Outcome) -> Outcome:
    """The same of an address that is not known to be hers: a doubt, and none that another try to hers would end."""
    if outcome.kind is OutcomeClass.NOT_PROCESSED:
        return Outcome(OutcomeClass.PERMANENT, outcome.code, Fault.MESSAGE)
    return doubtful(outcome)


def codes_in(text: str) -> tuple[str, str]:
    """The first enhanced code and the first code of three digits in a server's sentence; empty if there is none."""
    enhanced, basic = _ENHANCED.search(text), _BASIC.search(text)
    return enhanced[0] if enhanced else "", basic[1] if basic else ""


def header_text(value: object) -> str:
    """A header in one line, its encoded words read, without bytes that no database takes."""
    raw = str(value)[:_LONGEST_HEADER].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    with suppress(LookupError, ValueError, MessageError):  # a character set that nobody knows: as it stands
        raw = str(make_header(decode_header(raw)))
    return _BLANKS.sub(" ", raw.replace("\0", " ")).strip().encode("utf-8", "replace").decode()


def _blocks(mail: Message) -> Iterator[Message]:
    """The fields of each recipient: what stands in a mail that it returns was not told to us."""
    if mail.get_content_type() != "multipart/report":
        return
    for part in sub_parts(mail):
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            yield from (block for block in sub_parts(part) if "action" in block)
        elif kind == "message/global-delivery-status":
            yield from (block for block in _written(part) if "action" in block)


def _written(part: Message) -> Iterator[Message]:
    """The blocks of the international form, which the parser takes for a mail: its own fields, then a text."""
    inner = part.get_payload(0) if part.is_multipart() else part
    if not isinstance(inner, Message):
        return
    yield inner
    data = inner.get_payload(decode=True)
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else ""
    for block in re.split(r"\r?\n[ \t]*\r?\n", text, maxsplit=_MOST_RECIPIENTS):
        yield Parser(policy=AsWritten()).parsestr(block.lstrip())


def _report(block: Message) -> Report | None:
    action = header_text(block["action"]).partition(" ")[0].lower()
    state = _STATES.get(action)
    if state is None:
        return None
    said = header_text(block.get("diagnostic-code", "")).partition(";")[2].strip()[:_LONGEST_SENTENCE]
    given = codes_in(header_text(block.get("status", "")))[0]
    told, basic = codes_in(said)
    outcome = _failed(given, told, basic, said) if state == "undelivered" else None
    final, original = (_address(block.get(name, "")) for name in ("final-recipient", "original-recipient"))
    return Report(frozenset({final} - {""}), state, outcome, action, given or told, said, original)


def _failed(given: str, told: str, basic: str, said: str) -> Outcome:
    """By its status, or by the server's own words where that says nothing; two that differ leave a doubt."""
    if not given or given.endswith(".0.0"):
        return outcome_of(told or given, basic, said)
    outcome = outcome_of(given, basic, said)
    differs = bool(told) and not told.endswith(".0.0") and told != given
    return doubtful(outcome) if differs else outcome


def _address(field: object) -> str:
    """`rfc822; ana@x.example` or `utf-8; peña@x.example`, also without the kind and in brackets."""
    text = header_text(field)[:_LONGEST_ADDRESS]
    text = text.partition(";")[2] if ";" in text else text
    text = _ESCAPED.sub(lambda found: _letter(found[1]), text)
    return text.strip().strip("<>").strip().casefold()


def _letter(digits: str) -> str:
    number = int(digits, 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
