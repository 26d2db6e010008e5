"""A worker's part with single deliveries: taken, and told what came of them."""

from typing import Any

from channels_app.base import Capabilities, Outcome, OutcomeClass
from notica.models import Attempt, Delivery
from notica.outbox import record
from tests.notica.rows import CHAT, claim_some, claimed, make_delivery, said

ACCEPTED = Outcome(OutcomeClass.ACCEPTED, provider_id="p-1")
REFUSED = Outcome(OutcomeClass.PERMANENT, "tokapp.unknown_phone", suppress=True)
SILENT = Outcome(OutcomeClass.UNCERTAIN, "network.timeout")
NOT_SENT = Outcome(OutcomeClass.NOT_PROCESSED, "network.connect")


def states() -> list[str]:
    """The state of every delivery, the oldest first."""
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def attempts() -> list[tuple[Any, ...]]:
    """(try, outcome, code) of every attempt, the oldest first."""
    return list(Attempt.objects.order_by("pk").values_list("try_no", "outcome", "code"))


def tell(delivery: Delivery, outcome: Outcome, capabilities: Capabilities = CHAT) -> int:
    """Record the outcome of the claim that `delivery` was; how many rows it changed."""
    return len(record([said(claimed(delivery), outcome, capabilities)]))


def taken(account: int, **fields: Any) -> Delivery:
    """A delivery that is being sent."""
    make_delivery(account, **fields)
    (got,) = claim_some(account, 1)
    return Delivery.objects.get(pk=got.id)
