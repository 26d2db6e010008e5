"""`manage.py bar_guardian …`: a court keeps a guardian from a child, from … until …"""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from plumier.actions import Bar, bar_guardian, find_guardianship
from plumier.clock import database_now, day_in
from plumier.models import Student
from plumier.refusals import Refused


class Command(BaseCommand):
    help = "Excluye a un tutor legal de un alumno por resolución judicial, o levanta la exclusión."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--school", required=True, metavar="CODE")
        parser.add_argument("--expediente", required=True, metavar="N")
        parser.add_argument("--guardian", required=True, metavar="padre|madre|tutor1|tutor2|DNI|NOMBRE")
        parser.add_argument("--from", dest="since", type=date.fromisoformat, metavar="AAAA-MM-DD")
        parser.add_argument(
            "--until", type=date.fromisoformat, metavar="AAAA-MM-DD", help="último día, incluido"
        )
        parser.add_argument("--reference", default="", help="documento judicial")
        parser.add_argument("--lift", action="store_true", help="levanta la exclusión")

    def handle(self, **options: Any) -> None:
        students = Student.objects.filter(school__code=options["school"], expediente=options["expediente"])
        student = students.select_related("person", "school").first()
        if student is None:
            raise CommandError(_("No hay ningún alumno con ese expediente en ese centro."), returncode=2)
        since = options["since"] or day_in(student.school, database_now())
        bar = None if options["lift"] else Bar(since, options["until"], options["reference"])
        try:
            tie = bar_guardian(find_guardianship(student, options["guardian"]), bar)
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        words = _("levantada") if bar is None else _("anotada")
        self.stdout.write(_("Exclusión %(done)s: %(guardian)s") % {"done": words, "guardian": tie.guardian})
