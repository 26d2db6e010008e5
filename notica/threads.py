"""What families and teachers write to each other (requirements D1–D5).

A thread begins with a family's message to one or several teachers. Each of them answers who wrote, and she may go on
with any of them; every later message names the first one. Nobody reads in a thread what was written to another.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from notica.actions import send
from notica.choices import Audience, Way
from notica.drafts import Choice, Draft
from notica.files import KeptFile
from notica.kinds import REPLY, SUBJECT_LENGTH, TO_TEACHER
from notica.letter_limits import check_length, check_limits
from notica.models import Message, Recipient
from notica.refusals import NotAllowed, Refused
from notica.thread_access import choice_of_writer
from plumier.access import family_person
from plumier.clock import day_in
from plumier.models import Person, School, SchoolPolicy, Student, User


@dataclass(frozen=True, slots=True)
class Letter:
    """What is written; `client_key` makes a repeated click one message."""

    text: str
    client_key: str
    subject: str = ""
    files: tuple[KeptFile, ...] = ()


@transaction.atomic
def write_to_teachers(
    student: Student, teachers: Sequence[Person], letter: Letter, *, by: User, now: datetime
) -> Message:
    """A family's message about a student, or her own, to some of her teachers: by e-mail and in Notica.

    Raises NotAllowed where `by` does not speak for the student or somebody does not teach her, TooMany where she has
    written too much, and Refused for all that `send` refuses.
    """
    return _from_family(student, [one.pk for one in teachers], letter, None, by=by, now=now)


@transaction.atomic
def write_back(
    began: Message, teachers: Sequence[Person], letter: Letter, *, by: User, now: datetime
) -> Message:
    """What who began the thread writes on, to some of those to whom it was begun. Refuses as `write_to_teachers`."""
    if began.kind != TO_TEACHER or began.in_reply_to_id is not None or began.student is None:
        raise NotAllowed(_("Solo puede seguir una conversación que empezó usted."))
    chosen = {one.pk for one in teachers}
    if Recipient.objects.filter(message=began, person__in=chosen).count() < len(chosen):
        raise NotAllowed(_("Alguien de los elegidos no está en esta conversación."))
    return _from_family(began.student, sorted(chosen), letter, began, by=by, now=now)


def _from_family(
    student: Student,
    teachers: Sequence[int],
    letter: Letter,
    began: Message | None,
    *,
    by: User,
    now: datetime,
) -> Message:
    school = student.school
    if not letter.text.strip():
        raise Refused(_("El mensaje está vacío. Escriba el texto."))
    if not teachers:
        raise Refused(_("Elija al menos un profesor."))
    check_length(letter.text)
    if not Message.objects.filter(sender=by, client_key=letter.client_key).exists():
        check_limits(school, len(teachers), by=by, now=now)
    draft = Draft(
        school=school,
        kind=TO_TEACHER,
        choice=Choice(Audience.STAFF, staff=tuple(teachers)),
        way=way_to_teachers(school),
        client_key=letter.client_key,
        body=letter.text,
        subject=letter.subject or (_again(began) if began else ""),
        files=letter.files,
        student=student,
        in_reply_to=began,
        writer=family_person(by, student, day_in(school, now)),
    )
    return send(draft, by=by, now=now)


@transaction.atomic
def answer(message: Message, letter: Letter, *, by: User, now: datetime) -> Message:
    """A teacher's answer to a family's message: to the one person who wrote it, by her own channel and in Mirador.

    Raises NotAllowed where the message did not come to `by` or its writer may not be written to any more, and Refused
    for all that `send` refuses.
    """
    if not letter.text.strip():
        raise Refused(_("La respuesta está vacía. Escriba el texto."))
    if message.kind != TO_TEACHER or message.student is None:
        raise NotAllowed(_("Solo puede responder a un mensaje que ha recibido."))
    began = message.in_reply_to or message
    draft = Draft(
        school=message.school,
        kind=REPLY,
        choice=choice_of_writer(began),
        way=_way(message.school, Way.TELEGRAM_TOKAPP, Way.EMAIL),
        client_key=letter.client_key,
        body=letter.text,
        subject=letter.subject or _again(began),
        student=message.student,
        in_reply_to=began,
    )
    return send(draft, by=by, now=now)


def way_to_teachers(school: School) -> Way:
    """By which way a family's letter goes out, beside its Notica copy."""
    return _way(school, Way.EMAIL)


def _way(school: School, *wanted: Way) -> Way:
    """The first of these that the school uses; Notica is everybody's."""
    used = SchoolPolicy.objects.get(school=school).channels
    return next((way for way in wanted if way in used), Way.NOTICA)


def _again(began: Message) -> str:
    """The subject of what is written on a message; empty where that has none."""
    return Truncator(f"Re: {began.subject}").chars(SUBJECT_LENGTH) if began.subject else ""


def thread_of(message: Message, people: Collection[int]) -> QuerySet[Message]:
    """The messages of the thread that this one stands in, oldest first: those that these people wrote or were sent."""
    began = message.in_reply_to_id or message.pk
    sent = Recipient.objects.filter(person__in=people, message__in=_all_of(began).values("pk"))
    own = Q(sender_person__in=people) | Q(pk__in=sent.values("message"))
    return _all_of(began).filter(own).order_by("created_at", "pk")


def _all_of(began: int) -> QuerySet[Message]:
    return Message.objects.filter(Q(pk=began) | Q(in_reply_to=began))
