"""The level (curso) of a group, which schools write into its name. Pure."""

import re
from functools import lru_cache
from typing import Final

from plumier.names import clean_text

# A class within its level: «A», «B2», «Grupo A», «- C» after the level, as schools of both countries write it.
_OWN_WORD: Final = re.compile(r"(?:\s*[-–/]\s*|\s+)(?:grupo\s+|lớp\s+)?[^\W\d_]\d?$", re.IGNORECASE)
_AFTER_NUMBER: Final = re.compile(r"^(\d{1,2})[^\W\d_]\d{0,2}$")  # 10A1, 6B, 1A
_AFTER_STAGE: Final = re.compile(r"^(\d\s?º?\s?[^\W\d_]{2,4}?)[^\W\d_]$")  # 1ESOA, 2BACB


@lru_cache(maxsize=4_096)  # names of groups: a page of the tree asks for each of its school's
def level_of(name: str) -> str:
    """The part of a group's name that its level shares: «1º ESO» of «1º ESO A», «10» of «10A1».

    A name that shows no class within a level is a level by itself.
    """
    clean = clean_text(name)
    for shape in (_AFTER_NUMBER, _AFTER_STAGE):
        if found := shape.match(clean):
            return found.group(1)
    return _OWN_WORD.sub("", clean) or clean
