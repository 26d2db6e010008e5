"""`manage.py report_absenteeism --school CODE --from DAY --to DAY [--over N] [--notify-as USER] [--out FILE]`."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from attendance.absenteeism import Figures, Period, figures_of, over, threshold_of
from attendance.absenteeism_book import absenteeism_book
from attendance.access import may_notify
from attendance.notifying import notify
from plumier.access import students_attended_by
from plumier.clock import database_now, day_in
from plumier.commands import RefusingCommand, find_school
from plumier.models import School, User
from plumier.refusals import Refused


class Command(RefusingCommand):
    help = "Alumnos con más de un porcentaje de faltas en un periodo: cuántos, en un libro, o notificados en Notica."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--school", required=True, metavar="CODE", help="código del centro")
        parser.add_argument(
            "--from", required=True, dest="first", metavar="DAY", help="primer día: 2026-11-01"
        )
        parser.add_argument("--to", required=True, dest="last", metavar="DAY", help="último día: 2026-11-30")
        parser.add_argument(
            "--over", type=int, metavar="PERCENT", help="más de este %%; si falta, el del centro"
        )
        parser.add_argument("--unjustified", action="store_true", help="solo cuentan las no justificadas")
        parser.add_argument(
            "--notify-as", metavar="USERNAME", help="notifica a dirección, tutores y PTSC en su nombre"
        )
        parser.add_argument("--out", type=Path, metavar="FILE", help="un libro de Excel")

    def run(self, options: dict[str, Any]) -> None:
        school = find_school(options["school"])
        period = _period(options, school)
        found = over(figures_of(school, period), period)
        words = ngettext(
            "%(number)d alumno con más del %(percent)d %% de faltas.",
            "%(number)d alumnos con más del %(percent)d %% de faltas.",
            len(found),
        )
        self.stdout.write(words % {"number": len(found), "percent": period.threshold})
        if options["out"]:
            _write(options["out"], absenteeism_book(found, period))
        if options["notify_as"]:
            self._notify(school, period, found, options["notify_as"])

    def _notify(self, school: School, period: Period, found: list[Figures], username: str) -> None:
        now = database_now()
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None or not may_notify(user, school, day_in(school, now)):
            raise Refused(
                _("«%(name)s» no puede notificar el absentismo de este centro.") % {"name": username}
            )
        # What is sent in her name is hers to read: nothing of a child from whom a court keeps her.
        seen = students_attended_by(user, day_in(school, now))
        hers = set(seen.order_by().values_list("pk", flat=True))
        found = [one for one in found if one.student_id in hers]
        report = notify(school, period, found, by=user, now=now)
        self.stdout.write(_("Personas notificadas: %(number)d") % {"number": report.told})


def _period(options: dict[str, Any], school: School) -> Period:
    try:
        first, last = (date.fromisoformat(options[name]) for name in ("first", "last"))
    except ValueError as error:
        raise Refused(_("Un día se escribe así: 2026-11-30.")) from error
    last = min(last, day_in(school, database_now()))  # what is still to come would make every share smaller
    threshold = threshold_of(school) if options["over"] is None else options["over"]
    if last < first or not 1 <= threshold <= 100:
        raise Refused(_("El último día es anterior al primero, o el porcentaje no está entre 1 y 100."))
    return Period(first, last, threshold, options["unjustified"])


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Refused(
            _("No se puede escribir %(path)s: %(why)s") % {"path": path, "why": error.strerror}
        ) from error
