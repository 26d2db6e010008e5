"""Twilio's Messages resource: create, list and fetch, in Twilio's own JSON.

Any account id of Twilio's form is an account of its own; all share one auth token.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from email.utils import format_datetime
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from channels_app.sandbox.exchange import Voice, exchange, obstruct, refuse
from channels_app.sandbox.inbound import Inbound
from channels_app.sandbox.log import Entry
from channels_app.sandbox.plans import ReceiptPlan
from channels_app.sandbox.presets import SMS, Answer
from channels_app.sandbox.receipts import PRICED, VERSION, Fate, Receipts
from channels_app.sandbox.segments import segments
from channels_app.sandbox.state import TWILIO_SECRET, Incoming, Sandbox, next_id
from channels_app.sandbox.web import Answered, Request, Response, Route, json_response

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
        return f"SM{next_id()}"

    def accepted(self, entry: Entry) -> Response:
        fate = Fate("accepted" if self._service else "queued")
        return json_response(resource(entry, self._account, fate), 201)

    def refused(self, answer: Answer) -> Response:
        return _error(answer.status, answer.code, answer.description)

    def throttled(self, retry_after: float) -> Response:
        return _error(429, "20429", "Too Many Requests", {"Retry-After": f"{retry_after:g}"})

    def broken(self, status: int) -> Response:
        words = "Service Unavailable" if status == 503 else "Internal Server Error"
        return _error(status, "20503" if status == 503 else "20500", words)


def _error(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    payload = {
        "code": int(code),
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    return json_response(payload, status, headers)


def resource(
    entry: Entry, account: str, fate: Fate, price: tuple[str | None, str] = (None, "USD")
) -> dict[str, Any]:
    """A message as Twilio gives it, with what became of it and what it cost."""
    at = _in_words(entry["at"][:19])
    sid = entry["provider_id"]
    uri = f"/{VERSION}/Accounts/{account}/Messages/{sid}"
    by_service = entry["sender"].startswith("MG")
    return {
        "account_sid": account,
        "api_version": VERSION,
        "body": entry["text"],
        "date_created": at,
        "date_sent": at if fate.status in PRICED else None,
        "date_updated": at,
        "direction": "outbound-api",
        "error_code": fate.error_code,
        "error_message": None,
        "from": None if by_service else entry["sender"],
        "messaging_service_sid": entry["sender"] if by_service else None,
        "num_media": "0",
        "num_segments": str(segments(entry["text"])),
        "price": price[0] if fate.status in PRICED else None,
        "price_unit": price[1],
        "sid": sid,
        "status": fate.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": entry["address"],
        "uri": f"{uri}.json",
    }


@lru_cache(64)
def _in_words(second: str) -> str:
    """A moment in UTC as mails write it, as Twilio does."""
    return format_datetime(datetime.fromisoformat(second).replace(tzinfo=UTC))


class TwilioApi:
    """The Messages resource of all accounts, and what Twilio tells of its own accord."""

    def __init__(self, sandbox: Sandbox, by_itself: ReceiptPlan | None = None) -> None:
        """`by_itself` is what is told of every SMS when nothing else was ordered."""
        self._sandbox = sandbox
        self.receipts = Receipts(sandbox, by_itself)
        self.inbound = Inbound(sandbox)

    def routes(self) -> list[Route]:
        """Where it answers."""
        return [
            Route("POST", f"{PATH}.json", self.create),
            Route("GET", f"{PATH}.json", self.list_messages),
            Route("GET", f"{PATH}/{{sid}}.json", self.fetch),
        ]

    def create(self, request: Request) -> Answered:
        """Take one SMS."""
        given = request.form()
        service = given.get("MessagingServiceSid", "")
        incoming = Incoming(
            channel="sms",
            address=given.get("To", ""),
            text=given.get("Body", ""),
            account=request.match["account"],
            sender=service or given.get("From", ""),
            details={name: given[name] for name in DETAILS if name in given},
        )
        voice = TwilioVoice(request.match["account"], service)
        preset = "" if _authorized(request) else "token"
        preset = preset or _own_refusal(incoming, given.get("ValidityPeriod", ""))
        if not preset and incoming.address in self.inbound.opted_out:
            preset = "opted_out"
        if preset:
            return refuse(self._sandbox, incoming, voice, preset)
        if self.receipts.wanted:
            incoming.once_taken = self.receipts.begin
        return exchange(request, self._sandbox, incoming, voice)

    async def list_messages(self, request: Request) -> Response:
        """The messages by To, From and DateSent (a day in UTC, or before or after it), the latest first."""
        account = request.match["account"]
        voice = TwilioVoice(account)
        if not _authorized(request):
            return voice.refused(SMS["token"])
        stopped = await obstruct(request, self._sandbox, voice, "list")
        if stopped is not None:
            return stopped
        try:
            size = max(1, min(int(request.query.get("PageSize", 50)), MOST_A_PAGE))
            page = max(0, int(request.query.get("Page", 0)))
            found = self._found(account, request.query)
        except ValueError:
            return _error(400, "20001", "Invalid query parameter")
        start = page * size
        return json_response(self._page(request, list(islice(found, start, start + size + 1)), page, size))

    async def fetch(self, request: Request) -> Response:
        """One message by its id."""
        account = request.match["account"]
        voice = TwilioVoice(account)
        if not _authorized(request):
            return voice.refused(SMS["token"])
        stopped = await obstruct(request, self._sandbox, voice, "get")
        if stopped is not None:
            return stopped
        entry = self._sandbox.boxes.sms(request.match["sid"])
        if entry is None or entry["account"] != account:
            words = f"The requested resource {request.path.removeprefix('/twilio')} was not found"
            return _error(404, "20404", words)
        return json_response(self._resource(entry))

    def _found(self, account: str, query: Mapping[str, str]) -> Iterator[Entry]:
        wanted = {
            name: date.fromisoformat(query[name][:10]).isoformat()
            for name in ("DateSent", "DateSent<", "DateSent>")
            if query.get(name)
        }
        entries = self._sandbox.boxes.all_sms(query.get("To", ""))
        sender = query.get("From")
        return (
            entry
            for entry in entries
            if entry["account"] == account and sender in (None, entry["sender"]) and _on(entry, wanted)
        )

    def _page(self, request: Request, found: list[Entry], page: int, size: int) -> dict[str, Any]:
        """A page of `found`, which has one more than the page if another follows."""
        account = request.match["account"]
        start, shown = page * size, found[:size]

        def uri(number: int) -> str:
            query = {**request.query, "PageSize": size, "Page": number}
            return f"/{VERSION}/Accounts/{account}/Messages.json?{urlencode(query)}"

        return {
            "messages": [self._resource(entry) for entry in shown],
            "page": page,
            "page_size": size,
            "start": start,
            "end": start + max(len(shown) - 1, 0),
            "uri": uri(page),
            "first_page_uri": uri(0),
            "previous_page_uri": uri(page - 1) if page else None,
            "next_page_uri": uri(page + 1) if len(found) > size else None,
        }

    def _resource(self, entry: Entry) -> dict[str, Any]:
        price = (self.receipts.price, self.receipts.price_unit)
        return resource(entry, entry["account"], self.receipts.fate(entry["provider_id"]), price)


def _on(entry: Entry, wanted: Mapping[str, str]) -> bool:
    """By days in ISO 8601, which sort as they are written."""
    day = entry["at"][:10]
    return (
        wanted.get("DateSent", day) == day
        and day <= wanted.get("DateSent<", day)
        and day >= wanted.get("DateSent>", day)
    )


def _authorized(request: Request) -> bool:
    account = request.match["account"]
    scheme, _, encoded = request.header("authorization").partition(" ")
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
