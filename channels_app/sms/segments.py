"""How many messages a text is charged as.

The GSM 7-bit alphabet and its extension table are those of 3GPP TS 23.038 (6.2.1 and 6.2.1.1); one
character outside them makes the whole text UCS-2. A text of several messages loses room in each
to the header that joins them.
"""

from dataclasses import dataclass

GSM7_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_EXTENDED = frozenset("\f^{}\\[~]|€")  # each takes the room of two


@dataclass(frozen=True, slots=True)
class Room:
    """What fits in one message, in units: septets of GSM 7-bit, or 16-bit units of UCS-2."""

    alone: int
    joined: int


GSM7 = Room(alone=160, joined=153)
UCS2 = Room(alone=70, joined=67)


def is_gsm7(text: str) -> bool:
    """Whether the text can go in the 7-bit alphabet."""
    return all(letter in GSM7_BASIC or letter in GSM7_EXTENDED for letter in text)


def segments(text: str) -> int:
    """How many messages; an empty text is one. A character is never cut in two."""
    if is_gsm7(text):
        return _count([2 if letter in GSM7_EXTENDED else 1 for letter in text], GSM7)
    return _count([2 if ord(letter) > 0xFFFF else 1 for letter in text], UCS2)


def _count(units: list[int], room: Room) -> int:
    if sum(units) <= room.alone:
        return 1
    messages, used = 1, 0
    for unit in units:
        if used + unit > room.joined:
            messages, used = messages + 1, 0
        used += unit
    return messages
