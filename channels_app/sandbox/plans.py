"""What happens to a message after its provider took it: what Twilio tells of an SMS, how a mail comes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from channels_app.sandbox.orders import OrderError, flag, number, text, texts, whole

STATUSES = (
    *("accepted", "queued", "sending", "sent", "delivered", "read"),
    *("undelivered", "failed", "canceled"),
)
BAD_STATUSES = frozenset({"undelivered", "failed"})
DEFAULT_CODE = 30003  # unreachable handset
MOST_REPEATS = 50
AFTER = 0.2  # seconds
KINDS = (
    *("no_such_user", "full", "policy", "delayed", "delivered"),
    *("unstructured_no_such_user", "unstructured_full", "unstructured_policy", "vacation"),
)
DIALECTS = ("postfix", "exchange")


@dataclass(frozen=True, slots=True)
class ReceiptPlan:
    """The statuses of an SMS, one every `after` seconds, each told `repeat` times; shuffled, the last comes first."""

    statuses: tuple[str, ...] = ()
    error_code: int | None = None
    after: float = AFTER
    repeat: int = 1
    shuffle: bool = False

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> "ReceiptPlan":
        """From an order or a rule; OrderError if it cannot be."""
        statuses = texts(given, "statuses")
        check_statuses(statuses, "statuses")
        return cls(
            statuses,
            whole(given, "error_code"),
            number(given, "after", AFTER),
            repeats(given),
            flag(given, "shuffle"),
        )


@dataclass(frozen=True, slots=True)
class BouncePlan:
    """How a mail comes back: after so many seconds, so many times the same."""

    kind: str = KINDS[0]
    dialect: str = DIALECTS[0]
    after: float = AFTER
    repeat: int = 1

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> "BouncePlan":
        """From an order or a rule; OrderError if it cannot be."""
        kind, dialect = text(given, "kind") or KINDS[0], text(given, "dialect") or DIALECTS[0]
        if kind not in KINDS:
            raise OrderError(f"kind: one of {', '.join(KINDS)}")
        if dialect not in DIALECTS:
            raise OrderError(f"dialect: one of {', '.join(DIALECTS)}")
        return cls(kind, dialect, number(given, "after", AFTER), repeats(given))


def check_statuses(statuses: tuple[str, ...], name: str) -> None:
    """OrderError if one of them is none of Twilio's."""
    if not set(statuses) <= set(STATUSES):
        raise OrderError(f"{name}: of {', '.join(STATUSES)}")


def repeats(given: Mapping[str, Any]) -> int:
    """How often the same is told; once if nothing is said."""
    wanted = whole(given, "repeat")
    if wanted is None:
        return 1
    if not 1 <= wanted <= MOST_REPEATS:
        raise OrderError(f"repeat: a whole number from 1 to {MOST_REPEATS}")
    return wanted
