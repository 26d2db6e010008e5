"""How tests and the demo tell the sandbox what to do.

Only JSON is taken, so that no page of another site can send it from a browser.
"""

from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any

from channels_app.sandbox.orders import flag, text
from channels_app.sandbox.rules import RuleError
from channels_app.sandbox.state import TELEGRAM_TOKEN, Sandbox
from channels_app.sandbox.telegram import TelegramApi
from channels_app.sandbox.web import JSON, Answered, Handler, Request, Response, Route, json_response

Action = Callable[[dict[str, Any]], Any]


class Control:
    """The addresses under `/control/`."""

    def __init__(self, sandbox: Sandbox, telegram: TelegramApi) -> None:
        self._sandbox = sandbox
        self._telegram = telegram

    def routes(self) -> list[Route]:
        """Where it answers."""
        return [
            Route("GET", "/control/rules", self.rules),
            Route("DELETE", "/control/rules", self.clear),
            Route("POST", "/control/rules", with_json(self.add_rule)),
            Route("POST", "/control/reset", self.reset),
            Route("POST", "/control/tokapp", with_json(self.tokapp)),
            Route("POST", "/control/chats", with_json(self.chats)),
            Route("POST", "/control/updates", with_json(self.updates)),
        ]

    def rules(self, request: Request) -> Response:
        """The rules in force."""
        return json_response({"rules": [rule.shown() for rule in self._sandbox.rules.listed()]})

    def clear(self, request: Request) -> Response:
        """Forget the rules."""
        self._sandbox.rules.clear()
        return json_response({"rules": []})

    def reset(self, request: Request) -> Response:
        """Back to obeying, as `Sandbox.reset` has it; what was taken stays."""
        self._sandbox.reset()
        return json_response({"rules": []})

    def add_rule(self, given: dict[str, Any]) -> dict[str, Any]:
        """Append a rule."""
        return self._sandbox.rules.add(given).shown()

    def tokapp(self, given: dict[str, Any]) -> dict[str, Any]:
        """Say which phones have TokApp, null: all; or of one (`phone`) whether it is `active`."""
        if "phone" in given:
            phone, active = text(given, "phone"), flag(given, "active")
            self._sandbox.change_tokapp(phone, active=active)
            return {"phone": phone, "active": active}
        phones = given.get("phones")
        if phones is not None and not isinstance(phones, list):
            raise RuleError("phones: a list, or null for all")
        self._sandbox.set_tokapp(None if phones is None else frozenset(map(str, phones)))
        return {"phones": None if phones is None else len(self._sandbox.tokapp_phones or ())}

    def chats(self, given: dict[str, Any]) -> dict[str, Any]:
        """Say on which phone a Telegram chat is, for the pages."""
        chats = given.get("chats")
        if not isinstance(chats, dict):
            raise RuleError("chats: an object of chats and phones")
        self._sandbox.place_chats({str(chat): str(phone) for chat, phone in chats.items()})
        return {"chats": len(self._sandbox.boxes.phone_of_chat)}

    def updates(self, given: dict[str, Any]) -> dict[str, Any]:
        """Put an update (`{"message": …}`, as Telegram writes it) where a bot fetches it."""
        update, token = given.get("update"), str(given.get("token", TELEGRAM_TOKEN))
        if not isinstance(update, dict) or self._telegram.bot(token) is None:
            raise RuleError("update: an object; token: a bot's")
        return {"update_id": self._telegram.add_update(token, update)}


def with_json(action: Action) -> Handler:
    """Answer with what an action makes of a JSON object; a ValueError of its is a 400 that says why."""

    def handle(request: Request) -> Answered:
        if request.content_type != JSON:
            return json_response({"error": "application/json is wanted"}, 415)
        try:
            given = request.json()
            if not isinstance(given, dict):
                raise RuleError("an object is wanted")
            answered = action(given)
        except ValueError as error:
            return json_response({"error": str(error)}, 400)
        return _later(answered) if isawaitable(answered) else json_response(answered)

    return handle


async def _later(answered: Awaitable[Any]) -> Response:
    try:
        return json_response(await answered)
    except ValueError as error:
        return json_response({"error": str(error)}, 400)
