"""A text that is one SMS: in the 7-bit alphabet, in which 160 signs fit and not 70, and a name cut to its room."""

from typing import Final

from channels_app.sms.plain import without_accents
from channels_app.sms.segments import GSM7_EXTENDED
from notica.choices import Way
from notica.kinds import LENGTHS

ROOM: Final = LENGTHS[Way.SMS]
_CUT: Final = "..."
_ONE_PLACE: Final = str.maketrans({"\n": " ", **dict.fromkeys(GSM7_EXTENDED, "")})


def plain(text: str) -> str:
    """The text in one line and in signs that take one place each: without accents, and without € [ ] and their like."""
    return without_accents(text).translate(_ONE_PLACE)


def cut(name: str, room: int) -> str:
    """As much of a name as has room, ended at a word where one ends in its second half."""
    name = " ".join(plain(name).split())
    if len(name) <= room:
        return name
    if room <= len(_CUT):
        return name[: max(room, 0)]
    kept = name[: room - len(_CUT)]
    words = kept.rpartition(" ")[0]
    whole = name[len(kept)] == " " or len(words) * 2 < len(kept)
    return (kept if whole else words).rstrip(" ,.;:-") + _CUT
