"""`manage.py clock`: what happens by the clock alone, until interrupted."""

from typing import Any

from django.core.management.base import BaseCommand

from notica.clockwork import keep_clock
from notica.models import Message


class Command(BaseCommand):
    help = "Despierta lo que vence, recoge lo interrumpido y cierra lo terminado, cada diez segundos."

    def handle(self, **options: Any) -> None:
        Message.objects.exists()  # says so now if the tables are not there
        keep_clock()
