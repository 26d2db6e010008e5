"""`manage.py clock`: what happens by the clock alone, until interrupted."""

import contextlib
from typing import Any

from django.core.management.base import BaseCommand

from notica.poller import poll_forever


class Command(BaseCommand):
    help = "Despierta lo que vence, recoge lo interrumpido y cierra lo terminado, cada diez segundos."

    def handle(self, **options: Any) -> None:
        with contextlib.suppress(KeyboardInterrupt):
            poll_forever()
