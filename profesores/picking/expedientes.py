"""Expedientes as they are pasted from Excel and from listings (requirement C2). Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from plumier.importing.cells import whole_number
from plumier.names import clean_text

MOST: Final = 5_000  # that are taken at once
LONGEST_TEXT: Final = 200_000  # characters: room for that many with whatever stands between them
_BETWEEN: Final = re.compile(r"[\s,;|]+")
# What spreadsheets put around a text that looks like a number: '003921, "003921", ="003921".
_AROUND: Final = "'\"`´‘’“”="


@dataclass(frozen=True, slots=True)
class Recognised:
    """What became of pasted words: each is one of `ids`, one of `unknown`, one more of either, or no expediente.

    `ids` and `unknown` are in the order pasted, each once; `repeated` counts the words that were there before, and
    `skipped` those without a digit that are nobody's: names and headings that a listing has beside the numbers.
    """

    ids: tuple[int, ...]
    unknown: tuple[str, ...]
    repeated: int
    skipped: int


def words_of(text: str) -> list[str]:
    """The words of a pasted text in their order, repeated ones too; leading zeros stay, they are text."""
    found = (clean_text(word).strip(_AROUND) for word in _BETWEEN.split(text))
    return [word for word in found if word]


def spellings(words: list[str]) -> set[str]:
    """What to look the words up by: as written, and a number as a spreadsheet may have dressed it (3.921)."""
    return {form for word in words for form in _forms(word)}


def recognise(words: list[str], known: Mapping[str, int]) -> Recognised:
    """Whose the words are; `known` are ids by expediente."""
    ids: dict[int, None] = {}
    unknown: dict[str, None] = {}
    skipped = 0
    for word in words:
        found = next((known[form] for form in _forms(word) if form in known), None)
        if found is not None:
            ids[found] = None
        elif any(map(str.isdigit, word)):
            unknown[word] = None
        else:
            skipped += 1
    repeated = len(words) - len(ids) - len(unknown) - skipped
    return Recognised(tuple(ids), tuple(unknown), repeated, skipped)


def _forms(word: str) -> Iterator[str]:
    yield word
    plain = whole_number(word)
    if plain != word:
        yield plain
