from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SecretariaConfig(AppConfig):
    name = "secretaria"
    verbose_name = _("Secretaría")

    def ready(self) -> None:
        """Let the clock do what is due, and whoever asks for what is held about her have what is kept here."""
        from notica.own_data.further import add_sections
        from notica.poller import add_part
        from secretaria.bodies.own_data import bodies_sections
        from secretaria.transfers.own_data import transfer_sections
        from secretaria.transfers.reminding import remind_overdue

        for sections in (bodies_sections, transfer_sections):
            add_sections(sections)
        add_part(remind_overdue)
