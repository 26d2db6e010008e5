"""`manage.py turn_year --school CODE --to YEAR [--prepare] [--dry-run] [--json]`: from one school year to the next."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plumier.clock import database_now, day_in
from plumier.models import School
from plumier.refusals import Refused
from plumier.years import ComingYear, Turn, prepare_year, preview_turn, turn_year


class Command(BaseCommand):
    help = "Pasa el centro al curso siguiente, que antes se prepara y recibe su listado de alumnado."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--school", required=True, metavar="CODE", help="código del centro")
        parser.add_argument("--to", required=True, metavar="YEAR", help="nombre del curso: 2027/2028")
        parser.add_argument("--prepare", action="store_true", help="crea el curso y no pasa a él")
        parser.add_argument(
            "--starts", type=date.fromisoformat, metavar="DAY", help="primer día (con --prepare)"
        )
        parser.add_argument(
            "--ends", type=date.fromisoformat, metavar="DAY", help="último día (con --prepare)"
        )
        parser.add_argument("--dry-run", action="store_true", help="solo dice qué cambiaría")
        parser.add_argument("--json", action="store_true", help="un objeto JSON en la salida, y nada más")

    def handle(self, **options: Any) -> None:
        school = School.objects.filter(code=options["school"]).first()
        if school is None:
            message = _("No hay ningún centro con el código %(code)s.") % {"code": options["school"]}
            raise CommandError(message, returncode=2)
        try:
            self._turn(school, options)
        except Refused as error:
            raise CommandError(str(error), returncode=2) from error

    def _turn(self, school: School, options: dict[str, Any]) -> None:
        today = day_in(school, database_now())
        if options["prepare"]:
            coming = ComingYear(options["to"], options["starts"], options["ends"])
            year = prepare_year(coming, school=school, by=None)
            self.stdout.write(_("Curso %(name)s preparado. Importe ahora su listado.") % {"name": year.name})
            return
        if options["dry_run"]:
            turn = preview_turn(school, options["to"], today)
        else:
            turn = turn_year(school, options["to"], by=None, today=today)
        self.stdout.write(
            json.dumps(turn.as_json(), ensure_ascii=False) if options["json"] else _in_words(turn)
        )


def _in_words(turn: Turn) -> str:
    lines = [
        f"{turn.before} → {turn.after}",
        _("Siguen: %(students)s") % {"students": _students(turn.staying)},
        _("Dejan de recibir mensajes: %(students)s") % {"students": _students(turn.leaving)},
        _("Nuevos: %(students)s") % {"students": _students(turn.arriving)},
        _("Grupos: %(number)d") % {"number": turn.groups},
    ]
    if turn.without_tutor:
        lines.append(_("Grupos sin tutor: %(names)s") % {"names": ", ".join(turn.without_tutor)})
    return "\n".join(lines)


def _students(number: int) -> str:
    return ngettext("%(number)d alumno", "%(number)d alumnos", number) % {"number": number}
