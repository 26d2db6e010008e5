"""A text too long for its channel, cut where a reader would pause: between paragraphs, lines, sentences, words.

Lengths are in UTF-16 units, the most that any provider counts a letter as.
"""

import re
from collections.abc import Iterator
from typing import Final

# Where a text may be cut, the best first; what stands there is left out.
_JOINTS: Final = tuple(map(re.compile, (r"\n\s*\n", r"\n", r"(?<=[.!?…])\s+", r"\s+")))
_MARK: Final = len("(10/10)\n")  # room for the part's number before its text


def parts_of(text: str, most: int | None) -> list[str]:
    """The text in parts of at most `most` units, each but a lone one with its number; `most` None: one part."""
    if most is None or 2 * len(text) <= most or units(text) <= most:
        return [text]
    cut = list(_cut(text.strip(), most - _MARK))
    return [f"({number}/{len(cut)})\n{part}" for number, part in enumerate(cut, start=1)]


def units(text: str) -> int:
    """How long a text is, in UTF-16 units."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def _cut(text: str, most: int) -> Iterator[str]:
    while units(text) > most:
        room = text[: _fitting(text, most)]
        end, begin = _joint(text, room)
        yield text[:end].rstrip()
        text = text[begin:].lstrip()
    if text:
        yield text


def _joint(text: str, room: str) -> tuple[int, int]:
    """Where the part ends and where the next begins; in its second half if a good place is there."""
    for joint in _JOINTS:
        found = [match for match in joint.finditer(text, 0, len(room) + 1) if match.start() <= len(room)]
        if found and found[-1].start() * 2 >= len(room):
            return found[-1].start(), found[-1].end()
    return len(room), len(room)


def _fitting(text: str, most: int) -> int:
    """How many letters of the text fit in `most` units."""
    used = 0
    for place, letter in enumerate(text):
        used += 1 + (letter > "\uffff")
        if used > most:
            return place
    return len(text)
