"""The sign of life of a job at an import, and how far it has come: seen before the job commits anything."""

import logging
import threading
import time
from contextlib import AbstractContextManager
from datetime import timedelta
from types import TracebackType
from typing import Final, Self

from django.db import DatabaseError, connection

from plumier.clock import database_now
from plumier.models import ImportRun
from plumier.models.imports import WAITING, Phase

logger = logging.getLogger(__name__)
LEASE: Final = timedelta(minutes=2)  # without a sign of life; then the clock gives the import to another job
_RENEWED_AFTER: Final = 20.0  # seconds
_EVERY: Final = 1.0  # seconds between two looks at whether there is something to tell


class Pulse(AbstractContextManager["Pulse"]):
    """Tells from a thread of its own, whose session is not the job's: that one is within its transaction.

    It tells only of the try that it belongs to. A job that is killed takes the thread with it.
    """

    def __init__(self, run: ImportRun) -> None:
        self._run_id, self._try = run.pk, run.tries
        self._now: tuple[str, int, int] = ("", 0, 0)
        self._told: tuple[str, int, int] = self._now
        self._renewed = time.monotonic()
        self._over, self.heard = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._go, name=f"import {run.pk}", daemon=True)

    def at(self, phase: Phase, done: int = 0, total: int = 0) -> None:
        """Note what the job is at; costs nothing."""
        self._now = (phase.value, done, total)

    def beat(self) -> None:
        """Tell it, if there is something to tell, and renew the lease."""
        now = self._now
        if now == self._told and time.monotonic() - self._renewed < _RENEWED_AFTER:
            return
        mine = ImportRun.objects.filter(pk=self._run_id, tries=self._try, state__in=WAITING)
        phase, done, total = now
        mine.update(phase=phase, done=done, total=total, lease_until=database_now() + LEASE)
        self._told, self._renewed = now, time.monotonic()
        self.heard.set()

    def _go(self) -> None:
        try:
            while not self._over.wait(_EVERY):
                try:
                    self.beat()
                except DatabaseError as error:
                    logger.warning("no sign of life of import %s: %s", self._run_id, type(error).__name__)
                    connection.close()
        finally:
            connection.close()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
