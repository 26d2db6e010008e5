"""People whom an import made and who have been written to since: it is no longer undone without a trace."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from notica.models import Message, Recipient
from notica.wakeups import FAN_OUT, JOB_TIMEOUTS
from plumier.importing.undoing import made_by
from plumier.models import ImportRun, Person, Student

# A fan-out tells the time at which it began.
_AS_LONG_AS_A_FAN_OUT: Final = timedelta(seconds=JOB_TIMEOUTS[FAN_OUT])


def written_to(run: ImportRun) -> Iterator[str]:
    """A sentence if a message since the import went to somebody it made.

    Looked for in the messages alone that found their recipients since then, whenever they were written and
    whoever wrote them: a service of the Consejería writes to people of several schools.
    """
    if run.applied_at is None:
        return
    earliest = run.applied_at - _AS_LONG_AS_A_FAN_OUT
    since = Message.objects.filter(Q(fanned_out_at__gte=earliest) | Q(fanned_out_at=None))
    rows = Recipient.objects.filter(message__in=since.values("pk"), school=run.school_id)
    people, students = (
        rows.filter(person__in=made_by(run, Person)),
        rows.filter(family_of__in=made_by(run, Student)),
    )
    if people.exists() or students.exists():
        yield _("ya se ha escrito a personas que trajo")
