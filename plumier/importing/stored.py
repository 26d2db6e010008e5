"""Uploaded files under DATA_DIR, for the product alone, until the import that brought them is over."""

import hashlib
import os
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

_FOR_THE_OWNER: Final = 0o600
_ORPHANED_AFTER: Final = 86_400  # seconds: long after any upload has got its row


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that was laid aside: its name here, its size in bytes and its hash."""

    name: str
    size: int
    sha256: str


def folder() -> Path:
    """Where uploads lie."""
    return Path(settings.DATA_DIR) / "imports"


def lay_aside(chunks: Iterable[bytes]) -> Stored:
    """Write an upload to disk as it comes; what breaks off leaves nothing. Raises OSError."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    name, digest, size = secrets.token_hex(16), hashlib.sha256(), 0
    descriptor = os.open(folder() / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FOR_THE_OWNER)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for chunk in chunks:
                file.write(chunk)
                digest.update(chunk)
                size += len(chunk)
    except BaseException:
        delete(name)
        raise
    return Stored(name, size, digest.hexdigest())


def delete(name: str) -> None:
    """Delete an upload, if it is still there."""
    if name:
        (folder() / name).unlink(missing_ok=True)


def sweep(known: Callable[[list[str]], set[str]]) -> None:
    """Delete old uploads that nothing knows: those of a request that was cut off before it had its row."""
    if not folder().is_dir():
        return
    before = time.time() - _ORPHANED_AFTER
    with os.scandir(folder()) as entries:
        old = [entry.name for entry in entries if entry.stat().st_mtime < before]
    for name in set(old) - known(old):
        delete(name)
