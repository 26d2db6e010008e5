"""What an import would change, gathered in flat memory: counted, summed into a digest, and laid aside to be shown."""

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import astuple, fields
from types import TracebackType
from typing import IO, Final

from django.db import connection

from plumier.importing.differences import CHILD, Difference, differences_of
from plumier.importing.plan import Change, Plan
from plumier.models import ImportDifference, ImportRun

_COLUMNS: Final = tuple(field.name for field in fields(Difference))
_LONGEST: Final = {
    field.name: field.max_length for field in ImportDifference._meta.concrete_fields if field.max_length
}
_MODULUS: Final = 1 << 256
_COPY: Final = f"COPY plumier_importdifference (run_id, {', '.join(_COLUMNS)}) FROM STDIN"


class Preview(AbstractContextManager["Preview"]):
    """Takes in a plan part by part; with `keeping` its differences can be written to their table afterwards.

    They wait on disk meanwhile: a dry run may write to the register and take it back, and them with it.
    """

    def __init__(self, *, keeping: bool = True) -> None:
        self.counts: Counter[str] = Counter()
        self.ended_ties = 0  # guardians who stop being one child's
        self._sum = 0
        self._file: IO[str] | None = None
        if keeping:
            self._file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115  # closed by `__exit__`

    def take_in(self, plan: Plan) -> None:
        """Add what a part of a plan changes, before it is written."""
        for one in differences_of(plan):
            line = json.dumps(astuple(one), ensure_ascii=False, separators=(",", ":"))
            self.counts[one.change] += 1
            self.ended_ties += one.field == CHILD and one.change == Change.GONE
            self._sum = (self._sum + int.from_bytes(hashlib.sha256(line.encode()).digest(), "big")) % _MODULUS
            if self._file is not None:
                self._file.write(line + "\n")

    @property
    def digest(self) -> str:
        """The same for the same differences, in whichever order they come."""
        return f"{self._sum:064x}"

    def keep(self, run: ImportRun) -> None:
        """Write the differences in the place of those that the run had."""
        ImportDifference.objects.filter(run=run).delete()
        with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            for values in self._lines():
                copy.write_row((run.pk, *values))

    def _lines(self) -> Iterator[list[str | int | None]]:
        assert self._file is not None
        self._file.seek(0)
        for line in self._file:
            values = json.loads(line)
            yield [
                value[: _LONGEST.get(name)] if isinstance(value, str) else value
                for name, value in zip(_COLUMNS, values, strict=True)
            ]

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
