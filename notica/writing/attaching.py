"""Files put to a draft: looked at by content, checked, and kept privately (requirement B2)."""

import hashlib
import logging
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from notica.files import KeptFile, take_in
from notica.models import KeptDraft, KeptDraftFile
from notica.refusals import Refused
from notica.writing.file_types import ENDINGS, FileType, check_ending, type_of
from notica.writing.keeping import locked_draft, touch
from plumier.models import User

logger = logging.getLogger(__name__)
# A mail grows by a third on its way (base64), and most servers turn away more than 25 to 35 MB.
MOST_BYTES: Final = 10 * 1024 * 1024
MOST_BYTES_ALL: Final = 2 * MOST_BYTES
MOST_FILES: Final = 10
ACCEPT: Final = ",".join(f".{ending}" for ending in ENDINGS)  # for the page's file chooser
_STEM_LENGTH: Final = 100  # characters, so that every mail program shows the ending too
_FORBIDDEN: Final = re.compile(r'[<>:"|?*\\/]')


def add_file(kept: KeptDraft, upload: "UploadedFile[bytes]", *, by: User, now: datetime) -> KeptDraftFile:
    """Keep an uploaded file with its draft. Raises Refused with what is wrong with it."""
    if (upload.size or 0) > MOST_BYTES:
        raise Refused(_too_large())
    with _laid_aside(upload.chunks()) as (path, size, sha256):
        found = _looked_at(path, upload.name or "")
        with transaction.atomic():
            locked = locked_draft(kept, seen=None, by=by)
            name = _room_for(locked, found.name, size)
            file = KeptDraftFile.objects.create(
                draft=locked, name=name, content_type=found.content_type, size=size, sha256=sha256
            )
            touch(locked, now)
            locked.save(update_fields=["version", "updated_at"])
            take_in(path, sha256)
    return file


def keep_upload(upload: "UploadedFile[bytes]") -> KeptFile:
    """Keep an uploaded file that no draft has, for who will say where it belongs. Raises Refused.

    The clock deletes it after a day where no row has it by then.
    """
    if (upload.size or 0) > MOST_BYTES:
        raise Refused(_too_large())
    with _laid_aside(upload.chunks()) as (path, size, sha256):
        found = _looked_at(path, upload.name or "")
        take_in(path, sha256)
    return KeptFile(found.name, found.content_type, size, sha256)


@transaction.atomic
def remove_file(file: KeptDraftFile, *, by: User, now: datetime) -> None:
    """Take a file from its draft; the clock deletes it where nothing else has it. Twice is once."""
    locked = locked_draft(file.draft, seen=None, by=by)
    if KeptDraftFile.objects.filter(pk=file.pk, draft=locked).delete()[0]:
        touch(locked, now)
        locked.save(update_fields=["version", "updated_at"])


def _too_large() -> str:
    return _("El fichero es demasiado grande: el máximo es %(most)s.") % {"most": filesizeformat(MOST_BYTES)}


def _room_for(locked: KeptDraft, name: str, size: int) -> str:
    """The name it gets beside the others. Raises Refused where there is no room for it."""
    others = list(locked.files.all())
    if len(others) >= MOST_FILES:
        raise Refused(_("Solo caben %(most)d ficheros. Quite alguno.") % {"most": MOST_FILES})
    if sum(one.size for one in others) + size > MOST_BYTES_ALL:
        raise Refused(
            _("Entre todos, los ficheros pasan de %(most)s. Quite alguno o envíelos en dos mensajes.")
            % {"most": filesizeformat(MOST_BYTES_ALL)}
        )
    return unlike(name, {one.name for one in others})


@contextmanager
def _laid_aside(chunks: Iterable[bytes]) -> Iterator[tuple[Path, int, str]]:
    """The upload on disk, its size and hash; gone at the end unless it was taken in. Never more than may be kept."""
    root = Path(settings.DATA_DIR) / "attachments"
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=root, delete=False) as write:
        path = Path(write.name)
        try:
            for chunk in chunks:
                size += len(chunk)
                if size > MOST_BYTES:
                    raise Refused(_too_large())
                digest.update(chunk)
                write.write(chunk)
            write.flush()
            os.fsync(write.fileno())
            yield path, size, digest.hexdigest()
        finally:
            path.unlink(missing_ok=True)


def _looked_at(path: Path, name: str) -> KeptFile:
    """Its clean name and its type. Raises Refused."""
    found = type_of(path)
    clean = clean_name(name, found)
    _check(path)
    content_type = "text/csv" if clean.lower().endswith(".csv") else found.content_type
    return KeptFile(clean, content_type, 0, "")


def clean_name(name: str, found: FileType) -> str:
    """A name that is safe anywhere, ended as what the file is. Raises Refused where its ending says otherwise."""
    plain = unicodedata.normalize("NFC", name.replace("\\", "/"))
    plain = "".join(letter for letter in plain if unicodedata.category(letter)[0] != "C" or letter in "\t\n")
    last = " ".join(PurePosixPath(plain).name.split())
    stem, dot, ending = last.rpartition(".")
    if not dot:
        stem, ending = last, found.endings[0]
    check_ending(ending)
    if ending.lower() not in found.endings:
        raise Refused(
            _("Su nombre dice que es %(said)s y por dentro es %(found)s. Adjunte el fichero original.")
            % {"said": ending[:10], "found": found.endings[0]}
        )
    stem = _FORBIDDEN.sub("_", stem).strip(" .")[:_STEM_LENGTH].strip(" .")
    return f"{stem or _('fichero')}.{ending}"


def unlike(name: str, others: set[str]) -> str:
    """The name, numbered where another file has it."""
    stem, _dot, ending = name.rpartition(".")
    number, found = 1, name
    while found in others:
        number += 1
        found = f"{stem} ({number}).{ending}"
    return found


def _check(path: Path) -> None:
    """Ask every check; one that cannot answer lets nothing by."""
    for check in settings.FILE_CHECKS:
        try:
            reason = import_string(check)(path)
        except Exception as error:
            logger.exception("the check %s of a file broke", check)
            raise Refused(
                _(
                    "Ahora no se puede comprobar si el fichero es seguro. Inténtelo más tarde o envíe el texto sin él."
                )
            ) from error
        if reason:
            raise Refused(_("El fichero no es seguro: %(reason)s.") % {"reason": reason})
