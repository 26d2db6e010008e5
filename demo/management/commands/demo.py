"""`manage.py demo [--once]`: a sample school, from its roster to the acuse."""

import secrets
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import translation
from rich.console import Console
from rich.progress import Progress

from demo import seeding, serving, showing, tour
from demo.sandbox import SandboxControl
from notica.crew import Crew
from notica.waiting import wait_for
from plumier.models import User


class Command(BaseCommand):
    help = "Un instituto de ejemplo: importa su matrícula, envía tres mensajes y cuenta qué ha sido de ellos."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="termina al acabar, sin servir las páginas")

    def handle(self, **options: Any) -> None:
        with translation.override("es"):
            sys.exit(self._tour(once=options["once"]))

    def _tour(self, *, once: bool) -> int:
        call_command("migrate", verbosity=0)
        console, control = Console(), SandboxControl()
        school = seeding.school()
        seeding.import_roster()
        cast = tour.cast_of(school)
        logins = seeding.staff(school, cast.groups[0])
        if control.runs:
            seeding.behave(school, control, cast.blocker)
        director = User.objects.get(username="directora")
        drafts = tour.drafts_of(school, cast, secrets.token_hex(8))
        showing.show_plans(console, tour.plans(drafts, director))
        port = 0 if once else serving.web_port()
        crew = Crew(settings.QUEUES, web=None if once else lambda: serving.web_job(port))
        crew.start()
        try:
            messages = tour.send_all(drafts, director)
            with Progress(console=Console(stderr=True), transient=True) as progress:
                task = progress.add_task("Enviando", total=None)
                show = lambda done, total: progress.update(task, completed=done, total=total or None)  # noqa: E731
                wait_for([message.pk for message in messages], show)
                acuses = tour.acuses_of(messages)
                wait_for(acuses, show)
            showing.show_results(console, messages)
            lost = tour.losses([*(message.pk for message in messages), *acuses], control)
            console.print("\n".join(lost) or "No se ha perdido nada.")
            if not once:
                showing.show_pages(console, f"http://{serving.HOST}:{port}", control.url, messages, logins)
                console.print("Ctrl-C para terminar.")
                crew.watch()
        except KeyboardInterrupt:
            return 0
        finally:
            crew.stop()
        return 1 if lost else 0
