"""What was sent of a child's journal, in the copy of what a school holds about somebody (requirement C9)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from journal.models import JournalText
from notica.own_data.sections import Row, Section
from plumier.family_access import Child
from plumier.models import Person


def journal_sections(person: Person, children: list[Child]) -> Iterator[Section]:
    """Of each child what has gone out; what its teachers write until then is not finished."""
    columns = [("student", _("Alumno")), ("group", _("Grupo")), ("day", _("Día")), ("text", _("Texto"))]
    found = JournalText.objects.filter(
        enrolment__student__in=[child.pk for child in children], send__isnull=False
    )
    rows: list[Row] = [
        (one.enrolment.student.person.full_name, one.journal.group.name, one.journal.day, one.text)
        for one in found.select_related("enrolment__student__person", "journal__group").order_by(
            "journal__day", "pk"
        )
    ]
    yield Section("journal", _("Diario de clase"), columns, rows)
