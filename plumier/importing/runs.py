"""Imports asked for, listed and forgotten; what they do is done by jobs (`applying`) (A5)."""

import hashlib
import logging
from datetime import datetime, timedelta
from functools import partial
from typing import BinaryIO, Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from plumier.clock import database_now
from plumier.history import acting
from plumier.importing import stored
from plumier.importing.actions import Ask, import_file, year_named
from plumier.importing.applying import summed
from plumier.importing.previews import Preview
from plumier.importing.steps import ImportReport
from plumier.importing.stored import Stored
from plumier.importing.undoing import cause_of, undo, undo_cause_of
from plumier.models import ImportDifference, ImportRun, RunState, School, User
from plumier.models.imports import WAITING
from plumier.refusals import Refused
from plumier.wakeups import wake, wake_later

logger = logging.getLogger(__name__)
JOB: Final = "plumier.importing.applying.work"
UNDO_WITHIN: Final = timedelta(hours=24)
KEPT: Final = timedelta(days=30)  # uploads, and what an import that nobody applied would have changed
FORGOTTEN_AFTER: Final = timedelta(days=5 * 366)  # as the history of the register
_BLOCK: Final = 1 << 20  # bytes read at a time
_AT_ONCE: Final = 100
_FINDINGS: Final = ("errors", "warnings")  # of a report: they quote what the file has


@transaction.atomic
def start_run(school: School, name: str, file: Stored, ask: Ask, *, by: User, now: datetime) -> ImportRun:
    """Ask for a file to be read. Raises Refused for a year that the school does not have."""
    year_named(school, ask.year)
    run = ImportRun.objects.create(
        school=school,
        by=by,
        file_name=name[:200],
        size=file.size,
        sha256=file.sha256,
        stored=file.name,
        kind=ask.kind,
        year=ask.year,
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
    with Preview() as preview:
        with acting(None, cause_of(run)):
            watched = Ask(ask.kind, ask.year, dry_run=False, on_plan=preview.take_in)
            report = import_file(school=school, content=file, ask=watched, now=now)
        preview.keep(run)
    run.state = RunState.WRONG if report.errors else RunState.APPLIED
    run.applied_at = None if report.errors else now
    run.report, run.digest, run.kind = summed(report, preview), preview.digest, report.kind
    run.save()
    return run, report


@transaction.atomic
def undo_now(run: ImportRun, *, by: User | None, now: datetime) -> None:
    """Undo an import at once, as a command does. Raises Refused."""
    _ask(run, RunState.APPLIED, RunState.TO_UNDO, now)
    with acting(by.pk if by else None, undo_cause_of(run)):
        undo(run)
    ImportRun.objects.filter(pk=run.pk).update(state=RunState.UNDONE, undone_by=by, undone_at=now)


@transaction.atomic
def ask_to_apply(run: ImportRun, *, by: User, now: datetime) -> None:
    """Ask for what was shown to be applied. Raises Refused."""
    _ask(run, RunState.READY, RunState.TO_APPLY, now, applied_by=by)
    wake_later(JOB, run.pk)


@transaction.atomic
def ask_to_undo(run: ImportRun, *, by: User, now: datetime) -> None:
    """Ask for an import to be undone as a whole. Raises Refused when it is too late."""
    _ask(run, RunState.APPLIED, RunState.TO_UNDO, now, undone_by=by)
    wake_later(JOB, run.pk)


def can_be_undone(run: ImportRun, now: datetime) -> bool:
    """Whether it was applied within the last day."""
    applied = run.state == RunState.APPLIED and run.applied_at is not None
    return applied and run.applied_at is not None and now - run.applied_at <= UNDO_WITHIN


def _ask(run: ImportRun, state: RunState, then: RunState, now: datetime, **fields: object) -> None:
    """Bring it from one state to the next. What was asked for already, as by a double click, is left alone."""
    locked = ImportRun.objects.select_for_update().get(pk=run.pk)
    if locked.state == then:
        return
    if locked.state != state:
        words = {"state": locked.get_state_display()}
        raise Refused(_("Esta importación está ya en otro estado: «%(state)s».") % words)
    if then == RunState.TO_UNDO and not can_be_undone(locked, now):
        raise Refused(_("Solo se puede deshacer durante las 24 horas siguientes."))
    ImportRun.objects.filter(pk=run.pk).update(state=then, tries=0, lease_until=None, notice="", **fields)


def waiting() -> list[int]:
    """Imports for which something is to be done and which no job has in hand."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=database_now())
    return list(ImportRun.objects.filter(free, state__in=WAITING).values_list("pk", flat=True)[:_AT_ONCE])


def wake_waiting() -> None:
    """The clock: ask again for those, and delete what is older than it is kept."""
    for run_id in waiting():
        wake(JOB, run_id)
    now = database_now()
    kept = ~Q(stored="") | Q(report__has_any_keys=list(_FINDINGS))
    old = ImportRun.objects.filter(kept, asked_at__lt=now - KEPT)
    for run in old.exclude(state__in=WAITING)[:_AT_ONCE]:
        _put_away(run)
    forgotten = list(ImportRun.objects.filter(asked_at__lt=now - FORGOTTEN_AFTER).order_by("pk")[:_AT_ONCE])
    ImportDifference.objects.filter(run__in=forgotten).delete()
    ImportRun.objects.filter(pk__in=[run.pk for run in forgotten]).delete()
    stored.sweep(_known)


def _known(names: list[str]) -> set[str]:
    return set(ImportRun.objects.filter(stored__in=names).values_list("stored", flat=True))


def _put_away(run: ImportRun) -> None:
    """Delete the upload and what was typed wrongly in it; of one never applied what it would have changed, too."""
    stored.delete(run.stored)
    run.stored = ""
    run.report = {name: one for name, one in run.report.items() if name not in _FINDINGS}
    if run.applied_at is None:
        ImportDifference.objects.filter(run=run).delete()
    if run.state == RunState.READY:
        with override(run.language):
            run.state, run.notice = (
                RunState.FAILED,
                _("Nadie la aplicó en 30 días: suba el archivo de nuevo."),
            )
    run.save(update_fields=["stored", "report", "state", "notice"])
