"""`manage.py student_data --school CODE [--group NAME …] (--to USERNAME | --out FILE)`: a workbook of students."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notica.student_data.asking import ask_for
from notica.student_data.choosing import Selection, operator
from notica.student_data.making import make_workbook
from plumier.clock import database_now
from plumier.commands import RefusingCommand, find_groups, find_school
from plumier.models import School, User
from plumier.refusals import Refused


class Command(RefusingCommand):
    help = "Un libro de Excel con los datos de los alumnos y el estado de sus canales, por correo o a un archivo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--school", required=True, metavar="CODE", help="código del centro")
        parser.add_argument("--group", nargs="+", action="extend", default=[], metavar="NAME")
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--to", metavar="USERNAME", help="quién lo recibe por correo, con lo que ella ve")
        where.add_argument("--out", metavar="FILE", type=Path, help="un archivo, con todo")

    def run(self, options: dict[str, Any]) -> None:
        school = find_school(options["school"])
        groups = find_groups(school, options["group"])
        selection = Selection(groups=groups, everyone=not groups)
        if options["to"]:
            self._ask(selection, school, options["to"])
        else:
            self._write(selection, school, options["out"])

    def _ask(self, selection: Selection, school: School, username: str) -> None:
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise Refused(_("No hay ningún usuario «%(name)s».") % {"name": username})
        ask_for(selection, school, by=user, now=database_now())
        self.stdout.write(_("Se está preparando: llegará por correo a %(name)s.") % {"name": username})

    def _write(self, selection: Selection, school: School, path: Path) -> None:
        try:
            number = make_workbook(path, selection, operator(school), lambda chunk: None)
        except OSError as error:
            raise Refused(
                _("No se puede escribir %(path)s: %(why)s") % {"path": path, "why": error.strerror}
            ) from error
        words = ngettext(
            "Escrito %(path)s: %(number)d alumno.", "Escrito %(path)s: %(number)d alumnos.", number
        )
        self.stdout.write(words % {"path": path, "number": number})
