from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GradesConfig(AppConfig):
    name = "grades"
    verbose_name = _("Calificaciones")

    def ready(self) -> None:
        """Make files of marks known to the importer, and what is kept of a family to the copy that it may ask for."""
        from grades.importing import add_marks
        from grades.own_data import grades_sections
        from notica.own_data.further import add_sections

        add_marks()
        add_sections(grades_sections)
