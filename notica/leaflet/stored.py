"""Leaflets on paper, made once for the same content and kept under DATA_DIR."""

import hashlib
import logging
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from django.conf import settings

from notica.leaflet.panels import Leaflet
from notica.leaflet.pdf import draw

logger = logging.getLogger(__name__)
LAYOUT: Final = "1"  # another number when what `pdf` draws changes: what was kept before is made again


def digest_of(leaflet: Leaflet) -> str:
    """Of all that it says."""
    return hashlib.sha256(f"{LAYOUT}\n{leaflet!r}".encode()).hexdigest()[:32]


def printed(code: str, leaflet: Leaflet) -> bytes:
    """The PDF of a school's leaflet. One that cannot be kept is given all the same."""
    path = _folder() / f"{code}-{leaflet.language}-{digest_of(leaflet)}.pdf"
    with suppress(OSError):
        return path.read_bytes()
    content = draw(leaflet)
    try:
        _keep(path, content, f"{code}-{leaflet.language}-*.pdf")
    except OSError:
        logger.exception("leaflet %s could not be kept: it is drawn at every request", path.name)
    return content


def _keep(path: Path, content: bytes, others: str) -> None:
    """Whole or not at all, instead of what was kept for this school and language before."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as write:
        write.write(content)
        write.flush()
        os.fsync(write.fileno())
    Path(write.name).replace(path)
    for other in path.parent.glob(others):
        if other != path:
            other.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "leaflets"
