"""`manage.py check_consistency`: rows whose parents are missing; exit code 1 if there are any."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from notica.consistency import orphans


class Command(BaseCommand):
    help = "Busca filas de los envíos cuyo envío, destinatario, persona o cuenta ya no existe."

    def handle(self, **options: Any) -> None:
        found = orphans()
        for one in found:
            self.stdout.write(
                _("%(table)s: a %(number)d filas les falta lo que nombra %(column)s.")
                % {"table": one.table, "number": one.number, "column": one.column}
            )
        if found:
            sys.exit(1)
        self.stdout.write(_("Todas las filas están completas."))
