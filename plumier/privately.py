"""Files with secrets in them: for who made them alone."""

import os
from pathlib import Path
from typing import IO

_FOR_THE_OWNER = 0o600


def write_privately(path: Path, content: bytes) -> None:
    """Write a new file that only its owner reads; one that is there is replaced. Raises OSError."""
    with open_privately(path) as file:
        file.write(content)


def open_privately(path: Path) -> IO[bytes]:
    """A new, empty file that only its owner reads, to write and read; one that is there is replaced. Raises OSError."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, _FOR_THE_OWNER)
    return os.fdopen(descriptor, "w+b")
