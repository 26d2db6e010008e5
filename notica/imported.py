"""People whom an import made and who have been written to since: it is no longer undone without a trace."""

from django.utils.translation import gettext as _

from notica.models import Message, Recipient
from plumier.models import ImportRun


def written_to(run: ImportRun, made: dict[str, list[int]]) -> list[str]:
    """A sentence if a message since the import went to somebody it made; looked for in those messages alone."""
    people, students = made.get("plumier_person", []), made.get("plumier_student", [])
    since = Message.objects.filter(school=run.school_id, created_at__gte=run.applied_at).values("pk")
    rows = Recipient.objects.filter(message__in=since)
    if rows.filter(person__in=people).exists() or rows.filter(family_of__in=students).exists():
        return [_("ya se ha escrito a personas que trajo")]
    return []
