from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GradesConfig(AppConfig):
    name = "grades"
    verbose_name = _("Calificaciones")

    def ready(self) -> None:
        """Make files of marks known to the importer."""
        from grades.importing import add_marks

        add_marks()
