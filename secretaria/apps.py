from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SecretariaConfig(AppConfig):
    name = "secretaria"
    verbose_name = _("Secretaría")

    def ready(self) -> None:
        """Say what the office holds about whoever asks."""
        from notica.own_data.further import add_sections
        from secretaria.diplomas.own_data import diploma_sections

        add_sections(diploma_sections)
