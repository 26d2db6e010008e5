"""The zip of a OneRoster export: which files it has, and their rows."""

import csv
import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from plumier.importing.problems import RosterError
from plumier.importing.recognising_files import ZIP_ERRORS, check_archive

VERSIONS = ("1.1", "1.2")
_NEEDED = ("users", "classes", "enrollments")
_MOST_ROWS = 2_000_000

Line = tuple[int, dict[str, str]]


def is_oneroster(file: BinaryIO) -> bool:
    """Say whether a file is a zip with OneRoster's own list of files."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            return any(posixpath.basename(name) == "manifest.csv" for name in archive.namelist())
    except ZIP_ERRORS:
        return False
    finally:
        file.seek(0)


@dataclass(frozen=True, slots=True)
class Export:
    """An opened export, with the members of its zip by the names of OneRoster's files."""

    archive: zipfile.ZipFile
    members: dict[str, str]
    version: str

    def rows(self, name: str) -> Iterator[Line]:
        """Give the rows of one of its files that are in force, with their line numbers; none if it is absent.

        Raises `RosterError` where the file is no CSV in UTF-8, or one of changes only.
        """
        if name not in self.members:
            return
        try:
            with self.archive.open(self.members[name]) as binary:
                text = io.TextIOWrapper(binary, encoding="utf-8-sig", newline="")
                for number, row in enumerate(csv.DictReader(text), start=2):
                    if number > _MOST_ROWS:
                        raise RosterError(
                            _("El archivo %(file)s tiene demasiadas filas.") % {"file": f"{name}.csv"}
                        )
                    line = {key: (value or "").strip() for key, value in row.items() if isinstance(key, str)}
                    if line.get("status", "").lower() not in ("tobedeleted", "inactive"):
                        yield number, line
        except (*ZIP_ERRORS, csv.Error) as error:
            raise RosterError(
                _("El archivo %(file)s del zip está dañado o no está en UTF-8.") % {"file": f"{name}.csv"}
            ) from error


def open_export(file: BinaryIO) -> Export:
    """Open an export. Raises `RosterError` for another version, for changes only, and for what is missing."""
    file.seek(0)
    try:
        archive = zipfile.ZipFile(file)
    except ZIP_ERRORS as error:
        raise RosterError(_("El zip de OneRoster está dañado y no se puede abrir.")) from error
    check_archive(archive)
    members = {
        posixpath.basename(name).removesuffix(".csv"): name
        for name in archive.namelist()
        if name.endswith(".csv") and not name.startswith("__MACOSX/")
    }
    manifest = {
        line.get("propertyName", ""): line.get("value", "")
        for _number, line in Export(archive, members, "").rows("manifest")
    }
    version = manifest.get("oneroster.version", "")
    if version not in VERSIONS:
        raise RosterError(
            _("El zip es de OneRoster %(version)s: se leen la 1.1 y la 1.2.") % {"version": version or "?"}
        )
    modes = {
        key.removeprefix("file."): value.lower() for key, value in manifest.items() if key.startswith("file.")
    }
    if "delta" in modes.values():
        raise RosterError(
            _(
                "El zip de OneRoster trae solo los cambios (delta): expórtelo entero (bulk), que no borra a nadie."
            )
        )
    present = {name: member for name, member in members.items() if modes.get(name, "bulk") == "bulk"}
    missing = [f"{name}.csv" for name in _NEEDED if name not in present]
    if missing:
        raise RosterError(_("Al zip de OneRoster le faltan: %(files)s.") % {"files": ", ".join(missing)})
    return Export(archive, present, version)
