"""The workbook itself, written in flat memory."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from notica.models import Message
from notica.send_result.columns import Column, columns
from notica.send_result.reading import Told, chunks
from plumier.workbooks import Sheet, Value, write_large_workbook

Note = Callable[[Sequence[Told]], None]
FROZEN = 1


def make_result(
    path: Path, message: Message, now: datetime, note: Note, kept: frozenset[int] = frozenset()
) -> int:
    """Write it, in the language in force; how many recipients. `note` is told of each chunk that it shows.

    Nobody is in it who is in `kept`, by id of person, nor what is about her.
    """
    shown = columns(ZoneInfo(message.school.time_zone), now)
    sheet = Sheet(
        _("Destinatarios"), [column.title for column in shown], [column.width for column in shown], FROZEN
    )
    return write_large_workbook(path, sheet, _rows(shown, message, note, kept))


def _rows(shown: list[Column], message: Message, note: Note, kept: frozenset[int]) -> Iterator[list[Value]]:
    for everybody in chunks(message):
        chunk = [told for told in everybody if kept.isdisjoint(person.pk for person in told.people())]
        note(chunk)
        for told in chunk:
            yield [column.value(told) for column in shown]
