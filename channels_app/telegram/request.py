"""python-telegram-bot's transport over our own HTTP: its own pool slows down with the square of its size."""

import json
from typing import Any, ClassVar

from telegram.error import NetworkError, TelegramError
from telegram.request import BaseRequest, RequestData

from channels_app.http import HttpSession
from channels_app.network import NetworkFailure


class Unanswered(NetworkError):
    """No answer came; `failure` knows whether the request had begun."""

    def __init__(self, failure: NetworkFailure) -> None:
        super().__init__(failure.code)
        self.failure = failure


class Refused(TelegramError):
    """The Bot API said no.

    It is raised instead of the library's own errors because those lose the HTTP status, and with
    it the difference between a refusal and a server in trouble. `retry_after` is in seconds.
    """

    def __init__(self, status: int, description: str, retry_after: float | None = None) -> None:
        super().__init__(description or str(status))
        self.status = status
        self.description = description
        self.retry_after = retry_after


class OwnRequest(BaseRequest):
    """One POST a call, never repeated. `deadline` in seconds is for the whole of it."""

    CONTENT_TYPE: ClassVar[str] = "application/json"

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    @property
    def read_timeout(self) -> float:
        """The whole deadline: python-telegram-bot adds a long poll's own time to it."""
        return self._http.deadline

    async def initialize(self) -> None:
        """Nothing to do: the session opens at its first request."""

    async def shutdown(self) -> None:
        """Nothing to do: whoever gave the session closes it."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **timeouts: Any
    ) -> tuple[int, bytes]:
        """Status and body of a success; Refused or Unanswered otherwise."""
        given = timeouts.get("read_timeout")
        deadline = given if isinstance(given, int | float) else None
        body = request_data.json_payload if request_data else b"{}"
        headers = {"Content-Type": self.CONTENT_TYPE, "User-Agent": self.USER_AGENT}
        try:
            answer = await self._http.request(method, url, body=body, headers=headers, deadline=deadline)
        except NetworkFailure as failure:
            raise Unanswered(failure) from failure
        if 200 <= answer.status < 300:
            return answer.status, answer.body
        raise _refusal(answer.status, answer.text, answer.retry_after)


def _refusal(status: int, text: str, retry_after: float | None) -> Refused:
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        return Refused(status, "", retry_after)
    parameters = said.get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if isinstance(seconds, int | float):
        retry_after = float(seconds)
    return Refused(status, str(said.get("description") or ""), retry_after)
