"""`manage.py report_fees [--date DAY] [--school CODE]`: the reports of fees that are due, as the clock makes them."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from plumier.clock import database_now
from plumier.commands import RefusingCommand, find_school
from plumier.refusals import Refused
from secretaria.fees.reporting import due, report


class Command(RefusingCommand):
    help = "Envía los informes de tasas pendientes: de cada día ya terminado con movimientos, una sola vez."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--date", metavar="DAY", help="hasta este día, incluido: 2026-11-27")
        parser.add_argument("--school", metavar="CODE", help="solo este centro")

    def run(self, options: dict[str, Any]) -> None:
        school = find_school(options["school"]) if options["school"] else None
        now = database_now()
        sent = [report(pk, day, now) for pk, day in due(now, _day(options["date"]), school)]
        number = sum(one is not None for one in sent)
        self.stdout.write(_("Informes de tasas enviados: %(number)d") % {"number": number})


def _day(typed: str | None) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError as error:
        raise Refused(_("Un día se escribe así: 2026-11-30.")) from error
