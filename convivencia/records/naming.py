"""Whether a text to a family names another pupil (requirement E4). Pure: what is asked of the register comes in.

A name is looked for as whole words, without regard to accents and case, in either order and with a comma or none.
What is wholly within the name of somebody who may be named (the pupil, who answers for her, staff) names nobody else.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final

from convivencia.records.everyday import EVERYDAY
from plumier.names import search_key

_WORD: Final = re.compile(r"\bm\.?ª\.?|[^\W\d_]+", re.IGNORECASE)
_MARIA: Final = re.compile(r"m\.?ª\.?", re.IGNORECASE)
# They join the words of a name, and are left out of it and of the text alike.
_JOINING: Final = frozenset({"de", "del", "la", "las", "los"})
# What is said before the given name of a grown-up.
_TITLES: Final = frozenset(
    {
        *("don", "dona", "d", "dna", "ª", "sr", "sra", "srta", "senor", "senora"),
        *(
            "profesor",
            "profesora",
            "profe",
            "maestro",
            "maestra",
            "tutor",
            "tutora",
            "orientador",
            "orientadora",
        ),
        *("director", "directora", "jefe", "jefa", "secretario", "secretaria", "co", "thay"),
    }
)


class Named(Enum):
    """How a text names somebody: so that it is she, or so that it may be a mere word or one of the staff."""

    SURELY = "surely"
    PERHAPS = "perhaps"


@dataclass(frozen=True, slots=True)
class Somebody:
    """A name in its two parts; `near` says that a lone given name is hers, as of those in one's own class."""

    given: str
    surname: str = ""
    near: bool = False


@dataclass(frozen=True, slots=True)
class Allowed:
    """Who may be named: `known` also by a lone given name, `grown_up` with a title before it or by a full name."""

    known: tuple[Somebody, ...] = ()
    grown_up: tuple[Somebody, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """Words of a text (from `start` to before `end`) that name another pupil; `key` is the same for the same words."""

    start: int
    end: int
    words: str
    key: str
    how: Named


_Span = tuple[int, int, Named]  # the first word, behind the last, and how


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the text; `exact` is in lower case with its marks, `key` without them."""

    start: int
    end: int
    exact: str
    key: str
    lower: bool


@dataclass(frozen=True, slots=True)
class _Pattern:
    """Words in a row, as keys and as they are written with their marks."""

    keys: tuple[str, ...]
    exact: tuple[str, ...]
    how: Named


def readable(text: str) -> str:
    """Composed, and without the signs that nobody sees and that would keep a name from being found."""
    composed = unicodedata.normalize("NFC", text)
    if composed.isascii():
        return composed
    seen = "".join(letter for letter in composed if unicodedata.category(letter) != "Cf")
    return unicodedata.normalize("NFC", seen)


def others_named(
    text: str, others: Iterable[Somebody], allowed: Allowed, *, marks_matter: bool = False
) -> list[Found]:
    """Where `readable(text)` names one of the others, in its order, the longest names only.

    With `marks_matter`, as in Vietnamese, a word that is written with marks is another word than one with others;
    without any it is all of them.
    """
    words = list(_words(text))
    present = {word.key for word in words}
    near = [one for one in others if not present.isdisjoint(_keys(one.given) + _keys(one.surname))]
    foreign = _spans(words, (p for one in near for p in _patterns_of_other(one, marks_matter)), marks_matter)
    if not foreign:
        return []
    covered = _covered(text, words, allowed)
    shared = _spans(words, (p for one in allowed.grown_up for p in _full(one, False)), False)
    found = [
        (first, last, Named.PERHAPS if _within(first, last, shared) else how)
        for first, last, how in foreign
        if not _within(first, last, covered) and not _is_everyday(words[first:last], how)
    ]
    return [_found(text, words, span) for span in _longest(found)]


def _covered(text: str, words: Sequence[_Word], allowed: Allowed) -> set[_Span]:
    """Where somebody stands who may be named."""
    titled = _spans(words, _patterns_titled(allowed), False)
    return _spans(words, _patterns_allowed(allowed), False) | {
        span for span in titled if _has_title(text, words, span[0])
    }


def _within(first: int, last: int, spans: Iterable[_Span]) -> bool:
    return any(start <= first and last <= end for start, end, _how in spans)


def _found(text: str, words: Sequence[_Word], span: _Span) -> Found:
    first, last, how = span
    start, end = words[first].start, words[last - 1].end
    return Found(start, end, text[start:end], " ".join(word.key for word in words[first:last]), how)


def _words(text: str) -> Iterator[_Word]:
    for match in _WORD.finditer(text):
        written = match.group()
        exact = "maría" if _MARIA.fullmatch(written) else written.lower()
        key = search_key(exact)
        if key not in _JOINING:
            yield _Word(match.start(), match.end(), exact, key, written.islower())


@lru_cache(maxsize=16384)
def _parts(name: str) -> tuple[tuple[str, str], ...]:
    """(key, exact) of each word of a name."""
    return tuple((word.key, word.exact) for word in _words(readable(name)))


def _keys(name: str) -> tuple[str, ...]:
    return tuple(key for key, _exact in _parts(name))


def _patterns_of_other(one: Somebody, marks_matter: bool) -> Iterator[_Pattern]:
    yield from _full(one, marks_matter)
    surname = _parts(one.surname)
    if (
        len(surname) > 1 and not marks_matter
    ):  # Vietnamese surnames are shared by many, and the second is none
        yield _pattern(surname, Named.SURELY)
    if one.near:
        for given in _givens(one, marks_matter):
            yield _pattern(given, Named.PERHAPS)


def _patterns_allowed(allowed: Allowed) -> Iterator[_Pattern]:
    """Of the staff their whole names: a part of one may be a pupil's too."""
    for one in (*allowed.known, *allowed.grown_up):
        surname = _parts(one.surname)
        if len(surname) > 1:
            yield _pattern(surname, Named.SURELY)
        for given in _givens(one, False) if surname else {_parts(one.given)}:
            if len(given + surname) > 1:
                yield _pattern(given + surname, Named.SURELY)
                yield _pattern(surname + given, Named.SURELY)
    for one in allowed.known:
        yield from _full(one, False)
        for given in _givens(one, False):
            yield _pattern(given, Named.SURELY)


def _patterns_titled(allowed: Allowed) -> Iterator[_Pattern]:
    for one in allowed.grown_up:
        for given in _givens(one, False):
            yield _pattern(given, Named.SURELY)


def _has_title(text: str, words: Sequence[_Word], first: int) -> bool:
    """«la profesora Ana», and not «la profesora de Ana», who is a pupil."""
    if first == 0 or words[first - 1].key not in _TITLES:
        return False
    return not text[words[first - 1].end : words[first].start].strip(" .\n")


def _givens(one: Somebody, marks_matter: bool) -> set[tuple[tuple[str, str], ...]]:
    """A given name whole and each of its words, in Vietnamese the last, by which one is called."""
    given = _parts(one.given)
    single = given[-1:] if marks_matter else given
    return {given, *((part,) for part in single)} - {()}


def _full(one: Somebody, marks_matter: bool) -> Iterator[_Pattern]:
    """Any of her given names beside any of her surnames, in either order; all of them too."""
    surname = _parts(one.surname)
    if not surname:
        if len(given := _parts(one.given)) > 1:  # a source that does not tell the parts apart
            yield _pattern(given, Named.SURELY)
        return
    families = {surname[:length] for length in range(1, len(surname) + 1)} | {(part,) for part in surname}
    for given in _givens(one, marks_matter):
        for family in families:
            yield _pattern(given + family, Named.SURELY)
            yield _pattern(family + given, Named.SURELY)


def _pattern(parts: tuple[tuple[str, str], ...], how: Named) -> _Pattern:
    return _Pattern(tuple(key for key, _exact in parts), tuple(exact for _key, exact in parts), how)


def _spans(words: Sequence[_Word], patterns: Iterable[_Pattern], marks_matter: bool) -> set[_Span]:
    """Where the patterns stand: (first word, behind the last, how)."""
    by_first: dict[str, set[_Pattern]] = {}
    present = {word.key for word in words}
    for pattern in patterns:
        if pattern.keys and present.issuperset(pattern.keys):
            by_first.setdefault(pattern.keys[0], set()).add(pattern)
    return {
        (at, at + len(pattern.keys), pattern.how)
        for at, word in enumerate(words)
        for pattern in by_first.get(word.key, ())
        if _stands(words[at : at + len(pattern.keys)], pattern, marks_matter)
    }


def _stands(words: Sequence[_Word], pattern: _Pattern, marks_matter: bool) -> bool:
    if tuple(word.key for word in words) != pattern.keys:
        return False
    return not marks_matter or all(
        word.exact in (exact, word.key) for word, exact in zip(words, pattern.exact, strict=True)
    )


def _is_everyday(words: Sequence[_Word], how: Named) -> bool:
    """Whether a lone given name is only a word: in lower case, and one of every day. A full name is always a name."""
    return how == Named.PERHAPS and all(word.lower and word.key in EVERYDAY for word in words)


def _longest(spans: Iterable[_Span]) -> list[_Span]:
    """Without those that lie within another, in the order of the text; two that share a word are one."""
    kept: list[_Span] = []
    for first, last, how in sorted(spans, key=lambda one: (one[0], -one[1], one[2] != Named.SURELY)):
        if not kept or first >= kept[-1][1]:
            kept.append((first, last, how))
        elif last > kept[-1][1]:
            sure = Named.SURELY in (how, kept[-1][2])
            kept[-1] = (kept[-1][0], last, Named.SURELY if sure else Named.PERHAPS)
    return kept
