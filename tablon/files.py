"""Files of notices, named in a form until they are saved."""

import os
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from django.core import signing

from notica.files import KeptFile, path_of
from plumier.models import User
from tablon.models import Notice

MOST_FILES: Final = 10
_SALT: Final = "tablon.files"


def packed(file: KeptFile, user: User) -> str:
    """A kept file as its form names it, for this user alone."""
    return signing.dumps({**asdict(file), "user": user.pk}, salt=_SALT, compress=True)


def unpacked(tokens: Sequence[str], user: User) -> tuple[list[KeptFile], list[str]]:
    """The files that a form names, and the names of those that are kept no more, as the form was open for a day.

    What this user's form did not say is no file.
    """
    found: list[KeptFile] = []
    gone: list[KeptFile] = []
    for token in tokens[:MOST_FILES]:
        try:
            said = signing.loads(token, salt=_SALT)
        except signing.BadSignature:
            continue
        if said.pop("user") == user.pk:
            file = KeptFile(**said)
            (found if _kept_on(file) else gone).append(file)
    return found, [file.name for file in gone]


def _kept_on(file: KeptFile) -> bool:
    """Whether it is still there; the clock, which deletes what no row has, then leaves it for another day."""
    try:
        os.utime(path_of(file.sha256))
    except FileNotFoundError:
        return False
    return True


def files_of(notice: Notice) -> list[KeptFile]:
    """The files that a notice has."""
    return [one.kept for one in notice.files.all()]
