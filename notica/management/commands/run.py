"""`manage.py run`: the web, the workers and the clock of a small school, until interrupted."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from notica import serving
from notica.crew import Crew
from notica.linking.bots import needs_polling
from notica.linking.polling import poll_all
from notica.models import Message


class Command(BaseCommand):
    help = "La web, los envíos y el reloj en esta máquina, hasta Ctrl-C."

    def handle(self, **options: Any) -> None:
        port = serving.web_port()
        Message.objects.exists()  # says so now if the tables are not there
        where = _("En http://%(host)s:%(port)d · Ctrl-C para terminar.") % {
            "host": serving.HOST,
            "port": port,
        }
        ending = _("Terminando: los envíos en curso acaban antes, en poco más de un minuto a lo sumo.")
        bots = poll_all if needs_polling() else None
        crew = Crew(settings.QUEUES, web=lambda: serving.web_job(port), bots=bots)
        crew.serve(lambda: self._say(where), lambda: self._say(ending))

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
