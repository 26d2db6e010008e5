"""`manage.py demo [--once]`: a sample school, from its roster to the acuse."""

import secrets
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import translation
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import Progress

from demo import seeding, showing, tour
from demo.absences import past_absences, this_morning
from demo.marks import marks
from demo.procedures import procedures
from demo.sandbox import SandboxControl
from demo.timetable import timetable
from notica import serving
from notica.crew import Crew, end_like_ctrl_c
from notica.drafts import Draft
from notica.linking.bots import needs_polling
from notica.linking.polling import poll_all
from notica.models import Message
from notica.waiting import wait_for, wait_for_acuses
from plumier.clock import database_now
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
        console, control, began = Console(), SandboxControl(), database_now()
        school = seeding.school()
        seeding.import_roster()
        cast = tour.cast_of(school)
        logins = seeding.staff(school, cast.groups)
        marks(school, cast.groups)
        timetable(school, cast.groups)
        past_absences(school, cast.groups)
        procedures(school, cast.groups)
        if control.runs:
            seeding.behave(school, control, cast.blocker)
        this_morning(school, cast.groups[0])
        port = None if once else serving.web_port()
        crew = Crew(
            settings.QUEUES,
            web=None if port is None else lambda: serving.web_job(port),
            bots=poll_all if port is not None and needs_polling() else None,
        )
        end_like_ctrl_c()
        crew.start()
        try:
            messages, lost = self._send(
                console, tour.drafts_of(school, cast, secrets.token_hex(8)), tour.since(began), control
            )
            if port is not None:
                showing.show_pages(console, f"http://{serving.HOST}:{port}", control.url, messages, logins)
                crew.watch()
        except KeyboardInterrupt:
            return 0
        finally:
            crew.stop()
        return 1 if lost else 0

    def _send(
        self, console: Console, drafts: list[Draft], before: list[int], control: SandboxControl
    ) -> tuple[list[Message], list[str]]:
        director = User.objects.get(username="directora")
        showing.show_plans(console, tour.plans(drafts, director))
        messages = tour.send_all(drafts, director)
        sent = [*before, *(message.pk for message in messages)]
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task(_("Enviando"), total=None)
            wait_for(sent, lambda done, total: progress.update(task, completed=done, total=total or None))
        acuses = wait_for_acuses(sent)
        showing.show_results(console, messages)
        lost = tour.losses([*sent, *acuses], control)
        console.print("\n".join(lost) or _("No se ha perdido nada."))
        return messages, lost
