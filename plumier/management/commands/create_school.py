"""`manage.py create_school CODE NAME …`: a school with its policy."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from plumier.actions import NewSchool, create_school
from plumier.models import SchoolKind
from plumier.models.schools import Language, PhoneRegion
from plumier.refusals import Refused


def quiet_hours(typed: str) -> tuple[time, time] | None:
    """«22:00-06:00», or «none»."""
    if typed == "none":
        return None
    try:
        start, end = (time.fromisoformat(part.strip()) for part in typed.split("-"))
    except ValueError as error:
        raise ArgumentTypeError(_("escriba las horas así: 22:00-06:00, o none")) from error
    return start, end


class Command(BaseCommand):
    help = "Crea un centro con su política de comunicación."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", metavar="CODE", help="código del centro")
        parser.add_argument("name", metavar="NAME", help="nombre del centro")
        parser.add_argument("--kind", choices=SchoolKind.values, default=SchoolKind.PUBLIC)
        parser.add_argument("--region", choices=PhoneRegion.values, default=PhoneRegion.SPAIN)
        parser.add_argument("--time-zone", default="", help="la de la región si no se indica")
        parser.add_argument("--language", choices=Language.values, default="")
        parser.add_argument("--quiet-hours", type=quiet_hours, default=None, metavar="22:00-06:00|none")

    def handle(self, **options: Any) -> None:
        new = NewSchool(
            code=options["code"],
            name=options["name"],
            kind=options["kind"],
            region=options["region"],
            time_zone=options["time_zone"],
            language=options["language"],
            quiet=options["quiet_hours"],
        )
        try:
            school = create_school(new)
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        self.stdout.write(_("Centro %(code)s creado: %(name)s") % {"code": school.code, "name": school.name})
