"""The roster of the second school, as its technology desk (CGCN) would hand it over: 36 classes of pupils and parents.

The same code always writes the same cells. People are invented, addresses are in domains reserved for examples, and
the numbers go nowhere but to the sandbox.
"""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from demo.hanoi import names
from plumier.names import search_key

LEVELS: Final = (10, 11, 12)
CLASSES: Final = tuple(f"{level}A{number}" for level in LEVELS for number in range(1, 13))
SMALLEST, LARGEST = 35, 39  # pupils of a class
HEADER: Final = (
    *("Mã HS", "Họ và tên", "Lớp"),
    *("Họ tên cha", "SĐT cha", "Email cha", "Ngày đăng kí cha"),
    *("Họ tên mẹ", "SĐT mẹ", "Email mẹ", "Ngày đăng kí mẹ"),
)
REGISTERED: Final = "05/09/2026"
FIRST_NUMBER: Final = 2601001
_SEED: Final = 20180315
_PREFIXES: Final = (
    "32",
    "33",
    "34",
    "35",
    "36",
    "37",
    "38",
    "39",
    "70",
    "76",
    "77",
    "78",
    "79",
    "81",
    "82",
    "83",
)
_MORE_PREFIXES: Final = ("84", "85", "90", "91", "93", "94", "96", "97", "98")
# Of a hundred: families with both parents, parents with an address, those who registered, who have no mobile,
# and pupils with a brother or sister in a lower class.
BOTH, WITH_MAIL, REGISTERED_SHARE, WITHOUT_PHONE, SIBLINGS = 86, 60, 91, 3, 5

Adult = tuple[str, str, str, str]  # name, phone, address, day of registering
_NOBODY: Final[Adult] = ("", "", "", "")


@dataclass(frozen=True, slots=True)
class _Family:
    """Of one family name; the parents as the roster has them."""

    surname: str
    father: Adult
    mother: Adult


@dataclass(slots=True)
class _Drawing:
    """Draws people, no number and no address twice."""

    chance: random.Random
    _used: set[str] = field(default_factory=set)

    def happens(self, percent: float) -> bool:
        return self.chance.random() * 100 < percent

    def surname(self) -> str:
        return self.chance.choices(list(names.FAMILY), list(names.FAMILY.values()))[0]

    def mobile(self) -> str:
        """Ten digits as people write them."""
        while True:
            prefix = self.chance.choice(_PREFIXES + _MORE_PREFIXES)
            number = f"0{prefix}{self.chance.randrange(10**7):07d}"
            if number not in self._used:
                self._used.add(number)
                return number

    def email(self, name: str) -> str:
        """`huong.nguyen.thi` in a domain that can never be anybody's."""
        *before, given = search_key(name).split()
        local = ".".join((given, *before))
        while local in self._used:
            local += str(self.chance.randrange(10))
        self._used.add(local)
        return f"{local}@thu.example"

    def adult(self, surname: str, middle: tuple[str, ...], given: tuple[str, ...]) -> Adult:
        name = f"{surname} {self.chance.choice(middle)} {self.chance.choice(given)}"
        phone = "" if self.happens(WITHOUT_PHONE) else self.mobile()
        address = self.email(name) if self.happens(WITH_MAIL) else ""
        return name, phone, address, REGISTERED if self.happens(REGISTERED_SHARE) else ""

    def family(self) -> _Family:
        surname, both, with_father = self.surname(), self.happens(BOTH), self.happens(35)
        father = self.adult(surname, names.FATHERS_MIDDLE, names.FATHERS) if both or with_father else _NOBODY
        alone = father != _NOBODY and not both
        mother = _NOBODY if alone else self.adult(self.surname(), names.MOTHERS_MIDDLE, names.MOTHERS)
        return _Family(surname, father, mother)

    def child(self, surname: str) -> str:
        middle, given = self.chance.choice(
            ((names.BOYS_MIDDLE, names.BOYS), (names.GIRLS_MIDDLE, names.GIRLS))
        )
        first = self.chance.choice(middle)
        return f"{surname} {first} {self.chance.choice([one for one in given if one != first])}"


def rows() -> Iterator[tuple[str, ...]]:
    """The header and every pupil, class by class; in a class by tên, as schools there list them."""
    drawing = _Drawing(random.Random(_SEED))  # noqa: S311 (the same people every time, no secret)
    yield HEADER
    number, before = FIRST_NUMBER, [drawing.family()]
    for name in CLASSES:
        here: list[_Family] = []
        for _place in range(drawing.chance.randint(SMALLEST, LARGEST)):
            is_sibling = drawing.happens(SIBLINGS)
            here.append(drawing.chance.choice(before) if is_sibling else drawing.family())
        pupils = sorted(
            ((drawing.child(one.surname), one) for one in here), key=lambda pupil: by_given_name(pupil[0])
        )
        for pupil, family in pupils:
            yield (str(number), pupil, name, *family.father, *family.mother)
            number += 1
        before = here


def by_given_name(name: str) -> tuple[str, ...]:
    """What a Vietnamese list is sorted by: tên, then họ and đệm."""
    *before, given = search_key(name).split()
    return (given, *before)


def write(path: Path) -> None:
    """Write the sheet as csv."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows())
