"""Files with secrets in them: for who made them alone."""

import os
from pathlib import Path

_FOR_THE_OWNER = 0o600


def write_privately(path: Path, content: bytes) -> None:
    """Write a new file that only its owner reads; one that is there is replaced. Raises OSError."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FOR_THE_OWNER)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
