from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SecretariaConfig(AppConfig):
    name = "secretaria"
    verbose_name = _("Secretaría")

    def ready(self) -> None:
        """What the clock does here, what can be imported, and what is held here about whoever asks."""
        from notica.own_data.further import add_sections
        from notica.poller import add_part
        from secretaria.bodies.own_data import bodies_sections
        from secretaria.diplomas.own_data import diploma_sections
        from secretaria.fees.importing import add_fees
        from secretaria.fees.own_data import fee_sections
        from secretaria.fees.reporting import report_some
        from secretaria.transfers.own_data import transfer_sections
        from secretaria.transfers.reminding import remind_overdue

        add_fees()
        for sections in (bodies_sections, diploma_sections, fee_sections, transfer_sections):
            add_sections(sections)
        for part in (remind_overdue, report_some):
            add_part(part)
