"""`manage.py tokapp_roster --school CODE --out FILE [--format xlsx|csv] [--people …]`: the roster for TokApp."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notica.tokapp_roster.choosing import Exporter, Form, People, Wanted, chosen_people
from notica.tokapp_roster.making import make_roster
from plumier.clock import database_now, day_in
from plumier.commands import RefusingCommand, find_school
from plumier.refusals import Refused


class Command(RefusingCommand):
    help = "El listado de un centro que importa TokApp School, a un archivo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--school", required=True, metavar="CODE", help="código del centro")
        parser.add_argument("--out", required=True, metavar="FILE", type=Path, help="el archivo")
        parser.add_argument("--format", choices=Form.values, default=Form.XLSX.value)
        parser.add_argument(
            "--people", nargs="+", choices=People.values, default=People.values, help="de quiénes"
        )

    def run(self, options: dict[str, Any]) -> None:
        school, path = find_school(options["school"]), options["out"]
        wanted = Wanted(chosen_people(options["people"]), Form(options["format"]))
        exporter = Exporter(school, day_in(school, database_now()))
        try:
            made = make_roster(path, wanted, exporter, lambda chunk: None)
        except OSError as error:
            raise Refused(
                _("No se puede escribir %(path)s: %(why)s") % {"path": path, "why": error.strerror}
            ) from error
        words = ngettext(
            "Escrito %(path)s: %(number)d fila.", "Escrito %(path)s: %(number)d filas.", made.people
        )
        self.stdout.write(words % {"path": path, "number": made.people})
        if made.omitted:
            words = ngettext(
                "%(counter)s queda fuera: no tiene un móvil que sirva.",
                "%(counter)s quedan fuera: no tienen un móvil que sirva.",
                made.omitted,
            )
            self.stdout.write(words % {"counter": made.omitted})
