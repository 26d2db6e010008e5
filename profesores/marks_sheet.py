"""The sheet on which a class's marks are written: what stands there, what was typed, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from grades.models import REMARK_LENGTH, VALUE_LENGTH
from grades.writing import Cell, MarksClash, Typed
from plumier.models import Enrolment
from plumier.names import clean_text

VALUE, REMARK = "nota", "obs"  # fields of a student's, each with her enrolment's key behind it
WAS: Final = "antes-"  # and what stood there when the page was made


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A student: what her cells show, and what stood there when the page was made.

    `stands` is what somebody else has written meanwhile, where that clashes.
    """

    pk: int
    name: str
    cell: Cell
    before: Cell
    value_error: str = ""
    remark_error: str = ""
    stands: Cell | None = None


def shown(pupils: list[Enrolment], stands: Mapping[int, Cell]) -> list[SheetLine]:
    """The sheet as it stands in the database."""
    found = []
    for pupil in pupils:
        cell = stands.get(pupil.pk, Cell())
        found.append(SheetLine(pupil.pk, str(pupil.student.person), cell, cell))
    return found


def posted(pupils: list[Enrolment], data: QueryDict) -> list[SheetLine]:
    """The sheet as it was sent, with what is wrong beside it; who is not on it any more is passed over."""
    return [_posted(pupil, data) for pupil in pupils]


def is_valid(lines: list[SheetLine]) -> bool:
    """Whether it can be kept."""
    return not any(line.value_error or line.remark_error for line in lines)


def cells(lines: list[SheetLine]) -> dict[int, Typed]:
    """By enrolment."""
    return {line.pk: Typed(line.cell, line.before) for line in lines}


def clashing(lines: list[SheetLine], clash: MarksClash) -> list[SheetLine]:
    """The sheet with what others wrote beside what was typed: sent once more, it is what was typed that stays."""
    return [
        replace(line, before=clash.now[line.pk], stands=clash.now[line.pk]) if line.pk in clash.now else line
        for line in lines
    ]


def _posted(pupil: Enrolment, data: QueryDict) -> SheetLine:
    def typed(name: str) -> str:
        return clean_text(data.get(f"{name}-{pupil.pk}", ""))

    cell = Cell(typed(VALUE), typed(REMARK))
    before = Cell(typed(f"{WAS}{VALUE}"), typed(f"{WAS}{REMARK}"))
    return SheetLine(
        pupil.pk,
        str(pupil.student.person),
        cell,
        before,
        _value_error(cell),
        _too_long(cell.remark, REMARK_LENGTH),
    )


def _value_error(cell: Cell) -> str:
    if cell.remark and not cell.value:
        return _("Falta la nota a la que acompaña la observación.")
    return _too_long(cell.value, VALUE_LENGTH)


def _too_long(text: str, longest: int) -> str:
    if len(text) <= longest:
        return ""
    return _("Es demasiado largo: caben %(longest)d letras.") % {"longest": longest}
