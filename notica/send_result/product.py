"""The result of a send as a file that can be asked for."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final

from notica.exports.product import Made, Product
from notica.models import DataRequest
from notica.models.exports import SEND_RESULT as CODE
from notica.send_result.asking import found_for
from notica.send_result.making import make_result
from notica.send_result.reading import Told
from plumier.access import people_kept_from
from plumier.record_access import note_shown


def _make(path: Path, request: DataRequest, today: date, now: datetime) -> Made:
    message = found_for(request.selection["message"], request.school, request.by, today)
    if message is None:
        return Made(0)

    def note(chunk: Sequence[Told]) -> None:
        shown = {person.pk: person.school_id for told in chunk for person in told.people()}
        note_shown(request.by, shown, CODE, now=now)

    kept = frozenset(people_kept_from(request.by, today).values_list("pk", flat=True))
    return Made(make_result(path, message, now, note, kept))


def _still_hers(request: DataRequest, today: date) -> bool:
    return found_for(request.selection["message"], request.school, request.by, today) is not None


SEND_RESULT: Final = Product(
    CODE,
    template="notica/send_result.html",
    name="envio",
    make=_make,
    still_hers=_still_hers,
    ending=lambda _request: "xlsx",
)
