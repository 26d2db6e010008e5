"""Forgetting: drafts that nobody touched for a month, and files that no message or draft has any more."""

import logging
import os
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from django.apps import apps
from django.conf import settings
from django.db.models import Model

from notica.models import KeptDraft
from notica.writing.keeping import KEPT_FOR
from plumier.clock import database_now

logger = logging.getLogger(__name__)
CONTENT: Final = "sha256"  # so ends the name of the field of every model whose rows keep a file
_AT_ONCE: Final = 500
_ORPHANED_AFTER: Final = 86_400  # seconds: long after any upload has got its row
_FOLDERS: Final = 256  # by the first two hexadecimal digits of the hash
_ROUND_SECONDS: Final = 60  # the clock looks into one folder each minute, and so into all in some hours


def sweep_drafts(now: datetime) -> int:
    """Forget old drafts, sent ones too; how many. Their files are left to `sweep_folder`."""
    old = KeptDraft.objects.filter(updated_at__lt=now - KEPT_FOR).order_by("updated_at")
    ids = list(old.values_list("pk", flat=True)[:_AT_ONCE])
    return KeptDraft.objects.filter(pk__in=ids).delete()[1].get(KeptDraft._meta.label, 0)


def sweep_some() -> None:
    """The clock's part: some drafts, and one folder of files."""
    now = database_now()
    sweep_drafts(now)
    sweep_folder(int(time.time()) // _ROUND_SECONDS % _FOLDERS)


def sweep_all() -> tuple[int, int]:
    """Everything now: how many drafts and how many files went."""
    drafts = 0
    while gone := sweep_drafts(database_now()):
        drafts += gone
    return drafts, sum(sweep_folder(number) for number in range(_FOLDERS)) + _sweep_uploads()


def sweep_folder(number: int) -> int:
    """Delete the old files of one folder that no row of any model has; how many."""
    folder = _root() / f"{number:02x}"
    gone = 0
    old = _old_files(folder)
    for begin in range(0, len(old), _AT_ONCE):
        names = old[begin : begin + _AT_ONCE]
        gone += sum(_delete(folder / name) for name in sorted(set(names) - _known(names)))
    return gone


def _sweep_uploads() -> int:
    """What a request that was cut off has left beside the folders."""
    old = _old_files(_root())
    for name in old:
        (_root() / name).unlink(missing_ok=True)
    return len(old)


def _old_files(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    before = time.time() - _ORPHANED_AFTER
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries if entry.is_file() and entry.stat().st_mtime < before]


def _known(names: list[str]) -> set[str]:
    """Those that some row keeps, of whatever part of the product."""
    return {
        name
        for model, field in _keepers()
        for name in model._default_manager.filter(**{f"{field}__in": names}).values_list(field, flat=True)
    }


def _keepers() -> Iterable[tuple[type[Model], str]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.name.endswith(CONTENT):
                yield model, field.name


def _delete(path: Path) -> int:
    """Delete a file unless it was laid there anew meanwhile; moved aside first, as only then it is sure which it is."""
    aside = path.with_name(f".{path.name}")
    try:
        path.rename(aside)
        if aside.stat().st_mtime >= time.time() - _ORPHANED_AFTER:
            with suppress(FileExistsError):
                path.hardlink_to(aside)
            aside.unlink()
            return 0
        aside.unlink()
    except FileNotFoundError:  # another process is at it
        return 0
    except OSError:
        logger.exception("a file that nobody has any more cannot be deleted")
        return 0
    return 1


def _root() -> Path:
    return Path(settings.DATA_DIR) / "attachments"
