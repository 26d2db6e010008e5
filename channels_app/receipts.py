"""What a provider tells of its own accord, later: what became of a try, and who wants no more messages.

A channel that `TellsLater` reads its provider's callbacks and says what they mean; who stores and applies it is
above. Nothing is believed that does not carry the provider's own signature.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from channels_app.base import Channel, Outcome

State = Literal["accepted", "delivered", "read", "undelivered"]
RECEIPT_WITHIN = 900.0  # seconds in which what was taken is delivered, if it ever is
LARGEST_BODY = 1024 * 1024  # bytes of a callback; a larger one is refused unread


class Forged(Exception):
    """It does not come from the provider, or is not for us: nothing of it is believed, and it changes nothing."""


class NotAsked(Exception):
    """The provider could not be asked, or has not sent it itself yet: nothing is learned, and it is asked again."""


class Unreadable(Exception):
    """It comes from the provider and cannot be understood."""


@dataclass(frozen=True, slots=True)
class Callback:
    """A request of the provider's. `url` is ours as the provider was told it, never made of the Host header.

    `headers` are by their names in lower case; `tag` is the part of the address that we signed, if it has one.
    """

    url: str
    headers: Mapping[str, str]
    body: bytes
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one try. `event` is the provider's own name of the event: a repeated one is nothing new.

    `outcome` says of what was not delivered why, and what follows: NOT_PROCESSED that it is tried once more after
    `retry_after` seconds, PERMANENT that the next step is due; `suppress` and `strikes` are as for an answer.
    """

    event: str
    delivery_id: int
    try_no: int
    state: State
    outcome: Outcome | None = None
    payload: dict[str, Any] = field(default_factory=dict)
    provider_id: str = ""  # of the send, whose own answer may have been lost


@dataclass(frozen=True, slots=True)
class Consent:
    """Whoever has this address wants no more messages on this channel, or wants them again. `code` is why."""

    event: str
    address: str
    wanted: bool
    code: str


class TellsLater(Channel):
    """A channel whose provider calls us back, at `/avisos/<channel>/…`, or can be asked where it cannot reach us."""

    may_be_asked: ClassVar[bool] = False  # whether `ask_receipt` can say anything

    @classmethod
    @abstractmethod
    def receive(cls, environment: Mapping[str, str], callback: Callback) -> Sequence[Receipt | Consent]:
        """What a callback says. Raises Forged or Unreadable. `environment` holds the account's values."""

    async def ask_receipt(self, delivery_id: int, try_no: int, provider_id: str) -> Receipt | None:
        """What became of a try that the provider took under `provider_id`, asked of it once.

        Its event is that of the callback that says the same, so that both are one. None if it went out and nothing
        final is known; raises NotAsked if it has not gone out yet or the provider cannot be asked.
        """
        return None
