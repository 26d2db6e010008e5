"""From whom a message in Notica is, in words."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.translation import gettext as _

from notica.kinds import TO_TEACHER, TRANSFER
from notica.models import Message
from plumier.models import Enrolment


def group_names(students: Iterable[int], today: date) -> dict[int, str]:
    """By student, the group in which she is today; those who are in none are left out."""
    rows = Enrolment.objects.in_force(today).filter(student__in=list(students), year__is_current=True)
    return dict(rows.values_list("student_id", "group__name"))


def from_words(message: Message, groups: Mapping[int, str]) -> str:
    """«Familia de Lucía Marín · 1º ESO A», or who else wrote it; `groups` are the students'."""
    if message.kind == TRANSFER and message.params.get("from"):
        return str(message.params["from"])  # the other school's office, by the school's name
    student, person = message.student, message.sender_person
    if message.kind != TO_TEACHER or student is None:
        if person is not None:
            return person.full_name
        return (
            message.sender.get_full_name() or message.sender.get_username()
            if message.sender
            else _("Sistema")
        )
    name = student.person.full_name
    who = name if student.person_id == message.sender_person_id else _("Familia de %(name)s") % {"name": name}
    group = groups.get(student.pk)
    return f"{who} · {group}" if group else who
