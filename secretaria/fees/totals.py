"""How much was issued and paid by concept: one statement, whatever the rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, Min, QuerySet, Sum

from secretaria.fees.choices import Movement
from secretaria.models import FeeMovement

_NONE: Final = (0, Decimal(0))


@dataclass(frozen=True, slots=True)
class Line:
    """A concept's movements in one currency: by kind, how many and how much."""

    concept: str
    currency: str
    by_kind: dict[str, tuple[int, Decimal]]

    def of(self, kind: str) -> tuple[int, Decimal]:
        """How many, and how much."""
        return self.by_kind.get(kind, _NONE)

    def as_json(self) -> dict[str, Any]:
        """As a message and a report keep it: amounts as text, exactly."""
        return {
            "concept": self.concept,
            "currency": self.currency,
            **{kind: [number, str(amount)] for kind, (number, amount) in self.by_kind.items()},
        }


def lines_of(rows: QuerySet[FeeMovement]) -> list[Line]:
    """By concept, in their order by name; amounts of two currencies are never added."""
    sums = (
        rows.order_by()
        .values("fee__concept", "fee__currency", "kind")
        .annotate(name=Min("fee__concept__name"), number=Count("pk"), total=Sum("amount"))
    )
    found: dict[tuple[str, int, str], dict[str, tuple[int, Decimal]]] = {}
    for one in sums:
        key = (one["name"], one["fee__concept"], one["fee__currency"])
        found.setdefault(key, {})[one["kind"]] = (one["number"], one["total"])
    return [Line(name, currency, kinds) for (name, _pk, currency), kinds in sorted(found.items())]


def sums_of(lines: Iterable[Line]) -> list[Line]:
    """All concepts together: a line without a name for each currency."""
    found: dict[str, dict[str, tuple[int, Decimal]]] = {}
    for line in lines:
        kinds = found.setdefault(line.currency, {})
        for kind, (number, amount) in line.by_kind.items():
            before = kinds.get(kind, _NONE)
            kinds[kind] = (before[0] + number, before[1] + amount)
    return [Line("", currency, kinds) for currency, kinds in sorted(found.items())]


KINDS: Final[Sequence[Movement]] = tuple(Movement)
