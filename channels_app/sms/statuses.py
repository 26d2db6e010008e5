"""What Twilio's word on a message says of it (https://www.twilio.com/docs/messaging/api/message-resource).

Its callbacks and its answers to a question use the same words, and are told as the same event.
"""

import logging
import re
from dataclasses import dataclass
from typing import Final

from channels_app.receipts import Receipt, State, Unreadable
from channels_app.sms.errors import classify_receipt

logger = logging.getLogger(__name__)
SID: Final = re.compile(r"[SM]M[0-9a-fA-F]{32}")  # a message's name at Twilio
STATES: Final[dict[str, State]] = {
    "sent": "accepted",  # to the operator
    "delivered": "delivered",
    "read": "read",
    "undelivered": "undelivered",
    "failed": "undelivered",
    "canceled": "undelivered",
}
UNDER_WAY: Final = ("accepted", "scheduled", "queued", "sending")


@dataclass(frozen=True, slots=True)
class Said:
    """Twilio's word on one message. `code` is the error's, 0 if none; `done` the operator's own date, as it came."""

    sid: str
    status: str
    code: int = 0
    done: str = ""


def receipt_of(delivery_id: int, try_no: int, said: Said) -> Receipt | None:
    """What it says of a try; None while it is under way. Unreadable if it names no message or no status."""
    if SID.fullmatch(said.sid) is None or not said.status:
        raise Unreadable("no message or no status")
    if said.status in UNDER_WAY:
        return None
    state = STATES.get(said.status)
    if state is None:
        logger.warning("sms: delivery %d has a status that is not known", delivery_id)
        return None
    payload: dict[str, str | int] = {"sid": said.sid, "status": said.status}
    if said.code:
        payload["error_code"] = said.code
    if said.done:
        payload["done"] = said.done
    outcome = classify_receipt(said.code, said.status) if state == "undelivered" else None
    event = f"{said.sid}:{said.status}"
    return Receipt(event, delivery_id, try_no, state, outcome, provider_id=said.sid, payload=payload)
