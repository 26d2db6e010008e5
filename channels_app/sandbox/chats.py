"""What people do with Telegram on their phones: every act becomes an update, as the Bot API writes it."""

import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from channels_app.sandbox.bots import Bot, Update
from channels_app.sandbox.log import Entry
from channels_app.sandbox.orders import OrderError, flag, text, whole
from channels_app.sandbox.state import Sandbox, next_id

KEPT_SAID = 30
KEPT_CHATS = 20_000
FIRST_NAME = "Familia"
LANGUAGE = "es"
MEMBER, KICKED = "member", "kicked"
Markup = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """Something that the person at the phone wrote or did; `at` as in the log."""

    at: str
    bot: int
    text: str


@dataclass(slots=True)
class Chat:
    """One person's private chat, with whichever bot. `keyboards` are the reply keyboards that bots put up."""

    number: int
    phone: str = ""
    language: str = LANGUAGE
    name: str = FIRST_NAME
    blocked: set[int] = field(default_factory=set)
    left: bool = False
    keyboards: dict[int, Markup] = field(default_factory=dict)
    said: deque[Said] = field(default_factory=lambda: deque(maxlen=KEPT_SAID))
    notice: str = ""  # what a bot answered to the button pressed last

    def user(self) -> dict[str, Any]:
        """The person, as Telegram's User."""
        return {
            "id": self.number,
            "is_bot": False,
            "first_name": self.name,
            "language_code": self.language,
        }

    def chat(self) -> dict[str, Any]:
        """The chat, as Telegram's Chat."""
        return {"id": self.number, "first_name": self.name, "type": "private"}


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done, with what else was said of it."""

    do: str
    chat: Chat
    bot: Bot
    given: Mapping[str, Any]
    date: int


class Chats:
    """The chats of all phones."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._chats: dict[int, Chat] = {}
        self.away: set[int] = set()  # chats that some bot cannot write to
        self.pressed: dict[
            str, int
        ] = {}  # the chat of every button pressed and not answered, by the query's id
        self._acts: dict[str, Callable[[Act], Update]] = {
            "start": self._start,
            "share": self._share,
            "share_foreign": self._share_foreign,
            "say": self._say,
            "press": self._press,
            "block": self._block,
            "unblock": self._unblock,
            "leave": self._leave,
        }

    def of(self, number: int) -> Chat:
        """The chat of a number, on its phone if it is known."""
        found = self._chats.get(number)
        if found is None:
            if len(self._chats) >= KEPT_CHATS:
                del self._chats[next(each for each in self._chats if each not in self.away)]
            phone = self._sandbox.boxes.phone_of_chat.get(str(number), "")
            found = self._chats[number] = Chat(number, phone)
        return found

    def number_on(self, phone: str) -> int:
        """The chat that is on a phone; the same one every time."""
        placed = self._sandbox.boxes.chats_of(phone)
        return int(placed[0]) if placed else int(phone.lstrip("+"))

    def refusal(self, bot: Bot, address: str) -> str:
        """The preset by which a bot cannot write to a chat; empty if it can."""
        if not address.isdigit() or int(address) not in self.away:
            return ""
        chat = self.of(int(address))
        if chat.left:
            return "deactivated"
        return "blocked" if bot.number in chat.blocked else ""

    def act(self, bot: Bot, given: Mapping[str, Any]) -> Update:
        """Do one thing; the update that the bot is to hear, not yet numbered. OrderError if it cannot be."""
        do = text(given, "do")
        if do not in self._acts:
            raise OrderError(f"do: one of {', '.join([*self._acts, 'repeat'])}")
        chat = self._known(given)
        date = whole(given, "date")
        made = self._acts[do](Act(do, chat, bot, given, int(time.time()) if date is None else date))
        self._place(chat)
        return made

    def heard(self, bot: Bot, entry: Entry) -> None:
        """A bot wrote to a chat: keep the keyboard that it put up, or took away."""
        if not entry["address"].isdigit():
            return
        markup, chat = markup_of(entry), self.of(int(entry["address"]))
        if "keyboard" in markup:
            chat.keyboards[bot.number] = markup
        elif markup.get("remove_keyboard"):
            chat.keyboards.pop(bot.number, None)

    def reset(self) -> None:
        """Nobody has blocked anybody, no keyboards; the phones keep their chats."""
        self._chats.clear()
        self.away.clear()
        self.pressed.clear()

    def _known(self, given: Mapping[str, Any]) -> Chat:
        phone, number = text(given, "phone"), text(given, "chat")
        if not number and phone:
            number = str(self.number_on(phone)) if phone.lstrip("+").isdigit() else ""
        if not number.isdigit():
            raise OrderError("chat: a number; or else phone: +34…")
        chat = self.of(int(number))
        chat.phone = phone or chat.phone
        chat.language = text(given, "language") or chat.language
        chat.name = text(given, "name") or chat.name
        return chat

    def _place(self, chat: Chat) -> None:
        if chat.phone:
            self._sandbox.place_chats({str(chat.number): chat.phone})

    def _message(self, act: Act, said: str, content: Mapping[str, Any]) -> Update:
        act.chat.said.append(Said(datetime.now(UTC).isoformat(), act.bot.number, said))
        return {
            "message": {
                "message_id": next(self._sandbox.telegram_ids),
                "from": act.chat.user(),
                "chat": act.chat.chat(),
                "date": act.date,
                **content,
            }
        }

    def _written(self, act: Act, written: str) -> Update:
        command = written.split(maxsplit=1)[0] if written.startswith("/") else ""
        entities = [{"offset": 0, "length": len(command), "type": "bot_command"}] if len(command) > 1 else []
        content = {"text": written} | ({"entities": entities} if entities else {})
        return self._message(act, written, content)

    def _start(self, act: Act) -> Update:
        payload = text(act.given, "text")
        return self._written(act, f"/start {payload}" if payload else "/start")

    def _say(self, act: Act) -> Update:
        if flag(act.given, "photo"):
            picture = {"file_id": "AgACsandbox", "file_unique_id": "AQsandbox", "width": 90, "height": 90}
            return self._message(act, "[foto]", {"photo": [picture]})
        written = text(act.given, "text")
        if not written.strip():
            raise OrderError("text: what is said")
        return self._written(act, written)

    def _share(self, act: Act) -> Update:
        phone = act.chat.phone
        if not phone:
            raise OrderError("phone: this chat is on none yet")
        return self._contact(act, phone, {"user_id": act.chat.number})

    def _share_foreign(self, act: Act) -> Update:
        phone, other = text(act.given, "contact_phone"), whole(act.given, "user_id")
        if not phone:
            raise OrderError("contact_phone: the phone of the contact that is shared")
        if other == act.chat.number:
            raise OrderError("user_id: another's than the chat's")
        return self._contact(act, phone, {} if other is None else {"user_id": other})

    def _contact(self, act: Act, phone: str, owner: Mapping[str, int]) -> Update:
        contact = {"phone_number": phone, "first_name": act.chat.name, **owner}
        return self._message(act, f"[contacto {phone}]", {"contact": contact})

    def _press(self, act: Act) -> Update:
        data = text(act.given, "data")
        entry, query = self._with_button(act, data), next_id()
        self.pressed[query] = act.chat.number
        if len(self.pressed) > KEPT_CHATS:
            del self.pressed[next(iter(self.pressed))]
        act.chat.notice = ""
        return {
            "callback_query": {
                "id": query,
                "from": act.chat.user(),
                "message": {
                    "message_id": int(entry["provider_id"]),
                    "from": act.bot.profile(),
                    "chat": act.chat.chat(),
                    "date": int(datetime.fromisoformat(entry["at"]).timestamp()),
                    "text": entry["text"],
                    "reply_markup": markup_of(entry),
                },
                "chat_instance": str(act.chat.number),
                "data": data,
            }
        }

    def _with_button(self, act: Act, data: str) -> Entry:
        box = self._sandbox.boxes.of(str(act.chat.number)).get("telegram", ())
        for entry in reversed(box):
            ours = entry["taken"] and entry["account"] == str(act.bot.number)
            if ours and any(button.get("callback_data") == data for button in inline_buttons(entry)):
                return entry
        raise OrderError("data: of no button that this bot has shown in this chat lately")

    def _block(self, act: Act) -> Update:
        act.chat.blocked.add(act.bot.number)
        self.away.add(act.chat.number)
        return self._membership(act, MEMBER, KICKED)

    def _unblock(self, act: Act) -> Update:
        act.chat.blocked.discard(act.bot.number)
        act.chat.left = False
        if not act.chat.blocked:
            self.away.discard(act.chat.number)
        return self._membership(act, KICKED, MEMBER)

    def _leave(self, act: Act) -> Update:
        """The account is gone; Telegram tells nobody, so the update is empty."""
        act.chat.left = True
        self.away.add(act.chat.number)
        return {}

    def _membership(self, act: Act, old: str, new: str) -> Update:
        def member(status: str) -> dict[str, Any]:
            until = {"until_date": 0} if status == KICKED else {}
            return {"user": act.bot.profile(), "status": status, **until}

        return {
            "my_chat_member": {
                "chat": act.chat.chat(),
                "from": act.chat.user(),
                "date": act.date,
                "old_chat_member": member(old),
                "new_chat_member": member(new),
            }
        }


def markup_of(entry: Entry) -> Markup:
    """The keyboard that came with a message; empty if none did, or none that can be read."""
    try:
        found = json.loads(entry["details"].get("reply_markup", "{}"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def inline_buttons(entry: Entry) -> list[dict[str, Any]]:
    """The buttons below a message, row after row."""
    return [button for row in rows_of(markup_of(entry), "inline_keyboard") for button in row]


def rows_of(markup: Markup, name: str) -> Iterable[list[dict[str, Any]]]:
    """The rows of a keyboard; a button may be its text alone."""
    rows = markup.get(name)
    for row in rows if isinstance(rows, list) else []:
        buttons = row if isinstance(row, list) else []
        yield [button if isinstance(button, dict) else {"text": str(button)} for button in buttons]
