"""`manage.py load_holidays --school CODE --region ES-MC [--years 2026 2027]`: public holidays into a calendar."""

from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _

from plumier.clock import database_now, day_in
from plumier.commands import RefusingCommand, find_school
from plumier.school_days import load_holidays


class Command(RefusingCommand):
    help = "Añade los festivos de una región al calendario del centro; los propios se escriben en la administración."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--school", required=True, metavar="CODE", help="código del centro")
        parser.add_argument("--region", required=True, metavar="REGION", help="país y región: ES-MC, VN")
        parser.add_argument(
            "--years", type=int, nargs="+", metavar="YEAR", help="años; si faltan, este y el que viene"
        )

    def run(self, options: dict[str, Any]) -> None:
        school = find_school(options["school"])
        this = day_in(school, database_now()).year
        new = load_holidays(school, options["region"], options["years"] or [this, this + 1], by=None)
        self.stdout.write(_("Festivos nuevos: %(number)d") % {"number": new})
