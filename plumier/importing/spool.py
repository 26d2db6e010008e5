"""The students of a file, on disk until their part of the import is planned: memory must not grow with the school."""

import pickle
import tempfile
from array import array
from collections.abc import Iterable

from plumier.importing.rows import StudentRow


class Spool:
    """Students in the order of the file, by their place in it from 0. The file on disk has no name."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by `close`
        self._starts = array("Q")

    def __len__(self) -> int:
        return len(self._starts)

    def add(self, row: StudentRow) -> int:
        """Add the next student and give her place."""
        self._starts.append(self._file.seek(0, 2))
        pickle.dump(row, self._file, pickle.HIGHEST_PROTOCOL)
        return len(self._starts) - 1

    def get(self, places: Iterable[int]) -> list[StudentRow]:
        """Give students by their places."""
        return [self._load(place) for place in places]

    def close(self) -> None:
        """Forget them all."""
        self._file.close()

    def _load(self, place: int) -> StudentRow:
        self._file.seek(self._starts[place])
        row: StudentRow = pickle.load(self._file)  # noqa: S301  # written by this very process
        return row
