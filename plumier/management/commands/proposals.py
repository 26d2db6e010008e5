"""`manage.py proposals --school CODE [--state STATE] [--json]`: changes of contacts that wait, or are in a state."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from rich.console import Console
from rich.table import Table

from plumier.models import ProposalState
from plumier.proposals.listing import described, listed
from plumier.refusals import Refused


class Command(BaseCommand):
    help = "Lista los cambios de contactos de un centro: los pendientes, o los de un estado."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--school", required=True, metavar="CODE", help="código del centro")
        parser.add_argument("--state", default="", metavar="STATE", help=", ".join(ProposalState.values))
        parser.add_argument("--json", action="store_true", help="en JSON, una línea por cambio")

    def handle(self, **options: Any) -> None:
        with translation.override("es"):
            try:
                rows = listed(options["school"], options["state"])
            except Refused as refusal:
                raise CommandError(str(refusal), returncode=2) from refusal
            if options["json"]:
                for row in described(rows):
                    self.stdout.write(json.dumps(row, ensure_ascii=False))
                return
            table = Table("id", "estado", "grupo", "expediente", "cambia", "entregado por")
            for row in described(rows):
                changes = [f"{slot} {value or '—'}" for slot, value in row["changes"].items()]
                changes += [row["registration"]] if row["registration"] else []
                who = f"{row['by']} {row['at'][:16]}"
                table.add_row(
                    str(row["id"]), row["state"], row["group"], row["expediente"], ", ".join(changes), who
                )
            console = Console(width=120)
            with console.capture() as printed:
                console.print(table)
            self.stdout.write(printed.get(), ending="")
