"""The titles that wait at the office, and the workbook of them (requirement E6)."""

from collections.abc import Iterable
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from notica.choices import Outcome
from notica.marks import Mark, outcome_mark
from plumier.models import School, User
from plumier.workbooks import write_workbook
from secretaria.diplomas.access import diplomas_kept_by
from secretaria.diplomas.telling import results_of
from secretaria.models import Diploma

_WIDTHS: Final = (14, 36, 34, 14, 16, 14, 18)


def waiting_in(user: User, school: School, today: date) -> QuerySet[Diploma]:
    """Received and not collected, those who wait longest first."""
    rows = diplomas_kept_by(user, today).filter(school=school)
    waiting = rows.filter(received_at__isnull=False, collected_at__isnull=True)
    return waiting.select_related("batch", "student__person").order_by("received_at", "pk")


def waiting_after(rows: QuerySet[Diploma], after: int) -> QuerySet[Diploma]:
    """Those behind the title with this id."""
    last = rows.filter(pk=after).values_list("received_at", flat=True).first() if after else None
    if last is None:
        return rows
    return rows.filter(Q(received_at=last, pk__gt=after) | Q(received_at__gt=last))


def sms_marks(rows: Iterable[Diploma]) -> dict[int, Mark]:
    """By title, what came of the newest SMS to its student; none who was sent none, or whose SMS was taken back."""
    results = results_of(rows)
    return {
        pk: outcome_mark(one.outcome, one.reason)
        for pk, one in results.items()
        if one.outcome != Outcome.CANCELLED
    }


def waiting_book(rows: Iterable[Diploma], school: School) -> bytes:
    """In the language in force."""
    zone, named = ZoneInfo(school.time_zone), list(rows)
    marks = sms_marks(named)
    titles = [
        *(_("Expediente"), _("Alumno"), _("Título o enseñanza"), _("Curso"), _("Propuesta")),
        *(pgettext("diploma", "Recibido"), "SMS"),
    ]
    lines = (
        [
            one.student.expediente,
            one.student.person.full_name,
            one.batch.title,
            one.batch.year,
            one.batch.number,
            date_format(one.received_at.astimezone(zone), "SHORT_DATE_FORMAT") if one.received_at else "",
            marks[one.pk].word if one.pk in marks else _("sin avisar"),
        ]
        for one in named
    )
    return write_workbook(_("Títulos sin recoger"), [titles, *lines], _WIDTHS)
