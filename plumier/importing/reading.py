"""Opening a file: a workbook, or a text, or a sentence that says why it is neither."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from plumier.importing.problems import RosterError
from plumier.importing.recognising_files import ZIP, check_size, refuse_what_is_no_table
from plumier.importing.tables import Source
from plumier.importing.text_files import open_text
from plumier.importing.workbooks import open_workbook


@contextmanager
def open_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file for `open_source`. Raises `RosterError` if there is none."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise RosterError(_("No se puede leer el archivo %(file)s.") % {"file": path.name}) from error
    with file:
        yield file


@contextmanager
def open_source(file: BinaryIO | bytes) -> Iterator[Source]:
    """Open what a school sends, by its content and not by its name; it is read as its tables are walked through.

    Raises `RosterError`, then or later, for anything that is no table, and for what is too large.
    """
    stream = io.BytesIO(file) if isinstance(file, bytes) else file
    try:
        if check_size(stream) == 0:
            raise RosterError(_("El archivo está vacío."))
        head = stream.read(len(ZIP))
        if head.startswith(ZIP):
            source = open_workbook(stream)
        else:
            refuse_what_is_no_table(stream)
            source = open_text(stream)
    except OSError as error:
        raise RosterError(_("No se puede leer el archivo.")) from error
    try:
        yield source
    finally:
        source.close()
