"""Imports from the administration: asked for in rows, done by jobs, each a step that can be run again (A5)."""

import hashlib
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import BinaryIO, Final

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from plumier.clock import database_now
from plumier.history import acting
from plumier.importing import stored
from plumier.importing.actions import Ask, import_file, year_named
from plumier.importing.differences import Difference, differences_of
from plumier.importing.plan import Plan
from plumier.importing.steps import ImportReport
from plumier.importing.stored import Stored
from plumier.importing.undoing import cause_of, undo, undo_cause_of
from plumier.models import School, User
from plumier.models.imports import ImportDifference, ImportRun, RunState
from plumier.refusals import Refused
from plumier.wakeups import wake, wake_later

logger = logging.getLogger(__name__)
JOB: Final = "plumier.importing.runs.work"
LEASE: Final = timedelta(minutes=65)  # a job's whole time and a little
MOST_TRIES: Final = 3
UNDO_WITHIN: Final = timedelta(hours=24)
KEPT: Final = timedelta(days=30)
BATCH: Final = 1000
_BLOCK: Final = 1 << 20  # bytes read at a time
_WAITING: Final = (RunState.TO_READ, RunState.TO_APPLY, RunState.TO_UNDO)


class ChangedSince(Exception):
    """What would be applied is no longer what was shown."""


@transaction.atomic
def start_run(school: School, name: str, file: Stored, *, year: str, by: User, now: datetime) -> ImportRun:
    """Ask for a file to be read. Raises Refused for a year that the school does not have."""
    year_named(school, year)
    run = ImportRun.objects.create(
        school=school,
        by=by,
        file_name=name[:200],
        size=file.size,
        sha256=file.sha256,
        stored=file.name,
        year=year,
        language=get_language() or "es",
        asked_at=now,
    )
    wake_later(JOB, run.pk)
    return run


@transaction.atomic
def import_now(
    school: School, file: BinaryIO, name: str, ask: Ask, *, now: datetime
) -> tuple[ImportRun, ImportReport]:
    """Import at once, as a command does, so that it stands in the list of imports and can be undone.

    Raises `RosterError`, and then it stands nowhere.
    """
    digest = hashlib.sha256()
    for block in iter(partial(file.read, _BLOCK), b""):
        digest.update(block)
    size = file.tell()
    file.seek(0)
    run = ImportRun.objects.create(
        school=school,
        file_name=name[:200],
        size=size,
        sha256=digest.hexdigest(),
        year=ask.year,
        asked_at=now,
        state=RunState.READY,
    )
    with acting(None, cause_of(run)):
        report = import_file(school=school, content=file, ask=ask, now=now)
    if report.errors:
        _end(run, RunState.WRONG, report=report.as_json())
    else:
        _end(run, RunState.APPLIED, report=report.as_json(), applied_at=now)
    return run, report


@transaction.atomic
def undo_now(run: ImportRun, *, by: User | None, now: datetime) -> None:
    """Undo an import at once, as a command does. Raises Refused."""
    if run.state != RunState.APPLIED or run.applied_at is None or now - run.applied_at > UNDO_WITHIN:
        raise Refused(_("Solo se puede deshacer durante las 24 horas siguientes."))
    with acting(by.pk if by else None, undo_cause_of(run)):
        undo(run)
        _end(run, RunState.UNDONE, undone_at=now)


@transaction.atomic
def ask_to_apply(run: ImportRun, *, by: User, now: datetime) -> None:
    """Ask for what was shown to be applied. Raises Refused."""
    _ask(run, RunState.READY, RunState.TO_APPLY, _("Esta importación ya no está por aplicar."), by=by)


@transaction.atomic
def ask_to_undo(run: ImportRun, *, by: User, now: datetime) -> None:
    """Ask for an import to be undone as a whole. Raises Refused when it is too late."""
    if run.applied_at is None or now - run.applied_at > UNDO_WITHIN:
        raise Refused(_("Solo se puede deshacer durante las 24 horas siguientes."))
    _ask(run, RunState.APPLIED, RunState.TO_UNDO, _("Esta importación no se puede deshacer."), by=by)


def _ask(run: ImportRun, state: RunState, then: RunState, sentence: str, *, by: User) -> None:
    fields = {"state": then, "tries": 0, "lease_until": None, "notice": "", "by": by}
    if not ImportRun.objects.filter(pk=run.pk, state=state).update(**fields):
        raise Refused(sentence)
    wake_later(JOB, run.pk)


def waiting() -> list[int]:
    """Imports for which something is to be done and which no job has in hand."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=database_now())
    return list(ImportRun.objects.filter(free, state__in=_WAITING).values_list("pk", flat=True)[:100])


def wake_waiting() -> None:
    """The clock: ask again for those, and delete what is older than it is kept."""
    for run_id in waiting():
        wake(JOB, run_id)
    old = ImportRun.objects.exclude(stored="").filter(asked_at__lt=database_now() - KEPT)
    for run in old.exclude(state__in=_WAITING)[:100]:
        stored.delete(run.stored)
        ImportDifference.objects.filter(run=run).delete()
        ImportRun.objects.filter(pk=run.pk).update(stored="")


def work(run_id: int) -> None:
    """Job: do the next step of an import, unless another has it in hand."""
    run = _take(run_id)
    if run is None:
        return
    with override(run.language):
        try:
            _STEPS[RunState(run.state)](run)
        except Refused as refusal:
            _end(run, RunState.APPLIED if run.state == RunState.TO_UNDO else RunState.FAILED, str(refusal))
        except OSError:
            logger.exception("the file of import %s cannot be read", run.pk)
            _end(run, RunState.FAILED, _("El archivo subido no se puede leer: súbalo de nuevo."))


def _take(run_id: int) -> ImportRun | None:
    """Lease it; one that broke its job too often has failed."""
    now = database_now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    with transaction.atomic():
        rows = ImportRun.objects.select_for_update(of=("self",)).select_related("school")
        run = rows.filter(free, pk=run_id, state__in=_WAITING).first()
        if run is None:
            return None
        if run.tries >= MOST_TRIES:
            _end(run, RunState.FAILED, _("Se interrumpió varias veces: no se ha cambiado nada. Pida ayuda."))
            return None
        ImportRun.objects.filter(pk=run.pk).update(tries=run.tries + 1, lease_until=now + LEASE)
    return run


def _end(run: ImportRun, state: RunState, notice: str = "", **fields: object) -> None:
    ImportRun.objects.filter(pk=run.pk).update(state=state, notice=notice, lease_until=None, **fields)


def _read(run: ImportRun, *, notice: str = "") -> None:
    """Tell what it would change, and keep that to be looked at."""
    shown: list[Difference] = []
    report, digest = _import(run, dry_run=True, shown=shown)
    with transaction.atomic():
        ImportDifference.objects.filter(run=run).delete()
        _keep(run, shown)
        state = RunState.WRONG if report.errors else RunState.READY
        _end(run, state, notice, report=report.as_json(), digest=digest)


def _keep(run: ImportRun, shown: Iterable[Difference]) -> None:
    rows = (
        ImportDifference(
            run=run,
            row=one.row,
            sheet=one.sheet[:100],
            who=one.who[:300],
            whose=one.whose[:30],
            change=one.change,
            field=one.field,
            before=one.before,
            after=one.after,
        )
        for one in shown
    )
    while batch := list(islice(rows, BATCH)):
        ImportDifference.objects.bulk_create(batch)


def _apply(run: ImportRun) -> None:
    """Write what was shown, whole, or nothing; if it would be something else by now, show that."""
    try:
        with transaction.atomic(), acting(run.by_id, cause_of(run)):
            report, digest = _import(run, dry_run=False)
            if digest != run.digest or report.errors:
                raise ChangedSince
            _end(run, RunState.APPLIED, report=report.as_json(), applied_at=database_now())
    except ChangedSince:
        _read(
            run, notice=_("El registro ha cambiado: esto es lo que cambiaría ahora. No se ha aplicado nada.")
        )


def _undo(run: ImportRun) -> None:
    with transaction.atomic(), acting(run.by_id, undo_cause_of(run)):
        undo(run)
        _end(run, RunState.UNDONE, undone_at=database_now())


def _import(
    run: ImportRun, *, dry_run: bool, shown: list[Difference] | None = None
) -> tuple[ImportReport, str]:
    """Run it; its report and a digest of all that it changes. `shown` takes the differences."""
    digest, parts = hashlib.sha256(), 0

    def on_plan(plan: Plan) -> None:
        nonlocal parts
        parts += 1
        cache.set(progress_key(run.pk), parts, 3600)
        for one in differences_of(plan):
            digest.update(repr(one).encode())
            if shown is not None:
                shown.append(one)

    with (stored.folder() / run.stored).open("rb") as file:
        ask = Ask(year=run.year, dry_run=dry_run, on_plan=on_plan)
        report = import_file(school=run.school, content=file, ask=ask, now=database_now())
    return report, digest.hexdigest()


def progress_key(run_id: int) -> str:
    """Where the number of parts that are done stands while a job is at it."""
    return f"import:{run_id}"


_STEPS: Final = {RunState.TO_READ: _read, RunState.TO_APPLY: _apply, RunState.TO_UNDO: _undo}
