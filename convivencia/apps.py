from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConvivenciaConfig(AppConfig):
    name = "convivencia"
    verbose_name = _("Convivencia")

    def ready(self) -> None:
        """Have what is kept of a pupil in the copy that her family asks for."""
        from convivencia.records.own_data import behaviour_sections
        from notica.own_data.further import add_sections

        add_sections(behaviour_sections)
