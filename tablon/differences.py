"""What is kept of a notice where somebody has written something else."""

from typing import Final, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tablon.models import Notice
from tablon.written import Written

_FIELDS: Final = ("title", "text", "readers", "starts_on", "ends_on")
_DAYS: Final = ("starts_on", "ends_on")


class Difference(NamedTuple):
    """A part of a notice, and what is kept of it now."""

    label: str
    now: str


def differences(notice: Notice, written: Written) -> list[Difference]:
    """All that is kept otherwise than it was written, in the order of the form. Two queries."""
    labels = {field.name: str(field.verbose_name).capitalize() for field in Notice._meta.fields}
    found = [
        Difference(labels[name], _words(notice, name))
        for name in _FIELDS
        if getattr(notice, name) != getattr(written, name)
    ]
    files = list(notice.files.all())
    if {(one.name, one.sha256) for one in files} != {(one.name, one.sha256) for one in written.files}:
        found.append(Difference(_("Ficheros"), ", ".join(one.name for one in files) or _("ninguno")))
    if notice.service_id is not None:
        places = set(notice.places.values_list("school", flat=True))
        if places != written.schools:
            found.append(Difference(_("En qué centros"), _number(len(places))))
    return found


def _words(notice: Notice, name: str) -> str:
    if name == "readers":
        return str(notice.get_readers_display())
    value = getattr(notice, name)
    return date_format(value, "SHORT_DATE_FORMAT") if name in _DAYS else str(value)


def _number(schools: int) -> str:
    return ngettext("%(number)s centro", "%(number)s centros", schools) % {"number": schools}
