"""`manage.py create_accounts --school CODE [--group NAME …] [--who …] (--print FILE | --send)`: log-ins for people."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from plumier.accounts.actions import print_accounts, send_accounts
from plumier.accounts.making import Made, Result
from plumier.accounts.people import Selection, Who
from plumier.accounts.words import in_words
from plumier.clock import database_now
from plumier.models import Group, School
from plumier.privately import write_privately


class Command(BaseCommand):
    help = (
        "Abre cuentas al personal, las familias y el alumnado, con hojas de códigos o con enlaces por correo."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--school", required=True, metavar="CODE", help="código del centro")
        parser.add_argument("--group", action="append", default=[], metavar="NAME", help="solo este grupo")
        parser.add_argument(
            "--who", nargs="+", choices=[who.value for who in Who], default=[who.value for who in Who]
        )
        way = parser.add_mutually_exclusive_group(required=True)
        way.add_argument("--print", type=Path, metavar="FILE", help="hojas con los códigos, en PDF")
        way.add_argument(
            "--send", action="store_true", help="un correo con un enlace a quien tenga dirección"
        )
        parser.add_argument("--json", action="store_true", help="un objeto JSON en la salida, y nada más")

    def handle(self, **options: Any) -> None:
        selection = self._selection(options)
        if options["send"]:
            made, codes = send_accounts(selection, by=None, now=database_now())
        else:
            printed = print_accounts(selection, by=None, now=database_now())
            made, codes = printed.made, printed.cards
            try:
                write_privately(options["print"], printed.pdf)
            except OSError as error:
                raise CommandError(
                    _("No se puede escribir %(file)s.") % {"file": options["print"]}, returncode=2
                ) from error
        self.stdout.write(json.dumps(_as_json(made, codes)) if options["json"] else in_words(made, codes))

    def _selection(self, options: dict[str, Any]) -> Selection:
        school = School.objects.filter(code=options["school"]).first()
        if school is None:
            message = _("No hay ningún centro con el código %(code)s.") % {"code": options["school"]}
            raise CommandError(message, returncode=2)
        groups = dict(
            Group.objects.filter(school=school, year__is_current=True, name__in=options["group"]).values_list(
                "name", "pk"
            )
        )
        for name in options["group"]:
            if name not in groups:
                raise CommandError(
                    _("No hay ningún grupo «%(name)s» este curso.") % {"name": name}, returncode=2
                )
        return Selection(school, frozenset(Who(who) for who in options["who"]), frozenset(groups.values()))


def _as_json(made: Made, codes: int) -> dict[str, object]:
    return {**{result.value: made.counts.get(result, 0) for result in Result}, "codes": codes}
