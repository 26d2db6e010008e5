from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JournalConfig(AppConfig):
    name = "journal"
    verbose_name = _("Diario de clase")

    def ready(self) -> None:
        """Let the clock remind and close, and the post office ask what each family reads."""
        from journal.approving import sent_texts
        from journal.clock import remind_and_close
        from journal.own_data import journal_sections
        from notica.kinds import JOURNAL
        from notica.own_data.further import add_sections
        from notica.poller import add_part
        from notica.writing.own_texts import add_own_texts

        add_own_texts(JOURNAL, sent_texts)
        add_sections(journal_sections)
        add_part(remind_and_close)
