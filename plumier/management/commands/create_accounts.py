"""`manage.py create_accounts --school CODE [--group NAME …] [--who …] (--print FILE | --send)`: log-ins for people."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from plumier.accounts.actions import print_accounts, send_accounts
from plumier.accounts.making import Made, Result
from plumier.accounts.people import Selection, Who
from plumier.accounts.words import in_words
from plumier.clock import database_now
from plumier.commands import RefusingCommand, find_groups, find_school
from plumier.privately import write_privately
from plumier.refusals import Refused

EVERYBODY = [who.value for who in Who]


class Command(RefusingCommand):
    help = (
        "Abre cuentas al personal, las familias y el alumnado, con hojas de códigos o con enlaces por correo."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--school", required=True, metavar="CODE", help="código del centro")
        parser.add_argument("--group", action="append", default=[], metavar="NAME", help="solo este grupo")
        parser.add_argument("--who", nargs="+", choices=EVERYBODY, default=EVERYBODY)
        way = parser.add_mutually_exclusive_group(required=True)
        way.add_argument("--print", type=Path, metavar="FILE", help="hojas con los códigos, en PDF")
        way.add_argument(
            "--send", action="store_true", help="un correo con un enlace a quien tenga dirección"
        )
        parser.add_argument("--json", action="store_true", help="un objeto JSON en la salida, y nada más")

    def run(self, options: dict[str, Any]) -> None:
        school = find_school(options["school"])
        groups = find_groups(school, options["group"])
        selection = Selection(school, frozenset(map(Who, options["who"])), groups)
        if options["send"]:
            made, codes = send_accounts(selection, by=None, now=database_now())
        else:
            made, codes = _print(selection, options["print"])
        self.stdout.write(json.dumps(_as_json(made, codes)) if options["json"] else in_words(made, codes))


@transaction.atomic
def _print(selection: Selection, file: Path) -> tuple[Made, int]:
    """Codes that nobody holds on paper are not kept either."""
    printed = print_accounts(selection, by=None, now=database_now())
    try:
        write_privately(file, printed.pdf)
    except OSError as error:
        raise Refused(_("No se puede escribir %(file)s.") % {"file": file}) from error
    return printed.made, printed.cards


def _as_json(made: Made, codes: int) -> dict[str, object]:
    return {**{result.value: made.counts.get(result, 0) for result in Result}, "codes": codes}
