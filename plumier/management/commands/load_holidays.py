"""`manage.py load_holidays --school CODE --region ES-MC [--years 2026 2027]`: public holidays into a calendar."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from plumier.clock import database_now, day_in
from plumier.models import School
from plumier.refusals import Refused
from plumier.school_days import load_holidays


class Command(BaseCommand):
    help = "Añade los festivos de una región al calendario del centro; los propios se escriben en la administración."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--school", required=True, metavar="CODE", help="código del centro")
        parser.add_argument("--region", required=True, metavar="REGION", help="país y región: ES-MC, VN")
        parser.add_argument(
            "--years", type=int, nargs="+", metavar="YEAR", help="años; si faltan, este y el que viene"
        )

    def handle(self, **options: Any) -> None:
        school = School.objects.filter(code=options["school"]).first()
        if school is None:
            message = _("No hay ningún centro con el código %(code)s.") % {"code": options["school"]}
            raise CommandError(message, returncode=2)
        this = day_in(school, database_now()).year
        try:
            new = load_holidays(school, options["region"], options["years"] or [this, this + 1], by=None)
        except Refused as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(_("Festivos nuevos: %(number)d") % {"number": new})
