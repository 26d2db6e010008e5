"""Bounces in a mail server's own words: without the standard's form, and so never sure.

Only what a mail daemon wrote counts. Automatic answers come with an empty return path too, hold dates that look like
codes and say of anything that it cannot be delivered; their sender is the person who is away.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import parseaddr
from typing import Final

from flufl.bounce import all_failures

from channels_app.email.delivery_status import Report, doubtful, header_text, outcome_of
from channels_app.email.parsing import Usual, own_parts, parsed

# It logs what it stumbles over, which may be an address.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)
_OF_A_TEXT: Final = 32 * 1024  # bytes in which such a bounce says what it says
_OF_A_LINE: Final = 320  # letters
_NO_NEWS: Final = frozenset(
    {"message/disposition-notification", "message/global-disposition-notification", "message/feedback-report"}
)
_ANSWERING: Final = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-autoreply-from",
    "x-mail-autoreply",
)
# «vắng mặt» is what our own mails are about, whose subject a bounce may quote: it is an answer's at the start alone.
_ANSWERS = re.compile(
    r"(^\W*auto\s*:|^\W*vắng mặt|automatic reply|auto[- ]?reply|auto(matic)? response|out of (the )?office"
    r"|respuesta autom|fuera de la oficina|trả lời tự động)",
    re.IGNORECASE,
)
_DAEMON = re.compile(
    r"(mailer[-_.]?daemon|mail[-_.]?daemon|mdaemon|postmaster|mailer|mail[-_.]?delivery([-_.](sub)?system)?)",
    re.IGNORECASE,
)
_CAME_BACK = re.compile(
    r"(undeliver|could ?n[o']t be delivered|delivery (has )?failed|delivery failure|returned mail"
    r"|no (se )?(pudo|puede|ha podido) (ser )?entreg|no se (pudo|puede|ha podido) entregar|mensaje devuelto"
    r"|không (thể )?(gửi|chuyển|phát)( được)?|thư bị trả lại|không tồn tại)",
    re.IGNORECASE,
)
# It has not given up, or wants to be answered first.
_STILL_OPEN = re.compile(
    r"(delayed|will be retried|warning message|no action is required|se seguirá intentando|sẽ (tiếp tục )?thử lại"
    r"|captcha|click|haga clic|nhấp)",
    re.IGNORECASE,
)
# Numbers are codes in a reply's own form alone: dates, telephones and versions look like them.
_CODE = r"[45]\.[0-7]\.\d{1,3}(?![\d.]*\d)"
_REPLY = re.compile(rf"(?<![\d.])(?P<basic>[45][0-5]\d)[ -]+[#(\[]?(?P<status>{_CODE})")
_HASHED = re.compile(rf"#(?P<status>{_CODE})(?P<basic>)")
_BEGUN = re.compile(r"^[ \t<>#(]*(?P<basic>5[0-5]\d)[ -]+(?=[^\s\d])(?P<status>)")


@dataclass(frozen=True, slots=True)
class Refusal:
    """The line in which a server says no, with its enhanced code and the three digits; empty if there is none."""

    line: str = ""
    status: str = ""
    basic: str = ""

    @property
    def is_final(self) -> bool:
        """Whether it has given up."""
        return self.status.startswith("5.") or self.basic.startswith("5")


def read_own_words(mail: Message, data: bytes) -> list[Report]:
    """What it says of whom; nothing if it is something else than a bounce. `data` is the mail as it came."""
    if not _is_of_a_daemon(mail) or _is_no_news(mail):
        return []
    begun = _beginning(data)
    text = _text(begun)
    refusal = _refusal(text)
    addresses = _failed_by_library(begun)
    if addresses is None and not _came_back(mail, text, refusal):
        return []
    if addresses is not None and not addresses:
        return []
    outcome = doubtful(outcome_of(refusal.status, refusal.basic, ""))
    return [Report(addresses or frozenset(), "undelivered", outcome, "", refusal.status, refusal.line)]


def _is_of_a_daemon(mail: Message) -> bool:
    """By its sender; an empty return path says no more than that nobody is to answer."""
    sender = parseaddr(header_text(mail.get("from", ""))[:_OF_A_LINE])[1].partition("@")[0]
    return _DAEMON.fullmatch(sender) is not None


def _is_no_news(mail: Message) -> bool:
    if any(part.get_content_type() in _NO_NEWS for part in own_parts(mail)):
        return True
    if any(name in mail for name in _ANSWERING):
        return True
    if "vacation" in header_text(mail.get("auto-submitted", "")).casefold():
        return True
    return _ANSWERS.search(header_text(mail.get("subject", ""))) is not None


def _beginning(data: bytes) -> Message:
    """As much of it, with lines so long, as no pattern takes long over, and without the mail that it returns."""
    lines = (line[:_OF_A_LINE] for line in data[:_OF_A_TEXT].splitlines())
    mail = parsed(b"\n".join(lines), policy=Usual())
    for part in list(own_parts(mail)):
        if part.get_content_maintype() == "message":
            part.set_payload("")
    return mail


def _failed_by_library(mail: Message) -> frozenset[str] | None:
    """Whom a known dialect says was not reached; empty if it only warns, None if no dialect is known.

    Where the library stumbles over what somebody wrote, the mail is of no known dialect.
    """
    try:
        later, failed = all_failures(mail)
    except (LookupError, ValueError, TypeError, AttributeError):
        return None
    if not later and not failed:
        return None
    return frozenset(address.decode("ascii", "replace").casefold() for address in failed)


def _came_back(mail: Message, text: str, refusal: Refusal) -> bool:
    """Whether it is of a mail that its server gave up: by a code or its words."""
    words = f"{header_text(mail.get('subject', ''))}\n{text}"
    if _STILL_OPEN.search(words):
        return False
    return refusal.is_final or _CAME_BACK.search(words) is not None


def _refusal(text: str) -> Refusal:
    return next((found for line in text.splitlines() if (found := _refusal_in(line))), Refusal())


def _refusal_in(line: str) -> Refusal | None:
    found = _REPLY.search(line) or _HASHED.search(line) or _BEGUN.search(line)
    return Refusal(line, found["status"], found["basic"]) if found else None


def _text(mail: Message) -> str:
    """Its words, of the parts that are text."""
    return "\n".join(_words(mail))


def _words(mail: Message) -> Iterator[str]:
    for part in own_parts(mail):
        if part.get_content_maintype() != "text":
            continue
        data = part.get_payload(decode=True)
        if isinstance(data, bytes):
            try:
                yield data.decode(part.get_content_charset("utf-8"), "replace")
            except (LookupError, ValueError):  # a character set that nobody knows, or none at all
                yield data.decode("utf-8", "replace")
