"""What a page sends back of a table of contacts, told apart from what it merely showed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from plumier.proposals.grid import Grid
from plumier.proposals.reading import (
    DOCUMENT,
    NAME,
    NOTE,
    REGISTERED,
    RELATION,
    SLOTS,
    STUDENT,
    Problems,
    Typed,
)
from plumier.proposals.shown import SHOWN, Row, as_field, differs, merged, unpack

REGISTERED_ON: Final = "registered_on"  # the day that a file told, carried by the page
MOST_NEW: Final = 200


@dataclass(slots=True)
class Posted:
    """Rows to hand in; those `held` by what stands beside them; and what was typed in rows that are `gone`."""

    rows: list[Typed] = field(default_factory=list)
    held: dict[str, Problems] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)

    @property
    def ready(self) -> tuple[Typed, ...]:
        """The rows that nothing holds."""
        return tuple(one for one in self.rows if one.key not in self.held)


def read_post(data: Mapping[str, str], grid: Grid) -> Posted:
    """The rows that a page sent back: of each, what was changed on it, over what it would show now.

    New ones are read for the pupils of the table alone. What a page does not say that it showed is held.
    """
    found = Posted()
    shown, now = unpack(data.get(SHOWN, "")), grid.carried()
    for key, row in now.items():
        if f"{key}-{NAME}" in data:
            _read_row(found, _typed(data, key, row.known.student_id, row.known.guardian_id), shown, row)
    pupils = {student.pk for student in grid.students}
    for place in range(MOST_NEW):
        key = f"n{place}"
        if f"{key}-{NAME}" not in data:
            break
        chosen = data.get(f"{key}-{STUDENT}", "")
        student = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 18 else 0
        found.rows.append(_typed(data, key, student if student in pupils else 0, None))
    for key, row in shown.items():
        if key not in now and f"{key}-{NAME}" in data:
            _read_gone(found, _typed(data, key, row.known.student_id, row.known.guardian_id), row)
    return found


def _read_row(found: Posted, typed: Typed, shown: Mapping[str, Row], now: Row) -> None:
    if typed.key in shown:
        found.rows.append(merged(typed, shown[typed.key], now))
        return
    found.rows.append(typed)
    if differs(typed, now):
        found.held[typed.key] = {
            NAME: _("La página era antigua: compare la fila con la ficha y entréguela otra vez.")
        }


def _read_gone(found: Posted, typed: Typed, shown: Row) -> None:
    if texts := differs(typed, shown):
        found.gone.append(
            _("%(who)s ya no está en la tabla. Había escrito: %(what)s.")
            % {"who": shown.typed.name or "—", "what": " · ".join(texts)}
        )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _typed(data: Mapping[str, str], key: str, student_id: int, guardian_id: int | None) -> Typed:
    def text(name: str) -> str:
        return as_field(data.get(f"{key}-{name}", ""))

    return Typed(
        key=key,
        student_id=student_id,
        guardian_id=guardian_id,
        name=text(NAME),
        relation=text(RELATION),
        addresses={slot: text(slot) for slot in SLOTS if f"{key}-{slot}" in data},
        registered=f"{key}-{REGISTERED}" in data,
        registered_on=_day(text(REGISTERED_ON)),
        document=text(DOCUMENT),
        note=text(NOTE),
    )
