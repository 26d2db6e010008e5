"""The workbook of students as a file that can be asked for."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final

from notica.exports.product import Made, Product
from notica.models import DataRequest
from notica.models.exports import STUDENT_DATA as CODE
from notica.student_data.choosing import Selection, reader_of, students_of
from notica.student_data.making import make_workbook
from notica.student_data.reading import Pupil
from plumier.record_access import note_shown


def _make(path: Path, request: DataRequest, today: date, now: datetime) -> Made:
    def note(chunk: Sequence[Pupil]) -> None:
        shown = {person.pk: person.school_id for pupil in chunk for person in pupil.people()}
        note_shown(request.by, shown, CODE, now=now)

    reader = reader_of(request.by, request.school, today)
    return Made(make_workbook(path, Selection.from_json(request.selection), reader, note))


def _still_hers(request: DataRequest, today: date) -> bool:
    """Whether she sees as many of those students as when it was made: a court or a lost group ends it."""
    reader = reader_of(request.by, request.school, today)
    seen = students_of(Selection.from_json(request.selection), reader).count()
    return not reader.kept_from and seen >= request.students


STUDENT_DATA: Final = Product(
    CODE,
    template="notica/student_data.html",
    name="alumnos",
    make=_make,
    still_hers=_still_hers,
    ending=lambda _request: "xlsx",
)
