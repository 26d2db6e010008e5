"""What Twilio tells of an SMS after it took it: status callbacks, signed as Twilio signs them."""

import asyncio
import base64
import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from channels_app.sandbox.boxes import KEPT_SMS
from channels_app.sandbox.log import Entry
from channels_app.sandbox.orders import OrderError, flag, number, text, texts, whole
from channels_app.sandbox.plans import BAD_STATUSES, DEFAULT_CODE, ReceiptPlan, check_statuses, repeats
from channels_app.sandbox.rules import RECEIPT
from channels_app.sandbox.state import TWILIO_SECRET, Sandbox
from channels_app.sandbox.told import Heard, News

VERSION = "2010-04-01"
FORM = "application/x-www-form-urlencoded; charset=utf-8"
SIGNATURES = ("", "wrong", "none")
PRICED = frozenset({"sent", "delivered", "undelivered", "read"})
BY_ITSELF = ReceiptPlan(("sent", "delivered"), after=1.0)  # what `--receipts` asks for


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an SMS, as the Messages resource gives it."""

    status: str
    error_code: int | None = None


def signature(url: str, form: Mapping[str, str]) -> str:
    """`X-Twilio-Signature`: over the whole address, then each field's name and value, sorted by name."""
    signed = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    return base64.b64encode(hmac.new(TWILIO_SECRET.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def signed_headers(url: str, form: Mapping[str, str], how: str = "") -> dict[str, str]:
    """The headers of a callback; `how` it is signed: well, `wrong` or `none`."""
    headers = {"Content-Type": FORM, "User-Agent": "TwilioProxy/1.1"}
    if how == "none":
        return headers
    made = signature(url, form)
    return headers | {"X-Twilio-Signature": made[::-1] if how == "wrong" else made}


def how_signed(given: Mapping[str, Any]) -> str:
    """What an order says of the signature; OrderError if it cannot be."""
    how = text(given, "signature")
    if how not in SIGNATURES:
        raise OrderError("signature: wrong or none, or left out")
    return how


class Receipts:
    """Of all accounts."""

    def __init__(self, sandbox: Sandbox, by_itself: ReceiptPlan | None = None) -> None:
        """`by_itself` is what is told of every SMS when nothing else was ordered."""
        self._sandbox = sandbox
        self._by_itself = by_itself or ReceiptPlan()
        self._fates: OrderedDict[str, Fate] = OrderedDict()
        self.default = self._by_itself
        self.price, self.price_unit = "-0.0700", "USD"
        sandbox.on_reset(self._reset)

    @property
    def wanted(self) -> bool:
        """Whether anything is to happen to an SMS after it was taken."""
        return bool(self.default.statuses) or bool(self._sandbox.rules.of("sms"))

    def set_default(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Take `{"default": [statuses], "after", "error_code"?, "price"?, "price_unit"?}`."""
        statuses = texts(given, "default")
        check_statuses(statuses, "default")
        after = number(given, "after", self.default.after)
        self.default = ReceiptPlan(statuses, whole(given, "error_code"), after)
        self.price = text(given, "price") or self.price
        self.price_unit = text(given, "price_unit") or self.price_unit
        return {"default": list(statuses), "after": after, "price": self.price, "price_unit": self.price_unit}

    def fate(self, sid: str) -> Fate:
        """What became of an SMS; one of which nothing was ordered has arrived."""
        return self._fates.get(sid, Fate("delivered"))

    def begin(self, entry: Entry) -> None:
        """An SMS was taken: what is to happen to it begins."""
        rule = self._sandbox.rules.pick("sms", entry["address"], RECEIPT)
        plan = ReceiptPlan.read(rule.parameters) if rule else self.default
        if rule is None and not plan.statuses:
            return
        self._keep(entry, Fate("queued" if plan.statuses else "sent"))
        if plan.statuses and not self._sandbox.teller.later(0, partial(self._live, entry, plan)):
            self._sandbox.teller.note(_news(entry, plan.statuses[-1]), error="too_many")

    async def send(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Give an SMS a status now, and tell it unless `tell` is false. OrderError if it cannot be.

        `{"sid", "status", "error_code"?, "repeat"?, "signature"?, "tell"?}`; the HTTP statuses answered, 0 for none.
        """
        entry = self._sandbox.boxes.sms(text(given, "sid"))
        if entry is None:
            raise OrderError("sid: of an SMS that was taken")
        status = text(given, "status")
        check_statuses((status,), "status")
        code, how, times = whole(given, "error_code"), how_signed(given), repeats(given)
        fate = _fate(status, code)
        if not how:  # a forged one changes nothing at Twilio
            self._keep(entry, fate)
        if "tell" in given and not flag(given, "tell"):
            return {"answers": []}
        if not entry["details"].get("StatusCallback"):
            raise OrderError("sid: of an SMS without StatusCallback; tell: false only keeps its status")
        return {"answers": [heard.status for heard in await self._tell(entry, fate, times, how)]}

    async def _live(self, entry: Entry, plan: ReceiptPlan) -> None:
        fates = [_fate(status, plan.error_code) for status in plan.statuses]
        for fate in reversed(fates) if plan.shuffle else fates:
            await asyncio.sleep(plan.after)
            self._keep(entry, fates[-1] if plan.shuffle else fate)
            if entry["details"].get("StatusCallback"):
                await self._tell(entry, fate, plan.repeat)

    async def _tell(self, entry: Entry, fate: Fate, times: int, how: str = "") -> list[Heard]:
        """Tell it so many times at once."""
        news, form = _news(entry, fate.status), _form(entry, fate)
        headers, body = signed_headers(news.to, form, how), urlencode(form).encode()
        return await asyncio.gather(*(self._sandbox.teller.post(news, headers, body) for _ in range(times)))

    def _keep(self, entry: Entry, fate: Fate) -> None:
        self._fates[entry["provider_id"]] = fate
        if len(self._fates) > KEPT_SMS:
            self._fates.popitem(last=False)

    def _reset(self) -> None:
        self.default = self._by_itself
        self.price, self.price_unit = "-0.0700", "USD"


def _fate(status: str, code: int | None) -> Fate:
    return Fate(status, (code or DEFAULT_CODE) if status in BAD_STATUSES else None)


def _news(entry: Entry, status: str) -> News:
    to = entry["details"].get("StatusCallback", "")
    return News("receipt", entry["address"], entry["provider_id"], status, to)


def _form(entry: Entry, fate: Fate) -> dict[str, str]:
    sid, sender = entry["provider_id"], entry["sender"]
    form = {
        "MessageSid": sid,
        "SmsSid": sid,
        "MessageStatus": fate.status,
        "SmsStatus": fate.status,
        "To": entry["address"],
        "AccountSid": entry["account"],
        "ApiVersion": VERSION,
    }
    if sender.startswith("MG"):
        form["MessagingServiceSid"] = sender
    else:
        form["From"] = sender
    if fate.error_code is not None:
        form["ErrorCode"] = str(fate.error_code)
    if fate.status in ("delivered", "undelivered"):
        form["RawDlrDoneDate"] = datetime.now(UTC).strftime("%y%m%d%H%M")
    return form
