"""`manage.py work [QUEUE …]`: workers and the clock of this machine, until interrupted."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from notica.crew import Crew, end_like_ctrl_c
from notica.models import Message


class Command(BaseCommand):
    help = "Trabaja las colas indicadas, o todas, y lleva el reloj."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("queues", nargs="*", metavar="QUEUE", help=", ".join(settings.QUEUES))
        parser.add_argument("--no-clock", action="store_true", help="sin el reloj: otro proceso lo lleva")

    def handle(self, **options: Any) -> None:
        crew = Crew(options["queues"] or settings.QUEUES, clock=not options["no_clock"])
        Message.objects.exists()  # says so now if the tables are not there
        end_like_ctrl_c()
        crew.start()
        try:
            crew.watch()
        except KeyboardInterrupt:
            crew.stop()
