"""A text that is one SMS: in the 7-bit alphabet, in which 160 signs fit and not 70, and a name cut to its room."""

import unicodedata
from typing import Final

from channels_app.sms.segments import GSM7_BASIC, GSM7_EXTENDED
from notica.choices import Way
from notica.kinds import LENGTHS

ROOM: Final = LENGTHS[Way.SMS]
_CUT: Final = "..."
_WRITTEN: Final = {
    **dict.fromkeys("\u2018\u2019\u201a\u00b4`", "'"),
    **dict.fromkeys("\u00ab\u00bb\u201c\u201d\u201e", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u00b7", "-"),
    **dict.fromkeys("\u00a0\u202f\t\n\r", " "),
    "\u2026": _CUT,
    "đ": "d",
    "Đ": "D",
    "ª": "a",
    "º": "o",
}


def plain(text: str) -> str:
    """The text in signs that take one place each; letters lose the accents that the alphabet lacks, others go."""
    return "".join(_plain(letter) for letter in unicodedata.normalize("NFC", text))


def _plain(letter: str) -> str:
    if letter in _WRITTEN:
        return _WRITTEN[letter]
    if letter in GSM7_BASIC:
        return letter
    bare = unicodedata.normalize("NFKD", letter)
    return "".join(one for one in bare if one in GSM7_BASIC) if letter not in GSM7_EXTENDED else ""


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
