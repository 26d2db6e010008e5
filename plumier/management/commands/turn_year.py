"""`manage.py turn_year --school CODE --to YEAR [--prepare] [--dry-run] [--json]`: from one school year to the next."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plumier.clock import database_now, day_in
from plumier.commands import RefusingCommand, find_school
from plumier.years import ComingYear, Turn, prepare_year, preview_turn, turn_year


class Command(RefusingCommand):
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

    def run(self, options: dict[str, Any]) -> None:
        school = find_school(options["school"])
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
