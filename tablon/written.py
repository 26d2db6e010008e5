"""A notice as somebody wrote it."""

from dataclasses import dataclass
from datetime import date

from notica.files import KeptFile


@dataclass(frozen=True, slots=True)
class Written:
    """`schools` are ids; a school's own notice hangs on its own board whatever they say.

    `key` makes a form that is sent twice one notice; `seen` is the version that the form showed, None for whichever.
    """

    readers: str
    title: str
    text: str
    starts_on: date
    ends_on: date
    schools: frozenset[int]
    files: tuple[KeptFile, ...] = ()
    key: str = ""
    seen: int | None = None
