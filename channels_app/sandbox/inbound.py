"""SMS that people write back: told to a webhook, signed, and what STOP and START do at Twilio."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from channels_app.sandbox.orders import OrderError, text
from channels_app.sandbox.plans import repeats
from channels_app.sandbox.receipts import VERSION, how_signed, signed_headers
from channels_app.sandbox.segments import segments
from channels_app.sandbox.state import TWILIO_FROM, TWILIO_SID, Sandbox, next_id
from channels_app.sandbox.told import News

STOP, START, HELP = "STOP", "START", "HELP"
# Twilio's own words, and those that a school's advanced opt-out adds in Spanish, French and Vietnamese.
WORDS = {
    **dict.fromkeys(
        (
            "STOP",
            "STOPALL",
            "UNSUBSCRIBE",
            "CANCEL",
            "END",
            "QUIT",
            "REVOKE",
            "OPTOUT",
            "BAJA",
            "ARRET",
            "HUY",
        ),
        STOP,
    ),
    **dict.fromkeys(("START", "YES", "UNSTOP", "ALTA"), START),
    **dict.fromkeys(("HELP", "INFO", "AYUDA"), HELP),
}


class Inbound:
    """What comes in, for all numbers."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.opted_out: set[str] = set()
        sandbox.on_reset(self.opted_out.clear)

    async def receive(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Take an SMS from a phone: `{"from", "to"?, "body", "url"?, "account"?, "signature"?, "repeat"?}`.

        Without `url` nobody is told, but STOP and START do what they do. The HTTP statuses that answered, 0 for
        none. OrderError if it cannot be.
        """
        phone, body, url = text(given, "from"), text(given, "body"), text(given, "url")
        if not phone.startswith("+"):
            raise OrderError("from: a phone, +34…")
        if not body.strip():
            raise OrderError("body: what the SMS says")
        how, times = how_signed(given), repeats(given)
        consent = WORDS.get(body.strip().upper(), "")
        if not how:  # a forged one was never at Twilio
            self._note(phone, consent)
        if not url:
            return {"answers": [], "opted_out": phone in self.opted_out}
        form = _form(given, body, consent)
        news = News("inbound", phone, form["MessageSid"], consent or "message", url)
        headers, content = signed_headers(url, form, how), urlencode(form).encode()
        heard = await asyncio.gather(
            *(self._sandbox.teller.post(news, headers, content) for _ in range(times))
        )
        return {"answers": [each.status for each in heard], "opted_out": phone in self.opted_out}

    def url_for(self, phone: str) -> str:
        """Where answers of a phone go: beside where the receipts of its last SMS go; empty if none was wanted."""
        for entry in self._sandbox.boxes.all_sms(phone):
            callback = entry["details"].get("StatusCallback")
            if callback:
                parts = urlsplit(callback)
                path = parts.path.rstrip("/").rpartition("/")[0] + "/"
                return urlunsplit((parts.scheme, parts.netloc, path, "", ""))
        return ""

    def _note(self, phone: str, consent: str) -> None:
        if consent == STOP:
            self.opted_out.add(phone)
        elif consent == START:
            self.opted_out.discard(phone)


def _form(given: Mapping[str, Any], body: str, consent: str) -> dict[str, str]:
    sid = text(given, "sid") or f"SM{next_id()}"
    form = {
        "MessageSid": sid,
        "SmsSid": sid,
        "SmsMessageSid": sid,
        "AccountSid": text(given, "account") or TWILIO_SID,
        "From": text(given, "from"),
        "To": text(given, "to") or TWILIO_FROM,
        "Body": body,
        "SmsStatus": "received",
        "NumMedia": "0",
        "NumSegments": str(segments(body)),
        "ApiVersion": VERSION,
    }
    return form | ({"OptOutType": consent} if consent else {})
