"""Twilio's Messages resource: create, list and fetch, in Twilio's own JSON.

Any account id of Twilio's form is an account of its own; all share one auth token.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import date, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from aiohttp import web

from channels_app.sandbox.exchange import Voice, exchange, json_response, obstruct, refuse
from channels_app.sandbox.log import Entry
from channels_app.sandbox.presets import SMS, Answer
from channels_app.sandbox.segments import segments
from channels_app.sandbox.state import TWILIO_SECRET, Incoming, Sandbox

VERSION = "2010-04-01"
LONGEST_TEXT = 1600
LONGEST_VALIDITY = 36_000  # seconds
MOST_A_PAGE = 1000
DETAILS = ("StatusCallback", "ValidityPeriod")
PHONE = re.compile(r"\+[1-9]\d{6,14}")
ACCOUNT = re.compile(r"AC[0-9a-fA-F]{32}")
PATH = f"/twilio/{VERSION}/Accounts/{{account}}/Messages"


class TwilioVoice(Voice):
    """Twilio's JSON, for one account."""

    channel = "sms"

    def __init__(self, account: str, service: str = "") -> None:
        """`service` is the Messaging Service that the message is sent by, if by one."""
        self._account = account
        self._service = service

    def new_id(self) -> str:
        return f"SM{uuid4().hex}"

    def accepted(self, entry: Entry) -> web.Response:
        status = "accepted" if self._service else "queued"
        return json_response(resource(entry, self._account, status), 201)

    def refused(self, answer: Answer) -> web.Response:
        return _error(answer.status, answer.code, answer.description)

    def throttled(self, retry_after: float) -> web.Response:
        return _error(429, "20429", "Too Many Requests", {"Retry-After": f"{retry_after:g}"})

    def broken(self, status: int) -> web.Response:
        words = "Service Unavailable" if status == 503 else "Internal Server Error"
        return _error(status, "20503" if status == 503 else "20500", words)


def _error(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> web.Response:
    payload = {
        "code": int(code),
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    return json_response(payload, status, headers)


def resource(entry: Entry, account: str, status: str) -> dict[str, Any]:
    """A message as Twilio gives it; `status` is queued, accepted or delivered."""
    at = format_datetime(datetime.fromisoformat(entry["at"]))
    sid = entry["provider_id"]
    uri = f"/{VERSION}/Accounts/{account}/Messages/{sid}"
    by_service = entry["sender"].startswith("MG")
    return {
        "account_sid": account,
        "api_version": VERSION,
        "body": entry["text"],
        "date_created": at,
        "date_sent": at if status == "delivered" else None,
        "date_updated": at,
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": None if by_service else entry["sender"],
        "messaging_service_sid": entry["sender"] if by_service else None,
        "num_media": "0",
        "num_segments": str(segments(entry["text"])),
        "price": None,
        "price_unit": "USD",
        "sid": sid,
        "status": status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": entry["address"],
        "uri": f"{uri}.json",
    }


class TwilioApi:
    """The Messages resource of all accounts."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def routes(self) -> list[web.AbstractRouteDef]:
        """Where it answers."""
        return [
            web.post(f"{PATH}.json", self.create),
            web.get(f"{PATH}.json", self.list_messages),
            web.get(f"{PATH}/{{sid}}.json", self.fetch),
        ]

    async def create(self, request: web.Request) -> web.StreamResponse:
        """Take one SMS."""
        given = {name: str(value) for name, value in (await request.post()).items()}
        service = given.get("MessagingServiceSid", "")
        incoming = Incoming(
            channel="sms",
            address=given.get("To", ""),
            text=given.get("Body", ""),
            account=request.match_info["account"],
            sender=service or given.get("From", ""),
            details={name: given[name] for name in DETAILS if name in given},
        )
        voice = TwilioVoice(request.match_info["account"], service)
        preset = "" if _authorized(request) else "token"
        preset = preset or _own_refusal(incoming, given.get("ValidityPeriod", ""))
        if preset:
            return refuse(self._sandbox, incoming, voice, preset)
        return await exchange(request, self._sandbox, incoming, voice)

    async def list_messages(self, request: web.Request) -> web.StreamResponse:
        """The messages by To, From and DateSent (a day in UTC, or before or after it), the latest first."""
        account = request.match_info["account"]
        voice = TwilioVoice(account)
        if not _authorized(request):
            return voice.refused(SMS["token"])
        stopped = await obstruct(request, self._sandbox, voice, "list")
        if stopped is not None:
            return stopped
        try:
            found = self._found(account, request.query)
            size = min(int(request.query.get("PageSize", 50)), MOST_A_PAGE)
            page = int(request.query.get("Page", 0))
        except ValueError:
            return _error(400, "20001", "Invalid query parameter")
        return json_response(_page(request, found, page, size))

    async def fetch(self, request: web.Request) -> web.StreamResponse:
        """One message by its id."""
        account = request.match_info["account"]
        voice = TwilioVoice(account)
        if not _authorized(request):
            return voice.refused(SMS["token"])
        stopped = await obstruct(request, self._sandbox, voice, "get")
        if stopped is not None:
            return stopped
        entry = self._sandbox.boxes.sms(request.match_info["sid"])
        if entry is None or entry["account"] != account:
            words = f"The requested resource {request.path.removeprefix('/twilio')} was not found"
            return _error(404, "20404", words)
        return json_response(resource(entry, account, "delivered"))

    def _found(self, account: str, query: Mapping[str, str]) -> list[Entry]:
        wanted = {
            name: date.fromisoformat(query[name][:10])
            for name in ("DateSent", "DateSent<", "DateSent>")
            if query.get(name)
        }
        to = query.get("To")
        entries = (
            (entry for entry in reversed(self._sandbox.boxes.of(to).get("sms", ())) if entry["taken"])
            if to
            else self._sandbox.boxes.all_sms()
        )
        sender = query.get("From")
        return [
            entry
            for entry in entries
            if entry["account"] == account and sender in (None, entry["sender"]) and _on(entry, wanted)
        ]


def _on(entry: Entry, wanted: Mapping[str, date]) -> bool:
    day = date.fromisoformat(entry["at"][:10])
    return (
        wanted.get("DateSent", day) == day
        and day <= wanted.get("DateSent<", day)
        and day >= wanted.get("DateSent>", day)
    )


def _page(request: web.Request, found: list[Entry], page: int, size: int) -> dict[str, Any]:
    account = request.match_info["account"]
    start = page * size
    shown = found[start : start + size]

    def uri(number: int) -> str:
        query = {**request.query, "PageSize": size, "Page": number}
        return f"/{VERSION}/Accounts/{account}/Messages.json?{urlencode(query)}"

    return {
        "messages": [resource(entry, account, "delivered") for entry in shown],
        "page": page,
        "page_size": size,
        "start": start,
        "end": start + max(len(shown) - 1, 0),
        "uri": uri(page),
        "first_page_uri": uri(0),
        "previous_page_uri": uri(page - 1) if page else None,
        "next_page_uri": uri(page + 1) if start + size < len(found) else None,
    }


def _authorized(request: web.Request) -> bool:
    account = request.match_info["account"]
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic" or ACCOUNT.fullmatch(account) is None:
        return False
    try:
        return base64.b64decode(encoded).decode() == f"{account}:{TWILIO_SECRET}"
    except (binascii.Error, UnicodeDecodeError):
        return False


def _own_refusal(incoming: Incoming, validity: str) -> str:
    """The preset by which Twilio itself would refuse, empty if it would not."""
    if not incoming.address:
        return "to_missing"
    if PHONE.fullmatch(incoming.address) is None:
        return "invalid_phone"
    if not incoming.sender:
        return "from_missing"
    if not incoming.text:
        return "empty"
    if len(incoming.text) > LONGEST_TEXT:
        return "too_long"
    if validity and not (validity.isdigit() and 1 <= int(validity) <= LONGEST_VALIDITY):
        return "validity"
    return ""
