"""Whether those whom a send did not reach have any way now, and what is to be mended where nobody has."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain, islice
from typing import Final, NamedTuple

from notica.choices import Outcome
from notica.diagnosis.reach import what_to_do
from notica.models import Message
from notica.preparing import Prepared, context_of, prepare
from notica.reasons import sentence
from plumier.models import User

LOOKED_AT: Final = (
    500  # of those whom it did not reach: where none of these has a way, a further one may have one
)
_HAVE_A_WAY: Final = ("", Outcome.REACHED)


class Obstacle(NamedTuple):
    """Why so many have no way, and what to do about it; empty where nothing can be done here."""

    words: str
    number: int
    fix: str


def obstacles(message: Message, *, by: User, now: datetime) -> list[Obstacle]:
    """What keeps every one of them from being reached, the commonest first; none where somebody can be reached."""
    again = Message(
        school=message.school,
        sender=by,
        kind=message.kind,
        to=message.to,
        way=message.way,
        email_after=message.email_after,
        params=message.params,
        audience={**message.audience, "again": message.pk},
        not_before=now,
    )
    chunks = prepare(context_of(again), now, LOOKED_AT)
    looked_at = list(islice(chain.from_iterable(chunks), LOOKED_AT))
    if len(looked_at) == LOOKED_AT or any(one.outcome in _HAVE_A_WAY for one in looked_at):
        return []
    return list(_counted(looked_at))


def _counted(found: Iterable[Prepared]) -> Iterator[Obstacle]:
    counted: Counter[tuple[str, str]] = Counter()
    for one in found:
        params = next((left.params for left in one.plan.omitted if left.reason == one.reason), {})
        counted[one.reason, str(params.get("why", ""))] += 1
    for (reason, why), number in counted.most_common():
        yield Obstacle(sentence(reason, {"why": why}), number, what_to_do(reason, why))
