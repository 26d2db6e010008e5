"""The roster itself, written in flat memory."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from notica.exports.product import Made
from notica.tokapp_roster.choosing import Exporter, Form, Wanted
from notica.tokapp_roster.columns import CELLS, USUAL_WIDTH, WIDTHS
from notica.tokapp_roster.reading import Entry, entries
from plumier.csv_files import write_large_csv
from plumier.models import SchoolPolicy
from plumier.roster_columns import ChosenColumn, chosen_columns
from plumier.workbooks import Sheet, write_large_workbook

Note = Callable[[Sequence[Entry]], None]
_WRITTEN, _WITHOUT = "written", "without"


def make_roster(path: Path, wanted: Wanted, exporter: Exporter, note: Note) -> Made:
    """Write it with the school's columns; how many rows, and how many people are left out without a mobile.

    `note` is told of each chunk that it shows.
    """
    policy = SchoolPolicy.objects.get(school=exporter.school)
    columns = chosen_columns(policy.tokapp_columns)
    titles = [column.title for column in columns]
    counted: Counter[str] = Counter()
    rows = _rows(columns, wanted, exporter, lambda shown, without: _count(counted, note, shown, without))
    if wanted.form == Form.CSV:
        write_large_csv(path, titles, rows, policy.tokapp_separator)
    else:
        widths = [WIDTHS.get(column.code, USUAL_WIDTH) for column in columns]
        write_large_workbook(path, Sheet("TokApp", titles, widths), rows)
    return Made(counted[_WRITTEN], counted[_WITHOUT])


def _count(counted: Counter[str], note: Note, shown: list[Entry], without: int) -> None:
    counted[_WRITTEN] += len(shown)
    counted[_WITHOUT] += without
    note(shown)


def _rows(
    columns: Sequence[ChosenColumn],
    wanted: Wanted,
    exporter: Exporter,
    told: Callable[[list[Entry], int], None],
) -> Iterator[list[str]]:
    cells = [CELLS[column.code] for column in columns]
    for chunk in entries(wanted.people, exporter):
        shown = [entry for entry in chunk if entry.phones]
        told(shown, len(chunk) - len(shown))
        for entry in shown:
            yield [cell(entry, exporter.school) for cell in cells]
