"""What every file that can be asked for says of itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final, NamedTuple

from notica.models import DataRequest
from plumier.models import Person
from plumier.workbooks import XLSX

CONTENT_TYPES: Final = {
    "xlsx": XLSX,
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
}


class Made(NamedTuple):
    """How many people a file is about, and how many it leaves out for want of a mobile phone."""

    people: int
    omitted: int = 0


@dataclass(frozen=True, slots=True)
class Product:
    """A kind of file. Its code is also the kind of the message that tells of it, and the page in the log of records.

    `make` writes the file to a path, in the language in force, by what who asked may see that day, notes whom it
    shows, and says how many. `still_hers` says whether she may have that file today.
    `name` is what the file is called, without its ending. `own_person` is set of what is about who asks alone, and says
    who she is there: she need not work in that school, and the file goes into no e-mail.
    """

    code: str
    template: str
    name: str
    make: Callable[[Path, DataRequest, date, datetime], Made]
    still_hers: Callable[[DataRequest, date], bool]
    ending: Callable[[DataRequest], str]
    own_person: Callable[[DataRequest], Person | None] | None = None

    def content_type(self, request: DataRequest) -> str:
        """Of the file."""
        return CONTENT_TYPES[self.ending(request)]

    def file_name(self, request: DataRequest, day: date) -> str:
        """What it is called for who gets it: by school and day, and nobody in it."""
        return f"{self.name}-{request.school.code}-{day}.{self.ending(request)}"
