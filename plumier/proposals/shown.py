"""What a table showed, posted back with it: so that only what somebody changed in it is handed in.

It is signed, since it says what a reviewer is told that the page had. It stands in the page, never in an address.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from django.core import signing

from plumier.importing.whose import Address
from plumier.models import Slot
from plumier.names import Name
from plumier.proposals.reading import LONGEST_TYPED, SLOTS, Known, Typed

SHOWN: Final = "shown"
_SALT: Final = "plumier.proposals.shown"


@dataclass(frozen=True, slots=True)
class Row:
    """A row as the page showed it: what stood in its fields, and what the register had there."""

    typed: Typed
    known: Known


def as_field(text: str) -> str:
    """A text as it comes back from a field of one line."""
    return text.replace("\r", "").replace("\n", "").strip()[: LONGEST_TYPED + 1]


def pack(rows: Mapping[str, Row]) -> str:
    """Rows as one field of a page, by their keys."""
    return signing.dumps({key: _packed(row) for key, row in rows.items()}, salt=_SALT, compress=True)


def unpack(packed: str) -> dict[str, Row]:
    """The same out of it; empty for what this installation did not pack."""
    try:
        found: dict[str, Any] = signing.loads(packed, salt=_SALT)
        return {key: _unpacked(key, row) for key, row in found.items()}
    except (signing.BadSignature, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _packed(row: Row) -> list[Any]:
    typed, known = row.typed, row.known
    addresses = [[one.kind, one.value, one.typed] if one else [] for one in map(known.addresses.get, SLOTS)]
    return [
        typed.student_id,
        known.guardian_id,
        [as_field(typed.name), *(as_field(typed.addresses[slot]) for slot in SLOTS), bool(typed.registered)],
        [known.name.given, known.name.family],
        addresses,
        known.registered_on.isoformat() if known.registered_on else "",
    ]


def _unpacked(key: str, row: list[Any]) -> Row:
    student, guardian, (name, *fields, registered), names, addresses, registered_on = row
    texts: dict[Slot, str] = dict(zip(SLOTS, fields, strict=True))
    known = Known(
        student_id=student,
        guardian_id=guardian,
        name=Name(*names),
        relation="",
        registered_on=date.fromisoformat(registered_on) if registered_on else None,
        addresses={slot: Address(*one) for slot, one in zip(SLOTS, addresses, strict=True) if one},
    )
    return Row(Typed(key, student, guardian, name, "", texts, registered), known)


def merged(typed: Typed, shown: Row, now: Row) -> Typed:
    """What was typed, where it is not what was shown; elsewhere what the page would show now.

    What it is compared with goes likewise: what she changed with what she had before her, the rest with today's.
    """
    before, known = shown.typed, now.known
    name, addresses, registered_on = known.name, dict(known.addresses), known.registered_on
    texts = dict(now.typed.addresses)
    for slot, text in typed.addresses.items():
        if text != before.addresses[slot]:
            texts[slot] = text
            addresses = _with(addresses, slot, shown.known)
    if is_renamed := typed.name != before.name:
        name = shown.known.name
    if is_registration := typed.registered != before.registered:
        registered_on = shown.known.registered_on
    return replace(
        typed,
        name=typed.name if is_renamed else now.typed.name,
        addresses=texts,
        registered=typed.registered if is_registration else now.typed.registered,
        registered_on=typed.registered_on or (None if is_registration else now.typed.registered_on),
        shown=replace(known, name=name, addresses=addresses, registered_on=registered_on),
    )


def _with(addresses: dict[Slot, Address], slot: Slot, shown: Known) -> dict[Slot, Address]:
    rest = {key: address for key, address in addresses.items() if key != slot}
    return rest | ({slot: shown.addresses[slot]} if slot in shown.addresses else {})


def differs(typed: Typed, shown: Row) -> list[str]:
    """What was typed in the fields that are not as they were shown."""
    fields = [(typed.name, shown.typed.name)]
    fields += [(text, shown.typed.addresses[slot]) for slot, text in typed.addresses.items()]
    return [text or "—" for text, before in fields if text != before]
