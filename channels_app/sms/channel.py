"""SMS, by Twilio."""

import logging
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from channels_app.base import AddressKind, Capabilities, Outcome, OutcomeClass, Outgoing
from channels_app.http import HttpChannel, is_here, is_web_address
from channels_app.network import NetworkFailure
from channels_app.receipts import (
    RECEIPT_WITHIN,
    Callback,
    Consent,
    NotAsked,
    Receipt,
    TellsLater,
    Unreadable,
)
from channels_app.sms import callbacks, errors
from channels_app.sms.client import TWILIO_API_URL, Refused, create, fetch, twilio_client
from channels_app.sms.statuses import SID, Said, receipt_of

logger = logging.getLogger(__name__)
_ACCOUNT = re.compile(r"AC[0-9a-fA-F]{32}")
_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
# A number, a short code, or up to eleven letters and digits with a letter among them.
_FROM = re.compile(r"\+[1-9]\d{6,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
LOOK_UP_AFTER = 300.0  # seconds until an SMS whose answer was lost is looked for
LOOKED_AT = 50  # of a phone's last messages
LONGEST = 1600  # of a text that Twilio takes at once: a longer one goes in parts
NOT_SENT = ("failed", "canceled")
CLOCKS_APART = timedelta(minutes=2)  # between Twilio's clock and ours
LONGEST_VALIDITY = 36_000  # seconds, and what holds if none is said
ASK_DEADLINE = 20.0  # seconds for one question


class SmsChannel(HttpChannel, TellsLater):
    """One Twilio account, and the number or the Messaging Service that it sends by."""

    word = "SMS"
    name = "sms"
    capabilities = Capabilities(
        AddressKind.PHONE,
        form="sms",
        max_length=LONGEST,
        mobile_only=True,
        receipts=True,
        concurrency=200,
        resend_uncertain=False,
        looks_up=True,
        uncertain_wait=LOOK_UP_AFTER,
    )
    variables: ClassVar[tuple[str, ...]] = (
        "TWILIO_ACCOUNT_SID",
        "TWILIO_AUTH_TOKEN",
        "TWILIO_FROM",
        "TWILIO_MESSAGING_SERVICE_SID",
        "TWILIO_API_URL",
    )
    required: ClassVar[tuple[str, ...]] = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")
    reasons = errors.REASONS
    may_be_asked = True

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__(environment)
        self._client = twilio_client(environment, self.http)
        self._api_url = environment.get("TWILIO_API_URL", TWILIO_API_URL)
        service = environment.get("TWILIO_MESSAGING_SERVICE_SID", "")
        sender = environment.get("TWILIO_FROM", "")
        self._sender = {"From": sender} if sender else {"MessagingServiceSid": service}

    @classmethod
    def problems(cls, environment: Mapping[str, str]) -> list[str]:
        sender = environment.get("TWILIO_FROM", "")
        service = environment.get("TWILIO_MESSAGING_SERVICE_SID", "")
        checks = {
            _("TWILIO_ACCOUNT_SID no es un identificador de cuenta: AC y 32 cifras hexadecimales."): bool(
                _ACCOUNT.fullmatch(environment.get("TWILIO_ACCOUNT_SID", ""))
            ),
            _("TWILIO_AUTH_TOKEN está vacío."): bool(environment.get("TWILIO_AUTH_TOKEN")),
            _("Falta TWILIO_FROM o TWILIO_MESSAGING_SERVICE_SID."): bool(sender or service),
            _("Sobra TWILIO_FROM o TWILIO_MESSAGING_SERVICE_SID: solo se usa TWILIO_FROM."): not (
                sender and service
            ),
            _("TWILIO_FROM no es un número con su prefijo (+34…) ni un nombre de 11 letras."): bool(
                not sender or _FROM.fullmatch(sender)
            ),
            _("TWILIO_MESSAGING_SERVICE_SID no es MG y 32 cifras hexadecimales."): bool(
                not service or _SERVICE.fullmatch(service)
            ),
            _("TWILIO_API_URL no es una dirección http o https."): is_web_address(
                environment.get("TWILIO_API_URL", TWILIO_API_URL)
            ),
        }
        return [sentence for sentence, right in checks.items() if not right]

    async def attempt(self, outgoing: Outgoing) -> Outcome:
        message = {"To": outgoing.address, "Body": outgoing.content.text, **self._sender}
        if self._can_call(outgoing.report_to):
            message["StatusCallback"] = outgoing.report_to
        if outgoing.valid_for is not None:
            if outgoing.valid_for < 1:
                return errors.TOO_LATE
            message["ValidityPeriod"] = str(int(min(outgoing.valid_for, LONGEST_VALIDITY)))
        try:
            said = await create(self._client, message)
        except Refused as refused:
            return errors.classify(refused, outgoing.address)
        except ValueError:
            return errors.UNREADABLE
        sid = str(said.get("sid") or "")
        heard = RECEIPT_WITHIN if "StatusCallback" in message or SID.fullmatch(sid) else None
        return Outcome(OutcomeClass.ACCEPTED, provider_id=sid, receipt_within=heard)

    def _can_call(self, address: str) -> bool:
        """Whether Twilio can reach it: it refuses the whole message for an address of this machine alone."""
        return bool(address) and (not _is_here(address) or _is_here(self._api_url))

    @classmethod
    def receive(cls, environment: Mapping[str, str], callback: Callback) -> Sequence[Receipt | Consent]:
        return callbacks.read(environment, callback)

    async def ask_receipt(self, delivery_id: int, try_no: int, provider_id: str) -> Receipt | None:
        """By Twilio's id of the message: many schools have no address at which Twilio could call."""
        if SID.fullmatch(provider_id) is None:
            return None
        try:
            found = await fetch(self._client, provider_id, ASK_DEADLINE)
            said = Said(provider_id, str(found.get("status") or ""), int(found.get("error_code") or 0))
            receipt = receipt_of(delivery_id, try_no, said)
        except (Refused, NetworkFailure, Unreadable, ValueError, TypeError) as error:
            logger.warning("sms: delivery %d cannot be asked for: %s", delivery_id, type(error).__name__)
            raise NotAsked from error
        if receipt is None:
            raise NotAsked  # it waits at Twilio
        return receipt if receipt.state != "accepted" else None

    async def look_up(self, outgoing: Outgoing, since: datetime, others: Collection[str]) -> Outcome:
        """By phone, text and time: Twilio keeps no key of ours. What it did not send out is not what is looked for."""
        try:
            messages = await self._client.messages.list_async(to=outgoing.address, limit=LOOKED_AT)
        except (Refused, NetworkFailure, ValueError) as error:
            return Outcome(OutcomeClass.UNCERTAIN, "sms.not_asked", detail=type(error).__name__)
        for message in messages:
            created = message.date_created
            same = message.body == outgoing.content.text and created and created >= since - CLOCKS_APART
            if same and message.sid not in others and message.status not in NOT_SENT:
                return Outcome(
                    OutcomeClass.ACCEPTED, provider_id=message.sid or "", receipt_within=RECEIPT_WITHIN
                )
        return Outcome(OutcomeClass.NOT_PROCESSED, "sms.not_found")


def _is_here(url: str) -> bool:
    return is_here(urlsplit(url).hostname or "")
