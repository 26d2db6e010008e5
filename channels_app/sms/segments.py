"""How many messages a text is charged as, and why.

The GSM 7-bit alphabet and its extension table are those of 3GPP TS 23.038 (6.2.1 and 6.2.1.1); one
character outside them makes the whole text UCS-2. A text of several messages loses room in each
to the header that joins them (TS 23.040, 9.2.3.24.1).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

GSM7_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_EXTENDED = frozenset("\f^{}\\[~]|€")  # each takes the room of two
Alphabet = Literal["gsm7", "ucs2"]


@dataclass(frozen=True, slots=True)
class Room:
    """What fits in one message, in units: septets of GSM 7-bit, or 16-bit units of UCS-2."""

    alone: int
    joined: int


GSM7 = Room(alone=160, joined=153)
UCS2 = Room(alone=70, joined=67)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a text takes. `units` are septets or 16-bit units, by its alphabet.

    `left` of them still fit in the last message. `forcing` are the different characters that the 7-bit alphabet lacks,
    in the order in which they come: without them it would be that alphabet, and more would fit.
    """

    characters: int
    units: int
    alphabet: Alphabet
    segments: int
    left: int
    forcing: tuple[str, ...] = ()


def is_gsm7(text: str) -> bool:
    """Whether the text can go in the 7-bit alphabet."""
    return not _forcing(text)


def segments(text: str) -> int:
    """How many messages; an empty text is one. A character is never cut in two."""
    return explain(text).segments


def explain(text: str) -> Cost:
    """What the text takes and why. An escaped character and a surrogate pair go into one message whole."""
    forcing = _forcing(text)
    alphabet: Alphabet = "ucs2" if forcing else "gsm7"
    if forcing:
        units = [2 if ord(letter) > 0xFFFF else 1 for letter in text]
    else:
        units = [2 if letter in GSM7_EXTENDED else 1 for letter in text]
    messages, left = _laid_out(units, UCS2 if forcing else GSM7)
    return Cost(len(text), sum(units), alphabet, messages, left, forcing)


def _forcing(text: str) -> tuple[str, ...]:
    lacking: Iterable[str] = (
        letter for letter in text if letter not in GSM7_BASIC and letter not in GSM7_EXTENDED
    )
    return tuple(dict.fromkeys(lacking))


def _laid_out(units: list[int], room: Room) -> tuple[int, int]:
    """How many messages, and the room left in the last."""
    total = sum(units)
    if total <= room.alone:
        return 1, room.alone - total
    messages, used = 1, 0
    for unit in units:
        if used + unit > room.joined:
            messages, used = messages + 1, 0
        used += unit
    return messages, room.joined - used
