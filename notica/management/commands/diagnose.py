"""`manage.py diagnose PERSON --school CODE [--json]`: why messages do not arrive, check by check."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.utils import timezone
from django.utils.timezone import localtime

from notica.choices import channel_word
from notica.diagnosis.diagnosing import diagnose
from notica.diagnosis.facts import Diagnosis, Viewer
from notica.diagnosis.people import find_person
from notica.diagnosis.words import state_in_words
from plumier.clock import database_now
from plumier.commands import RefusingCommand, find_school
from plumier.models import Person, Student


class Command(RefusingCommand):
    help = "Dice por qué no le llegan los mensajes a una persona, y qué hay que corregir."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("person", metavar="PERSON", help="expediente, NRE, DNI, usuario o nombre")
        parser.add_argument("--school", required=True, metavar="CODE", help="código del centro")
        parser.add_argument("--json", action="store_true", help="un objeto JSON en la salida, y nada más")

    def run(self, options: dict[str, Any]) -> None:
        school = find_school(options["school"])
        people = Person.objects.filter(school=school).select_related("school__policy")
        with timezone.override(school.time_zone):
            self._tell(find_person(options["person"], people), as_json=options["json"])

    def _tell(self, person: Person, *, as_json: bool) -> None:
        found = diagnose(person, Viewer(True, Student.objects.all()), now=database_now())
        if as_json:
            self.stdout.write(json.dumps(_as_json(found), ensure_ascii=False, default=str))
            return
        self.stdout.write(str(found.person))
        for check in found.checks:
            self.stdout.write(f"{'✓' if check.passed else '✗'} {check.title}: {check.found}")
            if not check.passed and check.fix:
                self.stdout.write(f"    → {check.fix}")
        for reach in found.ways:
            self.stdout.write(f"{'✓' if reach.works else '✗'} {reach.way}: {' → '.join(reach.steps) or '—'}")
            for missing, fix in reach.missing:
                self.stdout.write(f"    {missing}" + (f" → {fix}" if fix else ""))
        for state in found.channels:
            self.stdout.write(f"{channel_word(state.channel)} · {state.address}: {state_in_words(state)}")
        for message in found.messages:
            self.stdout.write(
                f"{localtime(message.at):%d/%m/%Y %H:%M} · {message.subject} · {message.outcome}"
            )


def _as_json(found: Diagnosis) -> dict[str, object]:
    return {
        "person": str(found.person),
        "checks": [asdict(check) for check in found.checks],
        "ways": [asdict(reach) for reach in found.ways],
        "channels": [asdict(state) for state in found.channels],
        "messages": [asdict(message) for message in found.messages],
    }
