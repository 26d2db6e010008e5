"""`manage.py run`: the web, the workers and the clock of a small school, until interrupted."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from notica import serving
from notica.crew import Crew, end_like_ctrl_c
from notica.models import Message


class Command(BaseCommand):
    help = "La web, los envíos y el reloj en esta máquina, hasta Ctrl-C."

    def handle(self, **options: Any) -> None:
        port = serving.web_port()
        crew = Crew(settings.QUEUES, web=lambda: serving.web_job(port))
        Message.objects.exists()  # says so now if the tables are not there
        end_like_ctrl_c()
        crew.start()
        self.stdout.write(_("En http://%(host)s:%(port)d · Ctrl-C para terminar.")
                          % {"host": serving.HOST, "port": port})  # fmt: skip
        try:
            crew.watch()
        except KeyboardInterrupt:
            crew.stop()
