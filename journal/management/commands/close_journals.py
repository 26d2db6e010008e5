"""`manage.py close_journals [--school CODE]`: what the clock does by itself, for who wants it done now."""

from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _

from journal.clock import act, missing
from plumier.access import schools_using
from plumier.clock import database_now, day_in
from plumier.commands import RefusingCommand, find_school
from plumier.models import Procedure
from plumier.refusals import Refused


class Command(RefusingCommand):
    help = "Pasada la hora, avisa a la mesa de los grupos sin diario; antes, recuerda a sus tutores. Una vez al día."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--school", metavar="CODE", help="código del centro; si falta, todos")

    def run(self, options: dict[str, Any]) -> None:
        now = database_now()
        schools = schools_using(Procedure.JOURNAL).select_related("policy").order_by("pk")
        if options["school"]:
            schools = schools.filter(pk=find_school(options["school"]).pk)
            if not schools:
                raise Refused(_("Ese centro no lleva el diario de clase."))
        for school in schools:
            act(school, now=now)
            lacking = missing(school, day_in(school, now)).count()
            self.stdout.write(
                _("%(school)s: %(number)d grupos sin diario hoy") % {"school": school, "number": lacking}
            )
