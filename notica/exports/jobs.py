"""The job that makes a file: it can be killed at any point and is then run again; it tells of the file once."""

import logging
from contextlib import suppress
from copy import copy
from datetime import datetime, timedelta
from typing import Final

from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils.translation import override

from notica.exports import files
from notica.exports.asking import JOB
from notica.exports.products import PRODUCTS
from notica.exports.telling import KEPT, reader_person, told
from notica.files import digest_of, path_of, take_in
from notica.models import DataRequest, DataState
from notica.models.exports import WAITING
from plumier.clock import database_now, day_in
from plumier.wakeups import wake

logger = logging.getLogger(__name__)
MOST_TRIES: Final = 3
LEASE: Final = timedelta(minutes=10)  # the largest school takes one
_AT_ONCE: Final = 100


class _Superseded(Exception):
    """Another job has it in hand, or has done it."""


class _Impossible(Exception):
    """It cannot be made, however often it is tried; `str` is the code of why."""


def work(request_id: int) -> None:
    """Job: make the file of a request and tell who asked, unless another job has it in hand."""
    request = _take(request_id)
    if request is None:
        return
    with override(request.language):
        try:
            if request.state == DataState.TO_MAKE:
                _make(request)
            _send(request)
        except _Impossible as reason:
            _give_up(request, str(reason))
        except _Superseded:
            logger.warning("file %s is another job's by now", request.pk)
        except Exception:  # it is tried again; the clock asks for that
            logger.exception("file %s broke off", request.pk)
            with suppress(DatabaseError):
                DataRequest.objects.filter(pk=request.pk, tries=request.tries).update(lease_until=None)


def wake_waiting() -> None:
    """The clock: ask again for what no job has in hand, and forget what is older than it is kept."""
    now = database_now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    for pk in DataRequest.objects.filter(free, state__in=WAITING).values_list("pk", flat=True)[:_AT_ONCE]:
        wake(JOB, pk)
    for request in DataRequest.objects.filter(ended_at__lt=now - KEPT)[:_AT_ONCE]:
        files.drop(request)
        request.delete()
    files.sweep(_known)


def _known(names: list[str]) -> set[str]:
    return set(DataRequest.objects.filter(stored__in=names).values_list("stored", flat=True))


def _take(request_id: int) -> DataRequest | None:
    """Lease it; one that broke its job too often is given up."""
    now = database_now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    with transaction.atomic():
        rows = DataRequest.objects.select_for_update(of=("self",)).select_related("school", "by")
        request = rows.filter(free, pk=request_id, state__in=WAITING).first()
        if request is None:
            return None
        if request.tries < MOST_TRIES:
            request.tries, request.lease_until = request.tries + 1, now + LEASE
            request.save(update_fields=["tries", "lease_until"])
            return request
    with override(request.language):
        _give_up(request, "broken")
    return None


def _make(request: DataRequest) -> None:
    """Write the file, and note whom it shows, in one transaction: what is made is noted, and noted once."""
    now = database_now()
    if reader_person(request, now) is None:
        raise _Impossible("not_here")
    product = PRODUCTS[request.product]
    name = f"{request.token}-{request.tries}.{product.ending(request)}"
    path = files.work_path(name)
    try:
        with transaction.atomic():
            made = product.make(path, request, day_in(request.school, now), now)
            if not made.people:
                raise _Impossible("nobody")
            facts = {"sha256": digest_of(path), "size": path.stat().st_size}
            _set(request, DataState.TO_SEND, stored=name, students=made.people, omitted=made.omitted, **facts)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _send(request: DataRequest) -> None:
    """Lay the file among those of messages and tell her, in the transaction that ends the request."""
    try:
        take_in(files.work_path(request.stored), request.sha256)
    except FileNotFoundError:
        logger.exception("file %s is not there: it is made again", request.pk)
        _set(request, DataState.TO_MAKE, stored="", sha256="", lease_until=None)
        return
    _end(request, DataState.READY, database_now())


def _give_up(request: DataRequest, reason: str) -> None:
    made = copy(request)
    with suppress(_Superseded):
        _end(request, DataState.FAILED, database_now(), reason=reason, sha256="", size=0)
        files.drop(made)


def _end(request: DataRequest, state: DataState, now: datetime, **fields: object) -> None:
    """Whoever commits this is the one who tells her. Raises _Superseded."""
    with transaction.atomic():
        _set(request, state, stored="", lease_until=None, ended_at=now, **fields)
        message = told(request, now)
        if message is not None:
            DataRequest.objects.filter(pk=request.pk).update(message=message)


def _set(request: DataRequest, state: DataState, **fields: object) -> None:
    """Bring it to a state, if it is still this job's. Raises _Superseded."""
    mine = DataRequest.objects.filter(pk=request.pk, state=request.state, tries=request.tries)
    if not mine.update(state=state, **fields):
        raise _Superseded
    for name, value in {"state": state, **fields}.items():
        setattr(request, name, value)


def file_is_there(request: DataRequest) -> bool:
    """Whether it can be fetched."""
    return request.state == DataState.READY and path_of(request.sha256).is_file()
