"""`manage.py undo_import [NUMBER] --school CODE`: take back an import of the last day; without a number, list them."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from plumier.clock import database_now
from plumier.commands import RefusingCommand, find_school
from plumier.importing.runs import undo_now
from plumier.models import ImportRun
from plumier.refusals import Refused


class Command(RefusingCommand):
    help = "Deshace entera una importación del último día, si nada más ha cambiado lo que escribió."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", type=int, nargs="?", metavar="NUMBER", help="si falta, se enumeran")
        parser.add_argument("--school", required=True, metavar="CODE", help="código del centro")

    def run(self, options: dict[str, Any]) -> None:
        now = database_now()
        runs = ImportRun.objects.filter(school=find_school(options["school"])).order_by("-id")
        if options["number"] is None:
            for run in runs.filter(applied_at__gt=now - timedelta(hours=24)):
                self.stdout.write(
                    f"{run.pk}\t{run.applied_at:%Y-%m-%d %H:%M}\t{run.get_state_display()}\t{run}"
                )
            return
        found = runs.filter(pk=options["number"]).first()
        if found is None:
            raise Refused(_("El centro no tiene esa importación."))
        undo_now(found, by=None, now=now)
        self.stdout.write(_("Deshecho."))
