"""The class journal, what of it goes to the families, and the day's reports (requirements C9, C12)."""

from journal.models.journals import Journal, JournalDay, JournalLine, JournalSend, JournalText, QuickPhrase
from journal.models.reports import DayReport, DayReportClass, DayReportIncident

__all__ = [
    "DayReport",
    "DayReportClass",
    "DayReportIncident",
    "Journal",
    "JournalDay",
    "JournalLine",
    "JournalSend",
    "JournalText",
    "QuickPhrase",
]
