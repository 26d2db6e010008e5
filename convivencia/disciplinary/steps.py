"""The steps of an expediente: written down, corrected, crossed out; and its closing (requirement E5)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from convivencia.disciplinary.access import cases_directed_by, cases_instructed_by
from convivencia.disciplinary.opening import CAUSE, locked
from convivencia.models import DisciplinaryCase, DisciplinaryFile, DisciplinaryStep
from notica.files import KeptFile
from plumier.clock import day_in
from plumier.history import acting
from plumier.models import User
from plumier.refusals import Refused, SavedOtherwise


@dataclass(frozen=True, slots=True)
class Step:
    """As it was written: to be done until `due_on`, or done on `done_on`, or both.

    `files` are added to those it has. `key` makes a form sent twice one step; `seen` is the version that a correction
    was made of.
    """

    kind: str
    due_on: date | None = None
    done_on: date | None = None
    note: str = ""
    files: tuple[KeptFile, ...] = ()
    key: str = ""
    seen: int = 1


@dataclass(frozen=True, slots=True)
class Closing:
    """How it ends, what was resolved, and on which day."""

    ending: str
    resolution: str
    closed_on: date


@transaction.atomic
def add_step(case: DisciplinaryCase, written: Step, *, by: User, now: datetime) -> DisciplinaryStep:
    """Write a step down; the same key again is the same one.

    Raises Refused where it is not hers to instruct, is closed, or the days cannot be; SavedOtherwise where that key
    wrote another one.
    """
    held, today = _instructed(case, by, now)
    known = held.steps.filter(client_key=written.key).first()
    if known is not None:
        if not _says_the_same(known, written):
            raise SavedOtherwise
        return known
    _check_open(held)
    _check(held, written, today)
    with acting(by.pk, CAUSE):
        step = DisciplinaryStep.objects.create(
            school_id=held.school_id,
            case=held,
            kind=written.kind,
            due_on=written.due_on,
            done_on=written.done_on,
            note=written.note.strip(),
            at=now,
            by=by,
            client_key=written.key,
        )
        _add_files(step, written.files)
    return step


@transaction.atomic
def correct_step(step: DisciplinaryStep, written: Step, *, by: User, now: datetime) -> DisciplinaryStep:
    """Say it right; what it said before stays in the history. A new deadline is reminded of anew.

    Raises Refused as `add_step`, where it is crossed out, or somebody else has changed it meanwhile.
    """
    held, today = _instructed(step.case, by, now)
    _check_open(held)
    row = held.steps.get(pk=step.pk)
    values = (written.kind, written.due_on, written.done_on, written.note.strip())
    if values == (row.kind, row.due_on, row.done_on, row.note) and not written.files:
        return row
    if not row.is_live:
        raise Refused(_("Esta actuación está tachada: anote otra."))
    if row.version != written.seen:
        raise Refused(_("Otra persona la ha cambiado mientras tanto. Vuelva a cargar la página y mírela."))
    _check(held, written, today)
    if written.due_on != row.due_on:
        row.reminded_on = None
    row.kind, row.due_on, row.done_on, row.note = values
    row.version += 1
    with acting(by.pk, CAUSE):
        row.save(update_fields=["kind", "due_on", "done_on", "note", "version", "reminded_on"])
        _add_files(row, written.files)
    return row


@transaction.atomic
def cross_out(step: DisciplinaryStep, why: str, *, by: User, now: datetime) -> DisciplinaryStep:
    """It should not have been written down: it stays, crossed out with the reason. Twice is once.

    Raises Refused where it is not hers to instruct, it is closed, or there is no reason.
    """
    held, _today = _instructed(step.case, by, now)
    row = held.steps.get(pk=step.pk)
    if not row.is_live:
        return row
    _check_open(held)
    reason = " ".join(why.split())[:500]
    if not reason:
        raise Refused(_("Escriba por qué se tacha."))
    row.crossed_out_at, row.crossed_out_by, row.crossed_out_why = now, by, reason
    row.version += 1
    with acting(by.pk, CAUSE):
        row.save(update_fields=["crossed_out_at", "crossed_out_by", "crossed_out_why", "version"])
    return row


@transaction.atomic
def close_case(case: DisciplinaryCase, written: Closing, *, by: User, now: datetime) -> DisciplinaryCase:
    """End it for good; the same again changes nothing. What was still to be done is reminded of no more.

    Raises Refused where it is not hers to close, is closed otherwise, says nothing, or the day cannot be.
    """
    held = locked(case)
    today = day_in(held.school, now)
    if not cases_directed_by(by, today).filter(pk=held.pk).exists():
        raise Refused(_("El expediente lo cierra el equipo directivo."))
    resolution = written.resolution.strip()
    if not held.is_open:
        if (held.ending, held.resolution, held.closed_by_id) == (written.ending, resolution, by.pk):
            return held
        raise Refused(_("El expediente ya está cerrado."))
    if not resolution:
        raise Refused(_("Escriba qué se resuelve, o por qué se archiva."))
    if not held.opened_on <= written.closed_on <= today:
        raise Refused(_("El día del cierre está entre la apertura y hoy."))
    held.ending, held.resolution = written.ending, resolution
    held.closed_on, held.closed_at, held.closed_by = written.closed_on, now, by
    with acting(by.pk, CAUSE):
        held.save(update_fields=["ending", "resolution", "closed_on", "closed_at", "closed_by"])
    return held


def _says_the_same(step: DisciplinaryStep, written: Step) -> bool:
    """Whether it is what is written, files too; one that was corrected since was so once."""
    values = (written.kind, written.due_on, written.done_on, written.note.strip())
    if step.version == 1 and values != (step.kind, step.due_on, step.done_on, step.note):
        return False
    return {file.sha256 for file in written.files} <= set(step.files.values_list("sha256", flat=True))


def _instructed(case: DisciplinaryCase, by: User, now: datetime) -> tuple[DisciplinaryCase, date]:
    held = locked(case)
    today = day_in(held.school, now)
    if not cases_instructed_by(by, today).filter(pk=held.pk).exists():
        raise Refused(_("Las actuaciones las anotan el instructor y el equipo directivo."))
    return held, today


def _check_open(case: DisciplinaryCase) -> None:
    if not case.is_open:
        raise Refused(_("El expediente está cerrado: ya no se cambia nada en él."))


def _check(case: DisciplinaryCase, written: Step, today: date) -> None:
    if written.due_on is None and written.done_on is None:
        raise Refused(_("Ponga el plazo, o el día en que se hizo."))
    if written.done_on is not None and not case.happened_on <= written.done_on <= today:
        raise Refused(_("El día en que se hizo está entre los hechos y hoy."))
    if written.due_on is not None and written.due_on < case.happened_on:
        raise Refused(_("El plazo no puede acabar antes de los hechos."))


def _add_files(step: DisciplinaryStep, files: tuple[KeptFile, ...]) -> None:
    DisciplinaryFile.objects.bulk_create(
        DisciplinaryFile.of(file, step=step, school_id=step.school_id) for file in files
    )
