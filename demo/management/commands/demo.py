"""`manage.py demo [--once]`: two sample schools, from their rosters to the acuse."""

import secrets
import sys
from argparse import ArgumentParser
from datetime import datetime
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
from demo.hanoi import seeding as hanoi
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
    help = "Dos centros de ejemplo: importa sus matrículas, envía sus mensajes y cuenta qué ha sido de ellos."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="termina al acabar, sin servir las páginas")

    def handle(self, **options: Any) -> None:
        with translation.override("es"):
            sys.exit(self._tour(once=options["once"]))

    def _tour(self, *, once: bool) -> int:
        call_command("migrate", verbosity=0)
        console, control, began = Console(), SandboxControl(), database_now()
        cast, logins = self._seed(control)
        port = None if once else serving.web_port()
        crew = Crew(
            settings.QUEUES,
            web=None if port is None else lambda: serving.web_job(port),
            bots=poll_all if port is not None and needs_polling() else None,
        )
        end_like_ctrl_c()
        crew.start()
        try:
            drafts = tour.drafts_of(cast.groups[0].school, cast, secrets.token_hex(8))
            messages, lost = self._send(console, drafts, began, control)
            if port is not None:
                showing.show_pages(console, f"http://{serving.HOST}:{port}", control.url, messages, logins)
                crew.watch()
        except KeyboardInterrupt:
            return 0
        finally:
            crew.stop()
        return 1 if lost else 0

    def _seed(self, control: SandboxControl) -> tuple[tour.Cast, dict[str, list[seeding.Login]]]:
        """Both schools, and by the name of each who logs in there."""
        school = seeding.school()
        seeding.import_roster()
        cast = tour.cast_of(school)
        logins = {school.name: seeding.staff(school, cast.groups)}
        marks(school, cast.groups)
        timetable(school, cast.groups)
        past_absences(school, cast.groups)
        procedures(school, cast.groups)
        second, staff = hanoi.register()
        logins[second.name] = staff
        if control.runs:
            seeding.behave([school, second], control, cast.blocker)
        this_morning(school, cast.groups[0])
        hanoi.life(second)
        return cast, logins

    def _send(
        self, console: Console, drafts: list[Draft], began: datetime, control: SandboxControl
    ) -> tuple[list[Message], list[str]]:
        director = User.objects.get(username="directora")
        showing.show_plans(console, tour.plans(drafts, director))
        messages = tour.send_all(drafts, director)
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task(_("Enviando"), total=None)
            wait_for(
                tour.since(began),
                lambda done, total: progress.update(task, completed=done, total=total or None),
            )
        wait_for_acuses(tour.since(began))
        # What the clock told meanwhile counts too.
        wait_for(tour.since(began))
        showing.show_results(console, [*messages, *tour.told_families(began)])
        lost = tour.losses(tour.since(began), control)
        for line in (*showing.waiting_words(tour.waiting(tour.since(began))), *lost):
            console.print(line, soft_wrap=True, markup=False, highlight=False)
        if not lost:
            console.print(_("No se ha perdido nada."))
        return messages, lost
