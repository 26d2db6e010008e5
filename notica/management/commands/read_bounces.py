"""`manage.py read_bounces`: read the mails that came back now; 1 if a mailbox could not be read."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from channels_app.email.mailboxes import configured
from notica.bounces import read


class Command(BaseCommand):
    help = "Lee ya los correos devueltos de los buzones de BOUNCE_MAILBOX; solo, lo hace cada minuto."

    def handle(self, **options: Any) -> None:
        if not configured(settings.CHANNEL_ENVIRONMENT):
            self.stdout.write(_("No hay ningún buzón de devueltos: indíquelo en BOUNCE_MAILBOX."))
            return
        found = read()
        if found is None:
            self.stdout.write(_("Otro proceso los está leyendo ahora."))
            return
        for words, number in (
            (_("Dicen qué fue de un envío: %(number)d"), found.told),
            (_("No dicen nada de un envío: %(number)d"), found.nothing),
            (_("De envíos demasiado antiguos, no se les hace caso: %(number)d"), found.old),
            (_("Sin nuestra firma, no se les hace caso: %(number)d"), found.unsigned),
            (_("Ilegibles, apartados en la carpeta «unreadable»: %(number)d"), found.unreadable),
        ):
            self.stdout.write(words % {"number": number})
        if found.away:
            self.stderr.write(
                _("Buzones que no se han podido leer: %(number)d. El registro dice por qué.")
                % {"number": found.away}
            )
            sys.exit(1)
