"""Names of people: reading, sorting, searching and comparing them. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

_MARIA = re.compile(r"\bm\.?ª\.?", re.IGNORECASE)
_NOT_A_WORD = re.compile(r"[\W_]+")
_ACCENTS = re.compile("[\u0300-\u036f]")
_CLOSE_ENOUGH = 0.85
_FAMILY_FIRST = frozenset({"VN"})  # of those whose names CLDR writes so, where lists go by the last word


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name in two parts. `family` is empty where the source does not tell them apart."""

    given: str
    family: str = ""

    def __bool__(self) -> bool:
        return bool(self.given or self.family)

    def __str__(self) -> str:
        return f"{self.given} {self.family}".strip()


def clean_text(typed: str) -> str:
    """Compose accents (NFC), drop control and zero-width characters, and put single spaces between words."""
    composed = typed if typed.isascii() else unicodedata.normalize("NFC", typed)
    if composed.isprintable():
        return " ".join(composed.split())
    visible = "".join(
        " " if unicodedata.category(letter) in {"Cc", "Zl", "Zp", "Zs"} else letter
        for letter in composed
        if unicodedata.category(letter) != "Cf"
    )
    # Dropping a zero-width character can leave a letter beside its accent: compose once more.
    return unicodedata.normalize("NFC", " ".join(visible.split()))


def read_name(typed: str) -> Name:
    """Read «Apellidos, Nombre». Without a comma nothing is guessed: all of it is the given name."""
    text = clean_text(typed)
    family, comma, given = text.partition(",")
    if not comma:
        return Name(given=text)
    return Name(given=clean_text(given.replace(",", " ")), family=clean_text(family))


def as_written(name: Name, region: str) -> Name:
    """Give a name as the school's country writes it. In Việt Nam họ, đệm and tên are one name, in that order.

    `region` is the country of the school (ISO 3166).
    """
    whole = f"{name.family} {name.given}".strip()
    return Name(whole) if region in _FAMILY_FIRST else name


def search_key(text: str) -> str:
    """Give the unaccented, lower-case form (đ → d) that names are searched by.

    What `SortKey` gives in the database.
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", text)
    return _ACCENTS.sub("", decomposed).lower().replace("đ", "d")


def name_key(name: Name) -> str:
    """Give the key of a name as `plumier.functions.name_key` has it in the database."""
    if name.family:
        return search_key(f"{name.family} {name.given}")
    before, _, last = name.given.rpartition(" ")
    return search_key(f"{last} {before}".rstrip())


def plain_words(text: str) -> str:
    """Give only the words of a text: no accents, capitals or punctuation, and single spaces between them."""
    return " ".join(_NOT_A_WORD.sub(" ", search_key(text)).split())


@lru_cache(maxsize=16384)
def comparison_key(name: Name) -> str:
    """Give one form for every way of writing a name: word order, accents, case and «Mª» do not matter.

    Empty for a name without a single letter, which is the same as nobody's.
    """
    spelled_out = _MARIA.sub("maria ", f"{name.given} {name.family}")
    words = plain_words(spelled_out).split()
    return " ".join(sorted(words)) if any(map(str.isalpha, "".join(words))) else ""


def same_name(one: Name, other: Name) -> bool:
    """Say whether two names are one by `comparison_key`. Nobody has the empty name."""
    key = comparison_key(one)
    return bool(key) and key == comparison_key(other)


def similar_name(one: Name, other: Name) -> bool:
    """Say whether one name can be a correction of the other: a letter mistyped, or a surname more or less."""
    first, second = comparison_key(one), comparison_key(other)
    if not first or not second:
        return False
    shorter, longer = sorted((set(first.split()), set(second.split())), key=len)
    if len(shorter) > 1 and shorter <= longer:
        return True
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= _CLOSE_ENOUGH
