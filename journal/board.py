"""How the journals of a day stand, class by class, for the desk and the board (requirement C9)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from journal.choices import JournalState
from journal.handing_in import due_of
from journal.models import Journal, JournalSend, JournalText
from plumier.models import Enrolment, Group, School

MISSING, WAITING, LATE, HANDED = "missing", "waiting", "late", "handed"
RETURNED, APPROVED, SENT = "returned", "approved", "sent"


@dataclass(frozen=True, slots=True)
class BoardLine:
    """A class: its journal if it has one, how it stands, and of how many texts how many are approved and sent."""

    group: Group
    tutor: str
    journal: Journal | None
    state: str
    texts: int = 0
    approved: int = 0
    sent: int = 0

    @property
    def is_late(self) -> bool:
        """Whether it was handed in past the hour, whatever became of it since."""
        return self.journal is not None and self.journal.is_late

    @property
    def to_approve(self) -> int:
        """Texts that wait."""
        return self.texts - self.approved

    @property
    def to_send(self) -> int:
        """Approved ones that have not gone out."""
        return self.approved - self.sent


def board_of(school: School, day: date, now: datetime) -> list[BoardLine]:
    """Every class of the year with pupils, by name; three queries."""
    is_over = due_of(school, day).is_late(now)
    pupils = Enrolment.objects.in_force(day).filter(group=OuterRef("pk"))
    groups = Group.objects.filter(Exists(pupils), school=school, year__is_current=True)
    counts = Journal.objects.filter(school=school, day=day).annotate(
        texts_all=Count("texts"),
        texts_approved=Count("texts", filter=Q(texts__approved_at__isnull=False)),
        texts_sent=Count("texts", filter=Q(texts__send__isnull=False)),
    )
    journals = {one.group_id: one for one in counts}
    found = []
    for group in groups.select_related("tutor").order_by("name", "pk"):
        tutor = group.tutor.full_name if group.tutor else ""
        journal = journals.get(group.pk)
        if journal is None:
            found.append(BoardLine(group, tutor, None, MISSING if is_over else WAITING))
            continue
        numbers = (journal.texts_all, journal.texts_approved, journal.texts_sent)
        found.append(BoardLine(group, tutor, journal, _state(journal, *numbers, is_over=is_over), *numbers))
    return found


def _state(journal: Journal, texts: int, approved: int, sent: int, *, is_over: bool) -> str:
    if journal.state == JournalState.RETURNED:
        return RETURNED
    if journal.state == JournalState.OPEN:
        return MISSING if is_over else WAITING
    if texts and sent == texts:
        return SENT
    if texts and approved == texts:
        return APPROVED
    return LATE if journal.is_late else HANDED


def counted(lines: Sequence[BoardLine]) -> list[tuple[str, str, int]]:
    """(state, in words, classes), of those that there are."""
    numbers = Counter(one.state for one in lines)
    words = {
        HANDED: _("Entregado"),
        LATE: _("Entregado tarde"),
        MISSING: _("Sin entregar"),
        WAITING: _("Aún por entregar"),
        RETURNED: _("Devuelto"),
        APPROVED: _("Aprobado"),
        SENT: _("Enviado"),
    }
    return [(state, word, numbers[state]) for state, word in words.items() if numbers[state]]


def sends_of(school: School, day: date) -> list[JournalSend]:
    """What has gone out of a day, newest first."""
    rows = JournalSend.objects.filter(school=school, day=day, message__isnull=False)
    return list(rows.select_related("message", "by").annotate(number=Count("texts")).order_by("-at", "-pk"))


def texts_of(journal: Journal) -> dict[int, JournalText]:
    """By enrolment."""
    rows = JournalText.objects.filter(journal=journal).select_related(
        "edited_by", "approved_by", "send__message"
    )
    return {row.enrolment_id: row for row in rows}
