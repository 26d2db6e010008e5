"""`manage.py import_register FILE --school CODE [--kind KIND] [--year YEAR] [--dry-run] [--json]`."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rich.console import Console

from plumier.clock import database_now
from plumier.importing.actions import Ask, import_file
from plumier.importing.kinds import kind_names
from plumier.importing.printing import SHOWN_AT_MOST, SHOWN_IN_BRIEF, print_report
from plumier.importing.problems import RosterError
from plumier.importing.reading import open_file
from plumier.importing.runs import import_now
from plumier.importing.steps import ImportReport
from plumier.models import School


class Command(BaseCommand):
    help = "Importa un archivo (xlsx, csv o zip de OneRoster): entero, o nada si alguna fila tiene un error."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--school", required=True, metavar="CODE", help="código del centro")
        parser.add_argument(
            "--kind", default="", help=f"qué es: {', '.join(kind_names())}; si no, se adivina"
        )
        parser.add_argument(
            "--year", default="", help="curso académico, como 2026/2027; si no, el que está en curso"
        )
        parser.add_argument("--dry-run", action="store_true", help="solo dice qué cambiaría")
        parser.add_argument("--json", action="store_true", help="un objeto JSON en la salida, y nada más")

    def handle(self, **options: Any) -> None:
        school = School.objects.filter(code=options["school"]).first()
        if school is None:
            message = _("No hay ningún centro con el código %(code)s.") % {"code": options["school"]}
            raise CommandError(message, returncode=2)
        try:
            with open_file(options["file"]) as file:
                ask = Ask(options["kind"], options["year"], dry_run=options["dry_run"])
                report = _import(school, file, options["file"].name, ask)
        except RosterError as error:
            raise CommandError(str(error), returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))
        else:
            console = Console()
            with console.capture() as printed:
                most = SHOWN_IN_BRIEF if options["verbosity"] == 0 else SHOWN_AT_MOST
                print_report(report, console, dry_run=options["dry_run"], most=most)
            self.stdout.write(printed.get(), ending="")
        if report.errors:
            sys.exit(1)


def _import(school: School, file: BinaryIO, name: str, ask: Ask) -> ImportReport:
    now = database_now()
    if ask.dry_run:
        return import_file(school=school, content=file, ask=ask, now=now)
    return import_now(school, file, name, ask, now=now)[1]
