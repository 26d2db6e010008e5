"""What the pages on which people are picked have in common, and what each of them says of itself."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Final

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notica.choices import Audience
from notica.drafts import Choice
from notica.marks import Mark
from plumier.models import School, User
from profesores.models import Page

# A page's filter by query parameter, as an address says it: the same from anywhere, and kept as JSON.
Filter = dict[str, list[str]]
WORDS: Final = "buscar"
LONGEST: Final = 100  # characters of a value
MOST_VALUES: Final = 500  # of one parameter: a tree's groups are as many as a school has


@dataclass(frozen=True, slots=True)
class Row:
    """One of the people on a page: `url` is where her name leads, empty if nowhere; `about` stands below it."""

    pk: int
    name: str
    about: str = ""
    url: str = ""
    marks: list[Mark] = field(default_factory=list)


class Picker(ABC):
    """A page of people for one user in one school today. `to` is whom a message goes to by default.

    `people` is the whole page and the only door to it: nobody who is not in it is listed, picked or written to.
    """

    page: ClassVar[Page]
    parameters: ClassVar[tuple[str, ...]] = (WORDS,)  # of its filter
    person: ClassVar[str] = "person__"  # the way from a row to its person; empty where the rows are persons
    nothing: ClassVar[str]  # the template for a page without anybody
    one_only: ClassVar[Promise | str] = _("SMS: elija un solo alumno")
    gives_data: ClassVar[bool] = True  # whether a workbook of those picked can be asked for (requirement C5)

    def __init__(self, user: User, school: School, today: date, to: Audience = Audience.FAMILY) -> None:
        self.user, self.school, self.today, self.to = user, school, today, to

    @abstractmethod
    def people(self) -> QuerySet[Any]:
        """Everybody whom this user may see here: through `plumier.access`, each once, in no order."""

    @abstractmethod
    def matching(self, wanted: Filter) -> QuerySet[Any]:
        """Those of them who fit a filter of this page's; an empty one fits everybody, an unknown value nobody."""

    def together(self, filters: list[Filter]) -> list[Filter]:
        """Fewer filters that the same people fit: each costs every query of the page."""
        return filters

    @abstractmethod
    def rows(self, found: Sequence[Any]) -> list[Row]:
        """What the page shows of some of them, in the same order, by a constant number of queries."""

    @abstractmethod
    def addressed(self) -> QuerySet[Any]:
        """Those whom this user may write to."""

    @property
    def writes(self) -> bool:
        """Whether there may be any."""
        return True

    @property
    def why_not(self) -> str:
        """What is said where there is none."""
        return str(_("En su centro su cargo no escribe a las familias; vea la mesa de revisión."))

    def choice(self, ids: Iterable[int]) -> Choice:
        """To these of them."""
        if self.to == Audience.STAFF:
            return Choice(self.to, staff=tuple(ids))
        return Choice(self.to, students=tuple(ids))

    def read(self, query: QueryDict) -> Filter:
        """The filter that an address says, in one form however it is written."""
        found: Filter = {}
        for name in self.parameters:
            values = {value.strip()[:LONGEST].strip() for value in query.getlist(name)[:MOST_VALUES]}
            if kept := sorted(values - {""}):
                found[name] = kept
        return found
