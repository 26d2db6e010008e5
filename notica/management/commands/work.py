"""`manage.py work [QUEUE[:NUMBER] …]`: workers and the clock of this machine, until interrupted."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from notica.crew import Crew
from notica.models import Message

MOST_WORKERS = 64


class Command(BaseCommand):
    help = "Trabaja las colas indicadas, o todas, y lleva el reloj."

    def add_arguments(self, parser: ArgumentParser) -> None:
        names = ", ".join(settings.QUEUES)
        parser.add_argument(
            "queues",
            nargs="*",
            type=workers_of,
            metavar="QUEUE[:N]",
            help=_("%(names)s; con :N, N procesos para ella: sms:2") % {"names": names},
        )
        parser.add_argument("--no-clock", action="store_true", help="sin el reloj: otro proceso lo lleva")

    def handle(self, **options: Any) -> None:
        queues = [name for names in options["queues"] for name in names] or settings.QUEUES
        Message.objects.exists()  # says so now if the tables are not there
        Crew(queues, clock=not options["no_clock"]).serve()


def workers_of(text: str) -> list[str]:
    """The queue's name once for each of its workers: `sms:2` is two of `sms`."""
    name, colon, digits = text.partition(":")
    if name not in settings.QUEUES:
        raise ArgumentTypeError(
            _("no hay ninguna cola «%(name)s»: %(names)s")
            % {"name": name, "names": ", ".join(settings.QUEUES)}
        )
    if colon and not (digits.isascii() and digits.isdigit() and 1 <= int(digits) <= MOST_WORKERS):
        raise ArgumentTypeError(
            _("«%(text)s»: tras los dos puntos va un número del 1 al %(most)d")
            % {"text": text, "most": MOST_WORKERS}
        )
    return [name] * (int(digits) if colon else 1)
