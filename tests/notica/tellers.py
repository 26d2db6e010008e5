"""A channel whose provider tells later, and is asked: both in memory."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from channels_app.base import AddressKind, Capabilities, Outcome, OutcomeClass
from channels_app.memory.channel import MemoryChannel
from channels_app.receipts import Callback, Consent, Forged, Receipt, TellsLater, Unreadable

TELLING = Outcome(OutcomeClass.ACCEPTED, provider_id="SM1", receipt_within=900)


class Teller(MemoryChannel, TellsLater):
    """Believes callbacks with the account's secret in a header; `answers` is what it says when asked, by delivery."""

    name = "sms"
    capabilities = Capabilities(AddressKind.PHONE, form="sms", mobile_only=True, receipts=True)
    variables: ClassVar[tuple[str, ...]] = ("TWILIO_AUTH_TOKEN",)
    required: ClassVar[tuple[str, ...]] = ("TWILIO_AUTH_TOKEN",)
    may_be_asked = True
    told: ClassVar[list[Callback]] = []
    says: ClassVar[list[Receipt | Consent]] = []
    answers: ClassVar[dict[int, Receipt]] = {}
    asked: ClassVar[list[int]] = []

    @classmethod
    def receive(cls, environment: Mapping[str, str], callback: Callback) -> Sequence[Receipt | Consent]:
        if callback.headers.get("x-signature") != environment["TWILIO_AUTH_TOKEN"]:
            raise Forged
        if callback.body == b"?":
            raise Unreadable
        cls.told.append(callback)
        return list(cls.says)

    async def ask_receipt(self, delivery_id: int, try_no: int, provider_id: str) -> Receipt | None:
        self.asked.append(delivery_id)
        return self.answers.get(delivery_id)

    @classmethod
    def clear(cls) -> None:
        super().clear()
        for kept in (cls.told, cls.says, cls.answers, cls.asked):
            kept.clear()
