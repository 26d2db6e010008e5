from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SecretariaConfig(AppConfig):
    name = "secretaria"
    verbose_name = _("Secretaría")

    def ready(self) -> None:
        """Let the clock do what is due, and what somebody asks for about herself have what is kept here."""
        from notica.own_data.further import add_sections
        from notica.poller import add_part
        from secretaria.transfers.own_data import transfer_sections
        from secretaria.transfers.reminding import remind_overdue

        add_sections(transfer_sections)
        add_part(remind_overdue)
