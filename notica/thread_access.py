"""Who may write to whom between a family and its teachers (requirements D1–D5)."""

from datetime import date

from django.utils.translation import gettext as _

from notica.choices import Audience
from notica.drafts import Choice, Draft
from notica.kinds import REPLY, TO_TEACHER
from notica.models import Message, Recipient
from notica.refusals import NotAllowed
from plumier.access import family_person, staff_persons_of, teachers_of
from plumier.models import Enrolment, Guardianship, Student, User


def check_letter(draft: Draft, *, by: User, today: date) -> None:
    """Raise NotAllowed unless a family writes this to teachers of its child, or one of them answers who wrote."""
    if draft.kind == TO_TEACHER:
        _check_from_family(draft, by=by, today=today)
    else:
        _check_answer(draft, by=by, today=today)


def _check_from_family(draft: Draft, *, by: User, today: date) -> None:
    student = draft.student
    if student is None or student.school_id != draft.school.pk:
        raise NotAllowed(_("Solo puede escribir a los profesores de sus hijos."))
    writer = family_person(by, student, today)
    if writer is None or writer != draft.writer:
        raise NotAllowed(_("Solo puede escribir a los profesores de sus hijos."))
    if draft.choice != Choice(Audience.STAFF, staff=draft.choice.staff):
        raise NotAllowed(_("Una familia solo puede escribir a profesores."))
    if problem := why_unwritable(student, today):
        raise NotAllowed(problem)
    chosen = set(draft.choice.staff)
    if teachers_of(student, today).filter(pk__in=chosen).distinct().count() < len(chosen):
        raise NotAllowed(
            _("Alguien de los elegidos ya no da clase a %(name)s.") % {"name": student.person.full_name}
        )
    began = draft.in_reply_to
    if began is not None and (began.sender_person_id != writer.pk or began.student_id != student.pk):
        raise NotAllowed(_("Solo puede seguir una conversación que empezó usted."))


def _check_answer(draft: Draft, *, by: User, today: date) -> None:
    began = draft.in_reply_to
    if began is None or not was_written_to(began, by, today):
        raise NotAllowed(_("Solo puede responder a un mensaje que ha recibido."))
    if draft.kind != REPLY or draft.choice != choice_of_writer(began):
        raise NotAllowed(_("La respuesta va solo a quien escribió."))
    if problem := why_unanswerable(began, today):
        raise NotAllowed(problem)


def why_unwritable(student: Student, today: date) -> str:
    """Why nobody can write to this student's teachers today, in words; empty where her family and she can."""
    if _is_here(student, today):
        return ""
    name = student.person.full_name
    return _("%(name)s ya no está en el centro: no se puede escribir a sus profesores.") % {"name": name}


def _is_here(student: Student, today: date) -> bool:
    here = Enrolment.objects.in_force(today).filter(student=student, year__is_current=True)
    return here.exists()


def was_written_to(message: Message, user: User, today: date) -> bool:
    """Whether a family's message went to this user, in a school where she works."""
    hers = staff_persons_of(user, today).filter(school=message.school_id)
    return (
        message.kind == TO_TEACHER
        and Recipient.objects.filter(message=message, person__in=hers.values("pk")).exists()
    )


def choice_of_writer(message: Message) -> Choice:
    """To the one who wrote it alone: the student, or that guardian and never the other one."""
    student = message.student
    assert student is not None
    assert message.sender_person_id is not None
    if student.person_id == message.sender_person_id:
        return Choice(Audience.STUDENT, students=(student.pk,))
    return Choice(Audience.FAMILY, students=(student.pk,), guardian=message.sender_person_id)


def why_unanswerable(message: Message, today: date) -> str:
    """Why who wrote this cannot be answered today, in words; empty when she can."""
    student, writer = message.student, message.sender_person
    assert student is not None
    assert writer is not None
    names = {"name": student.person.full_name, "writer": writer.full_name}
    if not _is_here(student, today):
        return _("%(name)s ya no está en el centro: no se puede responder.") % names
    if student.person_id == writer.pk:
        return ""
    ties = Guardianship.objects.filter(student=student, guardian=writer)
    if not ties.exists():
        return _("%(writer)s ya no figura como familia de %(name)s: no se puede responder.") % names
    if ties.barred_on(today).exists():
        return (
            _(
                "Una resolución impide ahora escribir a %(writer)s sobre %(name)s: no se puede responder. Consulte con "
                "la dirección del centro."
            )
            % names
        )
    return ""
