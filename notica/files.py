"""Files of messages, kept privately under DATA_DIR by the hash of their content."""

import hashlib
import mimetypes
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

BLOCK = 1 << 20  # bytes read at a time


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that is on disk for good. `size` is in bytes."""

    name: str
    content_type: str
    size: int
    sha256: str


def look_at(source: Path) -> KeptFile:
    """What would be kept, without keeping it. OSError when it cannot be read."""
    with source.open("rb") as read:
        size = os.fstat(read.fileno()).st_size
    return KeptFile(source.name, _content_type(source), size, "")


def _content_type(source: Path) -> str:
    return mimetypes.guess_type(source.name)[0] or "application/octet-stream"


def path_of(sha256: str) -> Path:
    """Where a kept file lies."""
    return Path(settings.DATA_DIR) / "attachments" / sha256[:2] / sha256


def keep(source: Path) -> KeptFile:
    """Copy a file in, once for the same content, complete or not at all. OSError when it cannot be read."""
    digest = hashlib.sha256()
    root = Path(settings.DATA_DIR) / "attachments"
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    with source.open("rb") as read, tempfile.NamedTemporaryFile(dir=root, delete=False) as write:
        while block := read.read(BLOCK):
            digest.update(block)
            write.write(block)
        write.flush()
        os.fsync(write.fileno())
        size = write.tell()
    target = path_of(digest.hexdigest())
    target.parent.mkdir(exist_ok=True, mode=0o700)
    Path(write.name).replace(target)
    return KeptFile(source.name, _content_type(source), size, digest.hexdigest())


def take_in(source: Path, sha256: str) -> None:
    """Move a file of this hash in, from beside; one that is in already is left alone. OSError when neither is there."""
    target = path_of(sha256)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if source.exists() or not target.exists():
        source.replace(target)


def digest_of(source: Path) -> str:
    """The hash of a file's content."""
    with source.open("rb") as read:
        return hashlib.file_digest(read, "sha256").hexdigest()
