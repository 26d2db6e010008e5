from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SecretariaConfig(AppConfig):
    name = "secretaria"
    verbose_name = _("Secretaría")

    def ready(self) -> None:
        """Let files of fees be imported, and the clock tell schools of their days with movement."""
        from notica.own_data.further import add_sections
        from notica.poller import add_part
        from secretaria.fees.importing import add_fees
        from secretaria.fees.own_data import fee_sections
        from secretaria.fees.reporting import report_some

        add_fees()
        add_sections(fee_sections)
        add_part(report_some)
