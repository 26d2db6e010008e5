"""The texts of a workbook, which its cells name by number: on disk, for a whole school has hundreds of thousands."""

import os
import tempfile
from array import array
from functools import lru_cache
from typing import Final

from plumier.importing.tables import damaged

_REMEMBERED: Final = 4096


class Strings:
    """Texts by number. They are added in order, and read after the last."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by `close`
        self._ends = array("Q", [0])
        self.read = lru_cache(_REMEMBERED)(self._read)

    def add(self, text: str) -> None:
        """Add the next text."""
        self._ends.append(self._ends[-1] + self._file.write(text.encode("utf-8", "replace")))

    def finish(self) -> None:
        """Say that all have been added."""
        self._file.flush()

    def __getitem__(self, number: int) -> str:
        return self.read(number)

    def close(self) -> None:
        """Forget them all."""
        self._file.close()

    def _read(self, number: int) -> str:
        if not 0 <= number < len(self._ends) - 1:
            raise damaged()
        start, end = self._ends[number], self._ends[number + 1]
        return os.pread(self._file.fileno(), end - start, start).decode("utf-8")
