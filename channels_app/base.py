"""What every way out has in common: one address and one text in, one honest outcome back.

A channel tries once, within its own deadline, and never retries by itself: when to try again is
the post office's decision. A new channel is one folder with a `Channel` and a line in
`settings.CHANNELS`.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import TracebackType
from typing import ClassVar, Self

from django_stubs_ext import StrOrPromise


class OutcomeClass(StrEnum):
    """What is known after one try."""

    ACCEPTED = "accepted"  # the provider took it
    NOT_PROCESSED = "not_processed"  # certainly not sent; may be tried again
    PERMANENT = "permanent"  # certainly not sent; trying again is useless
    THROTTLED = "throttled"  # certainly not sent; the account must wait
    UNCERTAIN = "uncertain"  # the request went out and no answer came


class Fault(StrEnum):
    """Whose fault a refusal is: it decides whom to suppress, pause or alert."""

    NONE = ""
    ADDRESS = "address"
    CONTENT = "content"
    MESSAGE = "message"
    ACCOUNT = "account"  # token, credit, sender: no try is spent, the account's circuit opens


class AddressKind(StrEnum):
    """What a channel writes to."""

    PHONE = "phone"  # E.164
    CHAT = "chat"  # a chat that a phone was linked to
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one try.

    `code` is a stable reason (`telegram.blocked`, `smtp.550_5.1.1`); words for people are made
    from it elsewhere. `detail` is the provider's own sentence, at most 200 characters, with no
    address in it. `retry_after` is in seconds. `suppress` says that the address is dead; `strikes`, that it is
    after that many such refusals on different days. Within `receipt_within` seconds the provider is to tell what
    became of what it took; None: it tells nothing.
    """

    kind: OutcomeClass
    code: str = ""
    fault: Fault = Fault.NONE
    suppress: bool = False
    retry_after: float | None = None
    provider_id: str = ""
    detail: str = ""
    strikes: int = 0
    receipt_within: float | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file, kept privately on disk and read by the adapter when it is sent."""

    name: str
    content_type: str
    path: str


@dataclass(frozen=True, slots=True)
class Content:
    """A rendered message. `attachments` is the same tuple for everybody, so that it can be encoded once.

    `list_code` names the sender's list of notices to mail programs (letters and digits, empty for none), and
    `no_reply` stands as the name of where replies go: words that say that nobody reads them.
    """

    text: str
    subject: str = ""
    html: str = ""
    sender_name: str = ""
    language: str = "es"
    attachments: tuple[Attachment, ...] = ()
    list_code: str = ""
    no_reply: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One text for one address.

    `key` is the same at every try of a delivery (it makes the e-mail's Message-ID) and `dated`
    the moment that the mail carries as its date. `report_to` is where the provider may tell later what became
    of this try, empty if it could not reach us; after `valid_for` seconds it is to arrive no more.
    """

    delivery_id: int
    try_no: int
    address: str
    content: Content
    key: str
    dated: datetime
    report_to: str = ""
    valid_for: float | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do; code asks these and never a channel's name."""

    address: AddressKind
    form: str = "chat"  # which of a message's texts it carries: email, chat or sms
    attachments: bool = False
    max_length: int | None = None  # characters of the text
    mobile_only: bool = False
    needs_activation: bool = False  # only addresses known to be linked can be written to
    receipts: bool = False  # the provider tells later what became of it
    concurrency: int = 100  # sends in flight a worker
    rate: float | None = None  # sends a second that the provider allows an account; None: no limit of its own
    spacing: float = 0.0  # seconds between two sends to one address
    resend_uncertain: bool = True  # whether a second copy is better than none
    looks_up: bool = False  # the provider can be asked whether it has an unanswered send
    uncertain_wait: float = 30  # seconds before an unanswered send is judged
    backoff: tuple[float, ...] = (5, 30, 120, 600, 1800)  # seconds between tries that were not processed


class Channel(ABC):
    """One account's way out, open for many sends at once on the running event loop."""

    name: ClassVar[str]
    word: ClassVar[StrOrPromise] = ""  # how people call it; empty: its name with a capital
    capabilities: ClassVar[Capabilities]
    variables: ClassVar[tuple[str, ...]] = ()  # names in the environment that it reads
    required: ClassVar[tuple[str, ...]] = ()  # those without which it cannot send
    # Reasons of a suppression that hold no more once the provider says that the address has the app.
    disproved_by_activity: ClassVar[frozenset[str]] = frozenset()
    reasons: ClassVar[Mapping[str, StrOrPromise]] = {}  # code, or `family*`, to a short sentence for people

    def __init__(self, environment: Mapping[str, str]) -> None:
        """`environment` holds this account's values under the plain names in `variables`."""
        self.environment = environment

    @property
    def concurrency(self) -> int:
        """Sends in flight that this account is worth."""
        return self.capabilities.concurrency

    @classmethod
    def problems(cls, environment: Mapping[str, str]) -> list[str]:
        """Sentences for people about what is wrong in these values; empty when all is well."""
        return []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    @abstractmethod
    async def send(self, outgoing: Outgoing) -> Outcome:
        """Try once. Every failure of the far end is an Outcome; only cancellation is raised."""

    async def look_up(self, outgoing: Outgoing, since: datetime, others: Collection[str]) -> Outcome:
        """Whether the provider has a send begun at `since` whose answer was lost; for those that look up.

        `others` are the provider's ids of other sends to the same address: none of them is this one.
        ACCEPTED with its id, NOT_PROCESSED if it has none, UNCERTAIN if it cannot be asked.
        """
        return Outcome(OutcomeClass.UNCERTAIN, "not_asked")

    async def active(self, addresses: list[str]) -> dict[str, bool]:
        """Which addresses the provider knows; those it says nothing of are left out."""
        return {}
