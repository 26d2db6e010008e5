from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AttendanceConfig(AppConfig):
    name = "attendance"
    verbose_name = _("Faltas")

    def ready(self) -> None:
        """Let files of absences be imported, and the clock send the notices that are due."""
        from attendance.importing import add_absences
        from attendance.notices import settle_some
        from attendance.own_data import attendance_sections
        from notica.own_data.further import add_sections
        from notica.poller import add_part

        add_absences()
        add_sections(attendance_sections)
        add_part(settle_some)
