"""`manage.py send_message …`: a message from the command line, with its plan and its result."""

import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from django.core.management.base import BaseCommand

from notica import sending

WAYS = ("email", "telegram_tokapp", "sms")


class Command(BaseCommand):
    help = "Envía un mensaje a alumnos o familias y dice, persona por persona, qué ha sido de él."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--school", required=True, metavar="CODE", help="código del centro")
        parser.add_argument("--by", required=True, metavar="USERNAME", help="usuario que envía")
        whom = parser.add_mutually_exclusive_group(required=True)
        whom.add_argument("--group", nargs="+", action="extend", default=[], metavar="G")
        whom.add_argument("--expediente", nargs="+", action="extend", default=[], metavar="N")
        whom.add_argument("--everyone", action="store_true", help="todo el centro")
        parser.add_argument("--to", required=True, choices=("alumno", "familia"))
        parser.add_argument("--channel", required=True, choices=WAYS)
        parser.add_argument("--fallback", choices=("email",), help="correo si Telegram/TokApp falla")
        parser.add_argument("--text", required=True)
        parser.add_argument("--subject", default="")
        parser.add_argument("--attach", nargs="+", action="extend", default=[], metavar="FILE")
        parser.add_argument("--at", default="", metavar="ISO-TIME", help="cuándo; sin zona, la del centro")
        parser.add_argument("--dry-run", action="store_true", help="solo el plan, sin enviar")
        parser.add_argument("--wait", action="store_true", help="espera hasta el resultado")
        parser.add_argument("--json", action="store_true", help="un objeto JSON en la salida")

    def handle(self, **options: Any) -> None:
        sys.exit(sending.run(Namespace(**options)))
