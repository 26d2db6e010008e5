"""How tests have people do things, and providers tell them: more addresses under `/control/`, JSON too."""

from typing import Any

from channels_app.sandbox.bounces import Bounces
from channels_app.sandbox.control import with_json
from channels_app.sandbox.orders import OrderError
from channels_app.sandbox.state import Sandbox
from channels_app.sandbox.telegram import TelegramApi
from channels_app.sandbox.twilio import TwilioApi
from channels_app.sandbox.web import Request, Response, Route, json_response


class Acts:
    """What people do on their phones, what providers tell and how fast they take."""

    def __init__(self, sandbox: Sandbox, telegram: TelegramApi, twilio: TwilioApi, bounces: Bounces) -> None:
        self._sandbox = sandbox
        self._telegram = telegram
        self._twilio = twilio
        self._bounces = bounces

    def routes(self) -> list[Route]:
        """Where it answers."""
        return [
            Route("POST", "/control/telegram", with_json(self._telegram.act)),
            Route("POST", "/control/limits", with_json(self.limits)),
            Route("GET", "/control/limits", self.shown_limits),
            Route("POST", "/control/receipts", with_json(self._twilio.receipts.set_default)),
            Route("POST", "/control/receipts/send", with_json(self._twilio.receipts.send)),
            Route("POST", "/control/inbound", with_json(self._twilio.inbound.receive)),
            Route("POST", "/control/bounces", with_json(self._bounces.send)),
            Route("GET", "/control/told", self.told),
        ]

    def limits(self, given: dict[str, Any]) -> dict[str, Any]:
        """Say how many messages a second are taken: `{"telegram": {"per_bot": 30, "per_chat": 1}}`; null: no limit."""
        wanted = given.get("telegram")
        if set(given) - {"telegram"} or not (wanted is None or isinstance(wanted, dict)):
            raise OrderError("telegram: an object of limits, or null for none")
        self._sandbox.rates.set(wanted)
        return {"telegram": self._sandbox.rates.shown()}

    def shown_limits(self, request: Request) -> Response:
        """The limits in force."""
        return json_response({"telegram": self._sandbox.rates.shown()})

    def told(self, request: Request) -> Response:
        """What was told, of one `kind` or all, after the telling numbered `since`."""
        since = request.query.get("since", "0")
        if not since.isdecimal():
            return json_response({"error": "since: a whole number"}, 400)
        teller = self._sandbox.teller
        return json_response(
            {"told": teller.told(request.query.get("kind", ""), int(since)), "last": teller.last}
        )
