from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SecretariaConfig(AppConfig):
    name = "secretaria"
    verbose_name = _("Secretaría")

    def ready(self) -> None:
        """Tell whoever asks what the school holds about her."""
        from notica.own_data.further import add_sections
        from secretaria.bodies.own_data import bodies_sections

        add_sections(bodies_sections)
