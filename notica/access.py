"""Who may write to whom, and who may read what came of it."""

from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from notica.choices import Audience
from notica.drafts import Draft
from notica.models import Message
from notica.refusals import NotAllowed
from plumier.access import (
    groups_visible_to,
    person_in,
    schools_led_by,
    schools_worked_in,
    students_visible_to,
    works_in,
)
from plumier.clock import day_in
from plumier.models import Group, Person, Staff, Student, User


def check_may_send(draft: Draft, *, by: User, today: date) -> None:
    """Raise NotAllowed unless this user may write to everybody whom the draft names.

    Directors and PAS write to the whole school, tutors to their group, staff to each other (C1–C3).
    """
    school = draft.school
    _check_of_school(draft)
    if schools_led_by(by, today).filter(pk=school.pk).exists():
        return
    if person_in(by, school, today) is None:
        raise NotAllowed(_("No trabaja en este centro: no puede enviar mensajes en él."))
    if draft.choice.to == Audience.STAFF:
        return
    if draft.choice.everyone:
        raise NotAllowed(_("Solo el equipo directivo y el PAS pueden escribir a todo el centro."))
    groups = groups_visible_to(by, today).filter(pk__in=draft.choice.groups)
    students = students_visible_to(by, today).filter(pk__in=draft.choice.students)
    if groups.count() < len(set(draft.choice.groups)) or students.count() < len(set(draft.choice.students)):
        raise NotAllowed(_("Solo puede escribir a los alumnos y familias de sus grupos."))


def may_still_send(message: Message, now: datetime) -> bool:
    """Whether who sent it is still somebody in that school; what the product sends itself always goes."""
    sender = message.sender
    if sender is None:
        return True
    employed = Staff.objects.filter(person=message.sender_person_id).exists()
    works = not employed or works_in(sender, message.school, day_in(message.school, now))
    return sender.is_active and works


def _check_of_school(draft: Draft) -> None:
    """Ids come from outside: each must be of the school in whose name it is sent."""
    choice, school = draft.choice, draft.school
    chosen = (
        (Group.objects.filter(school=school), choice.groups),
        (Student.objects.filter(school=school), choice.students),
        (Person.objects.filter(school=school, staff__isnull=False), choice.staff),
    )
    for known, wanted in chosen:
        if known.filter(pk__in=wanted).count() < len(set(wanted)):
            raise NotAllowed(_("Alguien de la selección no es de este centro."))


def messages_visible_to(user: User, today: date) -> QuerySet[Message]:
    """All of the schools this user leads, and her own in the schools where she works; all for a superuser."""
    if user.is_superuser:
        return Message.objects.all()
    led = Q(school__in=schools_led_by(user, today))
    return Message.objects.filter(led | Q(sender=user, school__in=schools_worked_in(user, today)))
