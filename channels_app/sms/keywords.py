"""The words by which whoever has a phone says that she wants no more messages, or wants them again.

Twilio's own for the languages that it knows, and those of Spanish and Vietnamese. Only a text that is nothing else
counts: «stop» within a sentence is no wish.
"""

import re
import unicodedata
from typing import Final

STOP: Final = frozenset(
    [
        *(
            "stop",
            "stopall",
            "stop all",
            "unsubscribe",
            "cancel",
            "end",
            "quit",
            "revoke",
            "optout",
            "opt out",
        ),
        *("arret", "arrett", "arrete"),
        *("baja", "de baja", "dar de baja", "darme de baja", "parar", "cancelar"),
        *("huy", "tu choi", "huy dang ky"),
    ]
)
START: Final = frozenset(
    ["start", "unstop", "yes", "alta", "dar de alta", "darme de alta", "dang ky", "dang ki"]
)
_WORD: Final = re.compile(r"[^\W_]+")
_LONGEST: Final = 100  # characters of a text that can be one of these
_BY_TYPE: Final = {"STOP": True, "START": False}


def wants_none(text: str, opt_out_type: str = "") -> bool | None:
    """True for a wish to have no more, False to have them again, None for anything else.

    `opt_out_type` is what Twilio itself took it for, by the words that the account chose; empty if it does not look.
    """
    if opt_out_type:
        return _BY_TYPE.get(opt_out_type.upper())
    words = _bare(text) if len(text) <= _LONGEST else ""
    if words in STOP:
        return True
    return False if words in START else None


def _bare(text: str) -> str:
    """Without accents, capitals and signs, one blank between words."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d"))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(_WORD.findall(plain))
