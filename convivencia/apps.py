from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConvivenciaConfig(AppConfig):
    name = "convivencia"
    verbose_name = _("Convivencia")

    def ready(self) -> None:
        """Let the clock tell of deadlines that have passed, and families have what is kept of their children."""
        from convivencia.disciplinary.deadlines import remind_some
        from convivencia.disciplinary.own_data import disciplinary_sections
        from convivencia.records.own_data import behaviour_sections
        from notica.own_data.further import add_sections
        from notica.poller import add_part

        for sections in (behaviour_sections, disciplinary_sections):
            add_sections(sections)
        add_part(remind_some)
