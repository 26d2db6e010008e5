"""Twilio's client over our own HTTP: its own ignores the deadline it is given, and can post a message twice."""

import json
import logging
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from channels_app.http import HttpSession

TWILIO_API_URL = "https://api.twilio.com"


class Refused(Exception):
    """Twilio said no. It is raised instead of the library's error, which loses how long to wait.

    `code` is Twilio's, 0 if it gave none; `retry_after` is in seconds.
    """

    def __init__(self, status: int, code: int, message: str, retry_after: float | None = None) -> None:
        super().__init__(message or str(status))
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after


class HttpClient(AsyncHttpClient):  # type: ignore[misc]  # Twilio's classes are untyped to mypy
    """One request a call, never repeated, to `base_url` instead of Twilio's."""

    def __init__(self, http: HttpSession, base_url: str) -> None:
        super().__init__(logging.getLogger("twilio.async_http_client"), is_async=True)
        self._http = http
        self._base_url = base_url.rstrip("/")

    async def request(self, method: str, url: str, *args: Any, **options: Any) -> Response:
        """The answer to a success; Refused, NotSent or AnswerLost otherwise."""
        headers = dict(options.get("headers") or {})
        if options.get("auth"):
            login = ":".join(options["auth"]).encode()
            headers["Authorization"] = f"Basic {b64encode(login).decode()}"
        url = url.replace(TWILIO_API_URL, self._base_url, 1)
        if options.get("params"):
            url = f"{url}?{urlencode(options['params'], doseq=True)}"
        body = urlencode(options.get("data") or {}, doseq=True).encode()
        answer = await self._http.request(
            method.upper(), url, body=body, headers=headers, deadline=options.get("timeout")
        )
        if 200 <= answer.status < 300:
            return Response(answer.status, answer.text)
        raise _refusal(answer.status, answer.text, answer.retry_after)


def twilio_client(environment: Mapping[str, str], http: HttpSession) -> Client:
    """A client of the account in `environment`, that reads nothing else from this process's own."""
    return Client(
        environment["TWILIO_ACCOUNT_SID"],
        environment["TWILIO_AUTH_TOKEN"],
        http_client=HttpClient(http, environment.get("TWILIO_API_URL", TWILIO_API_URL)),
        environment=dict(environment),
    )


async def create(client: Client, message: Mapping[str, str]) -> dict[str, Any]:
    """Send one, and Twilio's words on it; ValueError if they are no JSON object.

    By the client's own request and not by its Messages, which make of every answer an object that costs
    more than the sending.
    """
    return await _ask(client, "POST", "Messages", data=message)


async def fetch(client: Client, sid: str, deadline: float) -> dict[str, Any]:
    """Twilio's words on one that it has, within `deadline` seconds; ValueError if they are no JSON object."""
    return await _ask(client, "GET", f"Messages/{sid}", timeout=deadline)


async def _ask(client: Client, method: str, resource: str, **options: Any) -> dict[str, Any]:
    url = f"{TWILIO_API_URL}/2010-04-01/Accounts/{client.account_sid}/{resource}.json"
    response = await client.request_async(method, url, **options)
    said = json.loads(response.text)
    if not isinstance(said, dict):
        raise ValueError("no object")
    return said


def _refusal(status: int, text: str, retry_after: float | None) -> Refused:
    said: Any
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        return Refused(status, 0, "", retry_after)
    code = str(said.get("code") or "")
    message = str(said.get("message") or said.get("detail") or "")
    return Refused(status, int(code) if code.isdecimal() else 0, message, retry_after)
