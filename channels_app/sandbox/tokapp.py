"""The HTTP gateway to TokApp, with a bearer token (`sandbox`, or `sandbox-` and a name).

`POST /tokapp/messages` `{"id", "phone", "text"}`: taken, 200 `{"ok": true, "id": "…"}`; not taken, 200
`{"error": n, "message": "…"}` too (the numbers are in `presets.TOKAPP`). A wrong token is 401, too
much at once 429 with `Retry-After`, its own failure 5xx, all with `{"error", "message"}`. The id is
not a key: the same one twice is two messages.

`POST /tokapp/activations` `{"phones": ["+34…", …]}`, at most 1000: 200 `{"active": {"+34…": true, …}}`.
"""

import re
from typing import Any

from channels_app.sandbox.exchange import Voice, exchange, obstruct, refuse
from channels_app.sandbox.log import Entry
from channels_app.sandbox.presets import TOKAPP, Answer
from channels_app.sandbox.state import TOKAPP_ACCOUNT, Incoming, Sandbox, next_id
from channels_app.sandbox.web import Answered, Request, Response, Route, json_response

LONGEST_TEXT = 2000
MOST_PHONES = 1000
PHONE = re.compile(r"\+[1-9]\d{6,14}")
BEARER = re.compile(rf"Bearer ({TOKAPP_ACCOUNT}(?:-[\w-]+)?)", re.IGNORECASE)


class TokAppVoice(Voice):
    """The gateway's JSON."""

    channel = "tokapp"

    def new_id(self) -> str:
        return f"tk-{next_id()}"

    def accepted(self, entry: Entry) -> Response:
        return json_response({"ok": True, "id": entry["provider_id"]})

    def refused(self, answer: Answer) -> Response:
        return json_response({"error": int(answer.code), "message": answer.description}, answer.status)

    def throttled(self, retry_after: float) -> Response:
        payload = {"error": 429, "message": "Demasiadas peticiones"}
        return json_response(payload, 429, {"Retry-After": f"{retry_after:g}"})

    def broken(self, status: int) -> Response:
        return json_response({"error": status, "message": "Error interno"}, status)


class TokAppApi:
    """The gateway."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._voice = TokAppVoice()

    def routes(self) -> list[Route]:
        """Where it answers."""
        return [
            Route("POST", "/tokapp/messages", self.messages),
            Route("POST", "/tokapp/activations", self.activations),
        ]

    def messages(self, request: Request) -> Answered:
        """Take one message."""
        given = _object(request)
        account = BEARER.fullmatch(request.header("authorization"))
        incoming = Incoming(
            channel="tokapp",
            address=_text(given, "phone"),
            text=_text(given, "text"),
            key=_text(given, "id"),
            account=account[1] if account else "",
        )
        preset = "" if account else "token"
        preset = preset or self._own_refusal(incoming)
        if preset:
            return refuse(self._sandbox, incoming, self._voice, preset)
        return exchange(request, self._sandbox, incoming, self._voice)

    async def activations(self, request: Request) -> Response:
        """Say which phones have TokApp."""
        given = _object(request)
        if BEARER.fullmatch(request.header("authorization")) is None:
            return self._voice.refused(TOKAPP["token"])
        phones = given.get("phones")
        if not isinstance(phones, list):
            return self._voice.refused(TOKAPP["malformed"])
        if len(phones) > MOST_PHONES:
            return self._voice.refused(TOKAPP["too_many"])
        stopped = await obstruct(request, self._sandbox, self._voice, "activations")
        return stopped or json_response({"active": {str(phone): self._has(str(phone)) for phone in phones}})

    def _has(self, phone: str) -> bool:
        return self._sandbox.has_tokapp(phone)

    def _own_refusal(self, incoming: Incoming) -> str:
        """The preset by which the gateway itself would refuse, empty if it would not."""
        if not (incoming.key and incoming.address and incoming.text.strip()):
            return "malformed"
        if PHONE.fullmatch(incoming.address) is None:
            return "invalid_phone"
        if len(incoming.text) > LONGEST_TEXT:
            return "too_long"
        return "" if self._has(incoming.address) else "no_user"


def _object(request: Request) -> dict[str, Any]:
    try:
        given = request.json()
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    return "" if value is None else str(value)
