"""«Quitar tildes»: a text in the 7-bit alphabet, in which 160 characters fit in an SMS and not 70.

Of á í ó ú and of the Vietnamese letters that alphabet has none.
"""

import unicodedata
from typing import Final

from channels_app.sms.segments import GSM7_BASIC, GSM7_EXTENDED

_ALPHABET: Final = GSM7_BASIC | GSM7_EXTENDED
_WRITTEN: Final = {
    **dict.fromkeys("\u2018\u2019\u201a\u2032\u00b4`", "'"),
    **dict.fromkeys("\u00ab\u00bb\u201c\u201d\u201e\u2033", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00b7\u2022", "-"),
    **dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2007\u2009\u202f\t", " "),
    **dict.fromkeys("\u0085\u2028\u2029", "\n"),
    "\u2026": "...",
    "\u2044": "/",  # of ½
    "đ": "d",
    "Đ": "D",
    "ð": "d",
    "Ð": "D",
    "ł": "l",
    "Ł": "L",
    "ı": "i",
    "œ": "oe",
    "Œ": "OE",
    "þ": "th",
    "Þ": "Th",
    "ẞ": "SS",
    "ª": "a",
    "º": "o",
    "₫": "VND",
    "©": "(c)",
    "®": "(r)",
    "×": "x",
}


def without_accents(text: str) -> str:
    """The text in the 7-bit alphabet, line by line as it was.

    Letters lose the accents that the alphabet lacks and signs become those of a keyboard; what has no letter in it
    at all, as an emoji or another script, goes. Done twice it changes nothing more.
    """
    letters = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(map(_plain, letters))


def _plain(letter: str) -> str:
    if letter in _ALPHABET or letter in _WRITTEN:
        return _WRITTEN.get(letter, letter)
    parts = unicodedata.normalize("NFKD", letter)
    return "" if parts == letter else "".join(map(_plain, parts))
