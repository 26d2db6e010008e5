"""`manage.py sweep_files`: forget old drafts and delete the files that nobody has any more, all of them now."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from notica.writing.sweeping import sweep_all


class Command(BaseCommand):
    help = "Olvida los borradores de hace más de 30 días y borra los ficheros que ya no tiene ningún mensaje."

    def handle(self, **options: Any) -> None:
        drafts, files = sweep_all()
        self.stdout.write(
            _("Borradores olvidados: %(drafts)d. Ficheros borrados: %(files)d.")
            % {"drafts": drafts, "files": files}
        )
