"""All who will not get a draft, by name, a page at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from notica.choices import Outcome
from notica.models import KeptDraft
from notica.preparing import Prepared, Written, prepare
from notica.writing.preview import Look, looked_at
from notica.writing.preview_numbers import is_named, missed_json
from notica.writing.preview_words import Missed, Words
from plumier.models import User

PAGE: Final = 50
_CHUNK: Final = 500
_PERSON, _FAMILY, _WITHDRAWN = "p", "f", "w"  # in the order in which they come
_LAST: Final = 2**62  # beyond every id
_MISSED: Final = (Outcome.EXCLUDED, Outcome.NO_CHANNEL)


@dataclass(frozen=True, slots=True)
class Without:
    """Some of those who will not get it, and the key after which the next ones begin; empty at the end."""

    rows: tuple[Missed, ...]
    after: str


def without(kept: KeptDraft, after: str = "", *, by: User, now: datetime) -> Without:
    """Up to `PAGE` of them after a key, which comes from an address: what is no key begins at the first.

    Raises Refused where these people may not be written to so.
    """
    with looked_at(kept, by=by, now=now) as look:
        found: list[Prepared] = []
        for one in _after(look, *_key(after), now):
            if len(found) == PAGE:
                break
            found.append(one)
        else:
            return Without(_named(look, found), "")
    return Without(_named(look, found), "".join(map(str, _place(found[-1]))))


def _named(look: Look, found: list[Prepared]) -> tuple[Missed, ...]:
    return Words(look.message).missed([missed_json(look.message, one) for one in found])


def _after(look: Look, phase: str, last: int, now: datetime) -> Iterator[Prepared]:
    """Those who will not get it, beginning after this one; what comes before is not read but for the withdrawn."""
    written = Written(
        last_person=last if phase == _PERSON else _LAST,
        last_family=0 if phase == _PERSON else last if phase == _FAMILY else _LAST,
    )
    for chunk in prepare(look.context, now, _CHUNK, written):
        for one in chunk:
            place, number = _place(one)
            passed = place == _WITHDRAWN and phase == _WITHDRAWN and number <= last
            if one.outcome in _MISSED and is_named(one) and not passed:
                yield one


def _place(one: Prepared) -> tuple[str, int]:
    """In which order it comes."""
    candidate = one.candidate
    if one.reason == "withdrawn":
        return _WITHDRAWN, candidate.about[0].student_id
    if candidate.person_id is not None:
        return _PERSON, candidate.person_id
    return _FAMILY, candidate.family_of or 0


def _key(after: str) -> tuple[str, int]:
    phase, number = after[:1], after[1:]
    if (
        phase in (_PERSON, _FAMILY, _WITHDRAWN)
        and number.isascii()
        and number.isdigit()
        and len(number) <= 18
    ):
        return phase, int(number)
    return _PERSON, 0
