"""What people say to a bot, as Telegram writes it, and a bot to say it to."""

from datetime import datetime
from itertools import count
from typing import Any

from channels_app.models import Activation
from channels_app.telegram.replies import Reply
from notica.linking.bots import Bot, bot_of
from notica.linking.handling import handle
from plumier.clock import database_now

TOKENS = {"TELEGRAM_TOKEN": "1000:sandbox"}
_numbers = count(1)


def update(who: int, language: str = "", at: datetime | None = None, **message: Any) -> dict[str, Any]:
    """A message of a private chat, with the fields given."""
    number, moment = next(_numbers), at or database_now()
    sender = {"id": who, "is_bot": False, "first_name": "Ana"} | (
        {"language_code": language} if language else {}
    )
    body = {
        "message_id": number,
        "date": int(moment.timestamp()),
        "chat": {"id": who, "type": "private", "first_name": "Ana"},
        "from": sender,
        **message,
    }
    return {"update_id": number, "message": body}


def shared(who: int, phone: str, owner: int | None = None, **more: Any) -> dict[str, Any]:
    """A contact: the sender's own unless `owner` is another user."""
    contact = {
        "phone_number": phone.lstrip("+"),
        "first_name": "Ana",
        "user_id": who if owner is None else owner,
    }
    return update(who, contact=contact, **more)


def pressed(chat: int, data: str, at: datetime | None = None, **message: Any) -> dict[str, Any]:
    """A button under a message of the bot's, which was sent `at`."""
    said = update(chat, at=at, **message)["message"]
    query = {"id": "4711", "from": said["from"], "data": data, "message": said}
    return {"update_id": next(_numbers), "callback_query": query}


def member(chat: int, status: str, at: datetime | None = None) -> dict[str, Any]:
    """The bot was blocked («kicked») or taken back («member»)."""
    number, moment = next(_numbers), at or database_now()
    change = {
        "chat": {"id": chat, "type": "private"},
        "from": {"id": chat, "is_bot": False, "first_name": "Ana"},
        "date": int(moment.timestamp()),
        "old_chat_member": {"status": "member"},
        "new_chat_member": {"status": status},
    }
    return {"update_id": number, "my_chat_member": change}


def shared_bot() -> Bot:
    """Everybody's."""
    bot = bot_of("")
    assert bot is not None
    return bot


def tell(given: dict[str, Any], bot: Bot | None = None) -> Reply | None:
    """Hand an update to everybody's bot, or to this one."""
    return handle(bot or shared_bot(), given, database_now())


def text(reply: Reply | None) -> str:
    """What the bot says; empty when it says nothing."""
    return "" if reply is None else str(reply.parameters["text"])


def links() -> list[tuple[str, str, str]]:
    """(phone, chat, state) of every phone that a bot knows."""
    rows = Activation.objects.filter(account__channel="telegram").order_by("address")
    return list(rows.values_list("address", "endpoint", "state"))
