"""Texts to begin from: a teacher's own and the school's (requirement C7)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from notica.kinds import SUBJECT_LENGTH
from notica.models import TextTemplate
from notica.refusals import NotAllowed, Refused
from notica.writing.placeholders import check
from plumier.access import schools_led_by, schools_worked_in
from plumier.clock import day_in
from plumier.models import School, User

NAME_LENGTH = 100
BODY_LENGTH = 20_000


@dataclass(frozen=True, slots=True)
class Text:
    """What a template holds, as it was typed."""

    name: str
    body: str
    subject: str = ""


def templates_for(user: User, school: School) -> QuerySet[TextTemplate]:
    """Her own in this school and the school's, by name; that she works there the caller has seen to."""
    return TextTemplate.objects.filter(Q(owner=user) | Q(owner__isnull=True), school=school).order_by(
        "name", "pk"
    )


def may_keep_shared(user: User, school: School, today: date) -> bool:
    """Whether the school's templates are hers to change."""
    return schools_led_by(user, today).filter(pk=school.pk).exists()


@transaction.atomic
def save_own(
    school: School, text: Text, *, template: TextTemplate | None = None, by: User, now: datetime
) -> TextTemplate:
    """Keep a template of her own, new or in the place of `template`. Raises Refused."""
    if not schools_worked_in(by, day_in(school, now)).filter(pk=school.pk).exists():
        raise NotAllowed(_("No trabaja en este centro: no puede guardar plantillas en él."))
    if template is not None and (template.owner_id != by.pk or template.school_id != school.pk):
        raise NotAllowed(_("Esta plantilla no es suya: no puede cambiarla."))
    return _save(template or TextTemplate(school=school, owner=by), text)


@transaction.atomic
def save_shared(
    school: School, text: Text, *, template: TextTemplate | None = None, by: User, now: datetime
) -> TextTemplate:
    """Keep a template of the school's, new or in the place of `template`. Raises Refused."""
    _check_leads(by, school, now)
    if template is not None and (template.owner_id is not None or template.school_id != school.pk):
        raise NotAllowed(_("Esta plantilla no es del centro: no puede cambiarla."))
    return _save(template or TextTemplate(school=school, owner=None), text)


@transaction.atomic
def delete_template(template: TextTemplate, *, by: User, now: datetime) -> None:
    """Delete one of her own, or one of the school's where she leads it. Raises NotAllowed. Twice is once."""
    if template.owner_id is None:
        _check_leads(by, template.school, now)
    elif template.owner_id != by.pk:
        raise NotAllowed(_("Esta plantilla no es suya: no puede cambiarla."))
    TextTemplate.objects.filter(pk=template.pk).delete()


def _check_leads(by: User, school: School, now: datetime) -> None:
    if not may_keep_shared(by, school, day_in(school, now)):
        raise NotAllowed(_("Las plantillas del centro las cambia el equipo directivo."))


def _save(template: TextTemplate, text: Text) -> TextTemplate:
    name, subject = " ".join(text.name.split()), " ".join(text.subject.split())
    body = text.body.replace("\r\n", "\n").strip()
    _check_room(name, subject, body)
    check((subject, body))
    others = TextTemplate.objects.filter(school=template.school, owner=template.owner, name=name)
    if others.exclude(pk=template.pk).exists():
        raise Refused(_("Ya hay una plantilla que se llama así. Póngale otro nombre."))
    template.name, template.subject, template.body = name, subject, body
    template.save()
    return template


def _check_room(name: str, subject: str, body: str) -> None:
    if not name:
        raise Refused(_("Póngale un nombre a la plantilla."))
    if not body:
        raise Refused(_("La plantilla está vacía. Escriba el texto."))
    if len(name) > NAME_LENGTH or len(subject) > SUBJECT_LENGTH or len(body) > BODY_LENGTH:
        raise Refused(_("Es demasiado largo. Acórtelo."))
