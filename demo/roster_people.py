"""The invented families of the sample roster: who they are, their documents, phones and addresses."""

import random
import re
from dataclasses import dataclass, field

import phonenumbers
from phonenumbers import PhoneNumberType

from demo.roster_names import ORIGINS, Origin
from plumier.names import search_key

_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_LANDLINES = ("968", "968", "968", "868")
_MOBILES = ("60", "61", "62", "63", "64", "65", "66", "67", "68", "69", "71", "72")


@dataclass(slots=True)
class Adult:
    """A father or a mother. An empty document, phone or address is one that the school does not have."""

    given: str
    surnames: list[str]
    document: str = ""
    mobile: str = ""
    landline: str = ""
    email: str = ""
    landline_first: bool = False
    ticked: bool = True

    @property
    def written(self) -> str:
        """«Apellidos, Nombre»."""
        return f"{' '.join(self.surnames)}, {self.given}"


@dataclass(slots=True)
class Family:
    """Parents and how many children they have in the school."""

    origin: Origin
    father: Adult | None
    mother: Adult | None
    children: int = 1


@dataclass(slots=True)
class Drawing:
    """Draws people and numbers, none of them twice, always the same from the same seed."""

    chance: random.Random
    _used: set[str] = field(default_factory=set)

    def happens(self, percent: float) -> bool:
        """Say yes in so many of a hundred cases."""
        return self.chance.random() * 100 < percent

    def mobile(self) -> str:
        """Draw nine digits of a mobile."""
        return self._number(_MOBILES, PhoneNumberType.MOBILE)

    def landline(self) -> str:
        """Draw nine digits of a landline of Murcia."""
        return self._number(_LANDLINES, PhoneNumberType.FIXED_LINE)

    def document(self, *, foreign: bool) -> str:
        """Draw a DNI, or for a foreigner a NIE, with its right letter."""
        number = (
            self.chance.randrange(10_000_000) if foreign else self.chance.randrange(20_000_000, 78_000_000)
        )
        prefix = self.chance.randrange(2) if foreign else 0
        letter = _LETTERS[(prefix * 10_000_000 + number) % len(_LETTERS)]
        return f"{'XY'[prefix]}{number:07d}{letter}" if foreign else f"{number:08d}{letter}"

    def email(self, given: str, surname: str) -> str:
        """Make an address in a domain that can never be anybody's."""
        local = re.sub(r"[^a-z]+", ".", search_key(f"{given} {surname}").replace("ª", "a")).strip(".")
        while local in self._used:
            local += str(self.chance.randrange(10))
        self._used.add(local)
        return f"{local}@correo.example"

    def family(self) -> Family:
        """Draw a family: its parents, of whom one may not be on record."""
        origin = self.chance.choices(ORIGINS, [origin.share for origin in ORIGINS])[0]
        home = self.landline() if self.happens(45) else ""
        father = None if self.happens(7) else self._adult(origin, origin.men, home)
        mother = None if father is not None and self.happens(3) else self._adult(origin, origin.women, home)
        if mother and father and origin.surnames_each == 1 and not self.happens(60):
            mother.surnames = list(father.surnames)
        children = self.chance.choices((1, 2, 3), (66, 29, 5))[0]
        return Family(origin, father, mother, children)

    def child(self, family: Family) -> str:
        """Draw a child's «Apellidos, Nombre»: the first surname of each parent."""
        parents = [parent for parent in (family.father, family.mother) if parent]
        given = self.chance.choice(self.chance.choice((family.origin.girls, family.origin.boys)))
        surnames = [parent.surnames[0] for parent in parents][: family.origin.surnames_each]
        if len(surnames) < family.origin.surnames_each:
            surnames.append(parents[0].surnames[-1])
        return f"{' '.join(surnames)}, {given}"

    def _adult(self, origin: Origin, given_names: tuple[str, ...], home: str) -> Adult:
        given = self.chance.choice(given_names)
        surnames = [self.chance.choice(origin.surnames) for _ in range(origin.surnames_each)]
        return Adult(
            given=given,
            surnames=surnames,
            document=self.document(foreign=origin.foreign) if self.happens(86) else "",
            mobile=self.mobile() if self.happens(94) else "",
            landline=home or (self.landline() if self.happens(10) else ""),
            email=self.email(given, surnames[0]) if self.happens(82) else "",
            landline_first=self.happens(30),
            ticked=self.happens(94),
        )

    def _number(self, prefixes: tuple[str, ...], kind: int) -> str:
        while True:
            prefix = self.chance.choice(prefixes)
            number = prefix + "".join(self.chance.choices("0123456789", k=9 - len(prefix)))
            parsed = phonenumbers.parse(number, "ES")
            right = phonenumbers.is_valid_number(parsed) and phonenumbers.number_type(parsed) == kind
            if right and number not in self._used:
                self._used.add(number)
                return number
