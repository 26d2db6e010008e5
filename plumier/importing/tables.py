"""A file that has been opened: its tables, and the bounds that every file keeps."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from plumier.importing.cells_of_files import Row
from plumier.importing.problems import RosterError

MEGABYTE = 1_000_000
MOST_BYTES = 50 * MEGABYTE
MOST_BYTES_UNPACKED = 400 * MEGABYTE
MOST_ROWS = 100_000
MOST_COLUMNS = 1_000


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet, or one way of splitting a text file, in `split`.

    The rows can be walked through again and again; Excel's row 1 is the first, blank rows count.
    """

    name: str
    rows: Iterable[Row]
    split: str = ""


def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Source:
    """An opened file. Its tables are sheets, or `alternatives` of which one at most is right."""

    tables: tuple[Table, ...]
    alternatives: bool = False
    description: str = ""
    close: Callable[[], None] = field(default=_nothing)


def too_large() -> RosterError:
    """The refusal of what would not fit."""
    return RosterError(
        _("El libro es demasiado grande: deje solo las filas del alumnado, como mucho %(limit)d.")
        % {"limit": MOST_ROWS}
    )


def no_table() -> RosterError:
    """The refusal of what has no rows and columns."""
    return RosterError(_("El archivo no es una tabla: se espera un libro de Excel (.xlsx) o un CSV."))


def damaged() -> RosterError:
    """The refusal of a workbook that breaks off."""
    return RosterError(_("El libro de Excel está dañado y no se puede abrir."))
