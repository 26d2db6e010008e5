"""The workbook itself, written in flat memory."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from notica.student_data.choosing import Reader, Selection
from notica.student_data.columns import FROZEN, Column, columns
from notica.student_data.reading import Pupil, pupils
from plumier.workbooks import Sheet, Value, write_large_workbook

Note = Callable[[Sequence[Pupil]], None]


def make_workbook(path: Path, selection: Selection, reader: Reader, note: Note) -> int:
    """Write it, in the language in force; how many students. `note` is told of each chunk that it shows."""
    shown = columns(ZoneInfo(reader.school.time_zone), leads=reader.leads)
    sheet = Sheet(
        _("Alumnado"), [column.title for column in shown], [column.width for column in shown], FROZEN
    )
    return write_large_workbook(path, sheet, _rows(shown, selection, reader, note))


def _rows(shown: list[Column], selection: Selection, reader: Reader, note: Note) -> Iterator[list[Value]]:
    for chunk in pupils(selection, reader):
        note(chunk)
        for pupil in chunk:
            yield [column.value(pupil) for column in shown]
