"""The roster as a file that can be asked for."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final

from notica.exports.product import Made, Product
from notica.models import DataRequest
from notica.models.exports import TOKAPP_ROSTER as CODE
from notica.tokapp_roster.choosing import Wanted, exporter_of
from notica.tokapp_roster.making import make_roster
from notica.tokapp_roster.reading import Entry
from plumier.record_access import note_shown


def _make(path: Path, request: DataRequest, today: date, now: datetime) -> Made:
    exporter = exporter_of(request.by, request.school, today)
    if exporter is None:
        return Made(0)

    def note(chunk: Sequence[Entry]) -> None:
        shown = {person.pk: person.school_id for entry in chunk for person in entry.people()}
        note_shown(request.by, shown, CODE, now=now)

    return make_roster(path, Wanted.from_json(request.selection), exporter, note)


def _still_hers(request: DataRequest, today: date) -> bool:
    exporter = exporter_of(request.by, request.school, today)
    return exporter is not None and not exporter.kept_from


TOKAPP_ROSTER: Final = Product(
    CODE,
    template="notica/tokapp_roster.html",
    name="tokapp",
    make=_make,
    still_hers=_still_hers,
    ending=lambda request: str(request.selection["form"]),
)
