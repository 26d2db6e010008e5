"""Telegram's own JSON."""

import time
from typing import Any

from channels_app.sandbox.bots import Bot
from channels_app.sandbox.exchange import Voice
from channels_app.sandbox.log import Entry
from channels_app.sandbox.presets import Answer
from channels_app.sandbox.state import Sandbox
from channels_app.sandbox.web import Response, json_response


class TelegramVoice(Voice):
    """Telegram's own JSON."""

    channel = "telegram"

    def __init__(self, sandbox: Sandbox, bot: Bot) -> None:
        self._sandbox = sandbox
        self._bot = bot

    def new_id(self) -> str:
        return str(next(self._sandbox.telegram_ids))

    def accepted(self, entry: Entry) -> Response:
        message = {
            "message_id": int(entry["provider_id"]),
            "from": self._bot.profile(),
            "chat": chat(entry["address"]),
            "date": int(time.time()),
            "text": entry["text"],
        }
        return succeeded(message)

    def refused(self, answer: Answer) -> Response:
        return failed(answer.status, answer.description)

    def throttled(self, retry_after: float) -> Response:
        seconds = max(1, round(retry_after))
        return failed(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})

    def broken(self, status: int) -> Response:
        return failed(status, "Internal Server Error" if status == 500 else "Bad Gateway")


def succeeded(result: Any, description: str = "") -> Response:
    """`{"ok": true, "result": …}`."""
    payload = {"ok": True, "result": result}
    return json_response(payload | {"description": description} if description else payload)


def failed(status: int, description: str, parameters: dict[str, Any] | None = None) -> Response:
    """`{"ok": false, "error_code": …, "description": …}`."""
    payload = {"ok": False, "error_code": status, "description": description}
    return json_response(payload | {"parameters": parameters} if parameters else payload, status)


def chat(address: str) -> dict[str, Any]:
    """A private chat, or a channel named by its @name."""
    number = address.lstrip("-")
    if number.isdigit():
        return {"id": int(address), "type": "private", "first_name": "Familia"}
    return {"id": -1, "type": "channel", "username": address.lstrip("@")}
