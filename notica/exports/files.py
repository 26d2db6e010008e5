"""Files while a job is at them, under DATA_DIR; then they lie among the files of messages."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.conf import settings

from notica.files import path_of
from notica.models import DataRequest, MessageAttachment

_ORPHANED_AFTER: Final = 86_400  # seconds: long after the longest job


def work_path(name: str) -> Path:
    """Where a file is made."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / name


def drop(request: DataRequest) -> None:
    """Delete the file of a request, wherever it lies, unless another's message has the very same."""
    if request.stored:
        work_path(request.stored).unlink(missing_ok=True)
    if not request.sha256:
        return
    others = DataRequest.objects.filter(sha256=request.sha256).exclude(pk=request.pk)
    attached = MessageAttachment.objects.filter(sha256=request.sha256).exclude(message=request.message_id)
    if not others.exists() and not attached.exists():
        path_of(request.sha256).unlink(missing_ok=True)


def sweep(known: Callable[[list[str]], set[str]]) -> None:
    """Delete what killed jobs have left for a day."""
    if not _folder().is_dir():
        return
    before = time.time() - _ORPHANED_AFTER
    with os.scandir(_folder()) as entries:
        old = [entry.name for entry in entries if entry.stat().st_mtime < before]
    for name in set(old) - known(old):
        work_path(name).unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "exports"
