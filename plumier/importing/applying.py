"""The jobs of imports: each does one step of one import, can be killed at any point, and is then run again (A5)."""

import logging
from contextlib import suppress
from typing import Final

from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from plumier.clock import database_now
from plumier.history import acting
from plumier.importing import stored
from plumier.importing.actions import Ask, import_file
from plumier.importing.plan import Plan
from plumier.importing.previews import Preview
from plumier.importing.pulse import LEASE, Pulse
from plumier.importing.steps import ImportReport
from plumier.importing.undoing import cause_of, undo, undo_cause_of
from plumier.models import ImportRun, Phase, RunState
from plumier.models.imports import WAITING
from plumier.refusals import Refused

logger = logging.getLogger(__name__)
MOST_TRIES: Final = 3
# What an import is again when a step of it could not be done.
_BACK: Final = {RunState.TO_UNDO: RunState.APPLIED}


class _ChangedSince(Exception):
    """What would be applied is no longer what was shown."""


class _Superseded(Exception):
    """Another job has it in hand, or has done it."""


def work(run_id: int) -> None:
    """Job: do the next step of an import, unless another has it in hand."""
    run = _take(run_id)
    if run is None:
        return
    with override(run.language), Pulse(run) as pulse:
        try:
            _STEPS[RunState(run.state)](run, pulse)
        except Refused as refusal:
            _give_up(run, str(refusal))
        except FileNotFoundError:
            logger.exception("the file of import %s is not there", run.pk)
            _give_up(run, _("El archivo subido no se puede leer: súbalo de nuevo."))
        except _Superseded:
            logger.warning("import %s is another job's by now", run.pk)
        except Exception:  # it is tried again; the clock asks for that
            logger.exception("import %s broke off", run.pk)
            with suppress(DatabaseError):
                ImportRun.objects.filter(pk=run.pk, tries=run.tries).update(lease_until=None)


def summed(report: ImportReport, preview: Preview) -> dict[str, object]:
    """What is kept of a report: with how many differences there are of each kind, and how many ties end."""
    return report.as_json() | {"differences": dict(preview.counts), "ended_ties": preview.ended_ties}


def _take(run_id: int) -> ImportRun | None:
    """Lease it; one that broke its job too often is given up."""
    now = database_now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    with transaction.atomic():
        rows = ImportRun.objects.select_for_update(of=("self",)).select_related("school")
        run = rows.filter(free, pk=run_id, state__in=WAITING).first()
        if run is None:
            return None
        if run.tries >= MOST_TRIES:
            with override(run.language):
                _give_up(run, _("Se interrumpió varias veces: no se ha cambiado nada. Pida ayuda."))
            return None
        run.tries, run.lease_until = run.tries + 1, now + LEASE
        run.save(update_fields=["tries", "lease_until"])
    return run


def _give_up(run: ImportRun, notice: str) -> None:
    with suppress(_Superseded):
        _end(run, _BACK.get(RunState(run.state), RunState.FAILED), notice)


def _end(run: ImportRun, state: RunState, notice: str = "", **fields: object) -> None:
    """Write what a step came to. Raises _Superseded if it is no longer this job's step."""
    mine = ImportRun.objects.filter(pk=run.pk, state=run.state, tries=run.tries)
    if not mine.update(state=state, notice=notice, lease_until=None, phase="", done=0, total=0, **fields):
        raise _Superseded


def _read(run: ImportRun, pulse: Pulse, *, notice: str = "") -> None:
    """Tell what it would change, and keep that to be looked at."""
    with Preview() as preview:
        report = _import(run, preview, pulse, dry_run=True)
        pulse.at(Phase.KEEPING)
        with transaction.atomic():
            preview.keep(run)
            state = RunState.WRONG if report.errors else RunState.READY
            told = summed(report, preview)
            _end(run, state, notice, report=told, digest=preview.digest, kind=report.kind)


def _apply(run: ImportRun, pulse: Pulse) -> None:
    """Write what was shown, whole, or nothing; if it would be something else by now, show that."""
    try:
        with (
            Preview(keeping=False) as preview,
            transaction.atomic(),
            acting(run.applied_by_id, cause_of(run)),
        ):
            report = _import(run, preview, pulse, dry_run=False)
            if preview.digest != run.digest or report.errors:
                raise _ChangedSince
            _end(run, RunState.APPLIED, report=summed(report, preview), applied_at=database_now())
    except _ChangedSince:
        notice = _("El registro ha cambiado: esto es lo que cambiaría ahora. No se ha aplicado nada.")
        _read(run, pulse, notice=notice)


def _undo(run: ImportRun, pulse: Pulse) -> None:
    pulse.at(Phase.UNDOING)
    with transaction.atomic(), acting(run.undone_by_id, undo_cause_of(run)):
        undo(run)
        _end(run, RunState.UNDONE, undone_at=database_now())


def _import(run: ImportRun, preview: Preview, pulse: Pulse, *, dry_run: bool) -> ImportReport:
    phase = Phase.COMPARING if dry_run else Phase.WRITING
    total = 0 if dry_run else _told_of(run)

    def on_plan(plan: Plan) -> None:
        preview.take_in(plan)
        counts = (plan.students, *plan.others.values())
        pulse.at(phase, sum(one.new + one.changed + one.same for one in counts), total)

    pulse.at(Phase.READING)
    with (stored.folder() / run.stored).open("rb") as file:
        ask = Ask(kind=run.kind, year=run.year, dry_run=dry_run, on_plan=on_plan)
        return import_file(school=run.school, content=file, ask=ask, now=database_now())


def _told_of(run: ImportRun) -> int:
    """How many students or rows the preview was about."""
    left_out = {"guardians", "groups", "differences"}
    counted = [one for name, one in run.report.items() if isinstance(one, dict) and name not in left_out]
    return sum(one.get("new", 0) + one.get("changed", 0) + one.get("same", 0) for one in counted)


_STEPS: Final = {RunState.TO_READ: _read, RunState.TO_APPLY: _apply, RunState.TO_UNDO: _undo}
