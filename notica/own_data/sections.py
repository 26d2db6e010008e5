"""The parts of the copy, as both its forms show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

Value = str | bool | date | None  # a moment is a date too
Row = Sequence[Value]


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under columns; `columns` are pairs of a code, for machines, and a title in the language in force."""

    code: str
    title: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[Row]

    @property
    def titles(self) -> list[str]:
        """What stands above the columns."""
        return [title for _code, title in self.columns]

    def as_json(self, zone: ZoneInfo) -> list[dict[str, str | bool | None]]:
        """A record a row; moments with their offset."""
        names = [code for code, _title in self.columns]
        return [dict(zip(names, (_plain(value, zone) for value in row), strict=True)) for row in self.rows]

    def as_words(self, zone: ZoneInfo) -> list[list[str]]:
        """The cells as people read them, in the language in force."""
        return [[_words(value, zone) for value in row] for row in self.rows]


def joined(parts: Iterable[Section]) -> list[Section]:
    """Each section once, with the rows of all; what several say alike is said once."""
    found: dict[str, Section] = {}
    for part in parts:
        before = found[part.code].rows if part.code in found else ()
        found[part.code] = replace(part, rows=list(dict.fromkeys(map(tuple, [*before, *part.rows]))))
    return list(found.values())


def _plain(value: Value, zone: ZoneInfo) -> str | bool | None:
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value


def _words(value: Value, zone: ZoneInfo) -> str:
    if isinstance(value, bool):
        return _("sí") if value else _("no")
    if isinstance(value, datetime):
        return date_format(value.astimezone(zone), "SHORT_DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    return value or "—"
