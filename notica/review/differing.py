"""What the desk changed in an office's text, word by word. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

SAME, GONE, NEW = "same", "gone", "new"
_WORDS: Final = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Part:
    """Some words that stayed, went or came."""

    what: str
    text: str


def differing(before: str, after: str) -> list[Part]:
    """In reading order: those that are the same or gone make `before`, those that are the same or new `after`."""
    return list(_parts(_WORDS.findall(before), _WORDS.findall(after)))


def _parts(before: list[str], after: list[str]) -> Iterator[Part]:
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Part(SAME, "".join(before[a:b]))
            continue
        if b > a:
            yield Part(GONE, "".join(before[a:b]))
        if d > c:
            yield Part(NEW, "".join(after[c:d]))
