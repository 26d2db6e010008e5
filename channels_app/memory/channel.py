"""Channels that keep in a list what they would send, for tests; told beforehand what comes of it."""

from collections import deque
from typing import ClassVar

from channels_app.base import AddressKind, Capabilities, Channel, Outcome, OutcomeClass, Outgoing

ACCEPTED = Outcome(OutcomeClass.ACCEPTED)


class MemoryChannel(Channel):
    """For channels to phones and chats. What it keeps is of the class, not of one instance.

    `tries` is every message it was given, `outbox` those it accepted.
    """

    name = "memory"
    capabilities = Capabilities(AddressKind.PHONE)
    tries: ClassVar[list[Outgoing]] = []
    outbox: ClassVar[list[Outgoing]] = []
    _scripts: ClassVar[dict[str, deque[Outcome]]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.tries, cls.outbox, cls._scripts = [], [], {}

    @classmethod
    def script(cls, address: str, *outcomes: Outcome) -> None:
        """What the next tries for an address come to, one after the other; then accepted again."""
        cls._scripts.setdefault(address, deque()).extend(outcomes)

    @classmethod
    def clear(cls) -> None:
        """Forget everything."""
        cls.tries.clear()
        cls.outbox.clear()
        cls._scripts.clear()

    async def send(self, outgoing: Outgoing) -> Outcome:
        self.tries.append(outgoing)
        script = self._scripts.get(outgoing.address)
        outcome = script.popleft() if script else ACCEPTED
        if outcome.kind is OutcomeClass.ACCEPTED:
            self.outbox.append(outgoing)
        return outcome


class MemoryMailChannel(MemoryChannel):
    """For channels to e-mail addresses."""

    capabilities = Capabilities(AddressKind.EMAIL, form="email", attachments=True)
