"""What a bot's update says (https://core.telegram.org/bots/api#update), as far as linking needs it. Pure.

Whatever comes, nothing is raised: what is not understood is None, or something that was merely said.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

# All that a bot asks Telegram for.
KINDS: Final = ("message", "edited_message", "callback_query", "my_chat_member")
LANGUAGES: Final = ("es", "vi", "en")
# By what is written after the slash, in any of the languages.
COMMANDS: Final = {
    **dict.fromkeys(("estado", "status", "trangthai"), "state"),
    **dict.fromkeys(("baja", "stop", "huy", "dung"), "leave"),
    **dict.fromkeys(("idioma", "language", "ngonngu"), "language"),
    **dict.fromkeys(("ayuda", "help", "trogiup"), "help"),
}
LARGEST_ID: Final = 2**63 - 1  # what a table's bigint holds
_LATEST: Final = 253_402_300_799  # seconds: the end of the year 9999
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@[A-Za-z0-9_]{1,64})?(?:\s+(.*))?", re.DOTALL)
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DATA = re.compile(r"[a-z:]{1,32}")
_FORWARDED = ("forward_origin", "forward_date", "forward_from", "forward_from_chat", "via_bot")


@dataclass(frozen=True, slots=True)
class Start:
    """«/start», with what the deep link carried."""

    payload: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """A command by its meaning: state, leave, language or help."""

    name: str


@dataclass(frozen=True, slots=True)
class Share:
    """A contact as Telegram wrote its phone. `own`: it is the sender's own, and new.

    A forwarded one may be her own and old: the number may be another family's by now.
    """

    phone: str
    own: bool


@dataclass(frozen=True, slots=True)
class Press:
    """A button under a message of the bot's; `message_id` is 0 where that message can be changed no more."""

    query: str
    data: str
    message_id: int


@dataclass(frozen=True, slots=True)
class Membership:
    """Whether the bot may write to the chat from now on."""

    member: bool


@dataclass(frozen=True, slots=True)
class Said:
    """Anything else that somebody wrote, sent or changed."""


Event = Start | Command | Share | Press | Membership | Said


@dataclass(frozen=True, slots=True)
class Update:
    """One update. `date` is the message's or the change's own, of a Press that of the message with the button.

    `chat` is empty and `event` None where there is nothing to do. `language` is one of `LANGUAGES` or empty.
    """

    id: int
    kind: str
    chat: str = ""
    private: bool = False
    date: datetime | None = None
    language: str = ""
    event: Event | None = None


def read_update(given: Any) -> Update | None:
    """What an update says; None for what is none."""
    update = _object(given)
    number = _integer(update.get("update_id"))
    if number is None or number < 0:
        return None
    kind = next((name for name in KINDS if isinstance(update.get(name), Mapping)), "")
    if not kind:
        return Update(number, "unknown")
    body = _object(update[kind])
    message = _object(body.get("message")) if kind == "callback_query" else body
    chat, sender = _object(message.get("chat")), _object(body.get("from"))
    chat_id = _integer(chat.get("id"))
    if not chat_id:
        return Update(number, kind)
    return Update(
        number,
        kind,
        str(chat_id),
        chat.get("type") == "private",
        _moment(message.get("date")),
        _language(sender.get("language_code")),
        _event(kind, body, sender),
    )


def _event(kind: str, body: Mapping[str, Any], sender: Mapping[str, Any]) -> Event | None:
    if kind == "callback_query":
        return _press(body)
    if kind == "my_chat_member":
        return _membership(body)
    if kind == "edited_message":
        return Said()
    contact = body.get("contact")
    if isinstance(contact, Mapping):
        return _share(contact, body, sender)
    return _written(body.get("text"))


def _written(text: Any) -> Event:
    found = _COMMAND.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        return Said()
    word, rest = found[1].lower(), (found[2] or "").strip()
    if word == "start":
        return Start(rest if _PAYLOAD.fullmatch(rest) else "")
    return Command(COMMANDS[word]) if word in COMMANDS else Said()


def _share(contact: Mapping[str, Any], body: Mapping[str, Any], sender: Mapping[str, Any]) -> Share:
    phone, user = contact.get("phone_number"), _integer(contact.get("user_id"))
    own = user is not None and user == _integer(sender.get("id"))
    forwarded = any(body.get(name) is not None for name in _FORWARDED)
    return Share(phone[:40] if isinstance(phone, str) else "", own and not forwarded)


def _press(body: Mapping[str, Any]) -> Press | None:
    query, data, message = body.get("id"), body.get("data"), _object(body.get("message"))
    if not isinstance(query, str) or not _PAYLOAD.fullmatch(query):
        return None
    known = isinstance(data, str) and _DATA.fullmatch(data)
    # A message that is too old to be changed comes with the date 0.
    changeable = _integer(message.get("date")) or 0
    return Press(
        query, str(data) if known else "", (_integer(message.get("message_id")) or 0) * bool(changeable)
    )


def _membership(body: Mapping[str, Any]) -> Membership | None:
    status = _object(body.get("new_chat_member")).get("status")
    if status == "member":
        return Membership(member=True)
    return Membership(member=False) if status in ("kicked", "left") else None


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _integer(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if -LARGEST_ID <= value <= LARGEST_ID else None


def _moment(value: Any) -> datetime | None:
    seconds = _integer(value)
    return datetime.fromtimestamp(seconds, UTC) if seconds and 0 < seconds <= _LATEST else None


def _language(code: Any) -> str:
    found = code[:2].lower() if isinstance(code, str) else ""
    return found if found in LANGUAGES else ""
