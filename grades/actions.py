"""What families and tutors do with marks: open them, acknowledge them, remark on them, remind of them (D3)."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from grades.access import groups_overseen_by, pupils_in
from grades.models import Acknowledgement, Evaluation, Mark, Publication, Reminder
from grades.refusals import GradesRefused
from grades.reports import report_of
from grades.standing import standings
from notica.actions import send
from notica.choices import Audience
from notica.drafts import Choice, Draft
from notica.kinds import GRADES, first_way
from notica.models import Message
from notica.threads import Letter, write_to_teachers
from plumier.access import family_person, students_kept_from, teachers_of
from plumier.clock import day_in
from plumier.models import Enrolment, Group, Person, SchoolPolicy, Student, User


@transaction.atomic
def acknowledge(
    student: Student, evaluation: Evaluation, seen: datetime, *, by: User, now: datetime
) -> Acknowledgement:
    """Say that `by` has read these marks as they were at `seen`; said twice it is the first that counts.

    Raises GradesRefused where she does not read about the student, where the marks are not open to families, and
    where they have changed since `seen`.
    """
    person, enrolment = _reader(student, by, day_in(student.school, now))
    # Whoever is changing one of them is waited for.
    list(Mark.objects.select_for_update(no_key=True).filter(evaluation=evaluation, enrolment=enrolment))
    report = report_of(enrolment, evaluation, person.pk)
    if report is None:
        raise GradesRefused(_("Estas calificaciones todavía no están publicadas."))
    if report.seen > seen:
        raise GradesRefused(
            _("Alguna calificación ha cambiado mientras tanto. Léala y dé el acuse de nuevo.")
        )
    where: dict[str, Any] = {"evaluation": evaluation, "enrolment": enrolment, "person": person}
    if report.is_acknowledged:
        return Acknowledgement.objects.get(**where)
    given, _new = Acknowledgement.objects.update_or_create(
        **where, defaults={"school": student.school, "at": now}
    )
    return given


@transaction.atomic
def write_remarks(
    student: Student, evaluation: Evaluation, letter: Letter, *, by: User, now: datetime
) -> Message:
    """«Observaciones»: write to the tutor about these marks, as in Tutorías.

    Raises GradesRefused before the acuse de recibo and where there is no tutor, and notica's Refused for all that
    `write_to_teachers` refuses.
    """
    today = day_in(student.school, now)
    person, enrolment = _reader(student, by, today)
    report = report_of(enrolment, evaluation, person.pk)
    if report is None or not report.is_acknowledged:
        raise GradesRefused(_("Dé primero el acuse de recibo de estas calificaciones."))
    tutor = tutor_of(enrolment, today)
    if tutor is None:
        raise GradesRefused(_("El grupo no tiene ahora ningún tutor. Escriba a sus profesores o al centro."))
    with translation.override(student.school.language):  # the tutor reads it
        subject = _("Observaciones: %(evaluation)s") % {"evaluation": evaluation.name}
    written = Letter(letter.text, letter.client_key, subject, letter.files)
    return write_to_teachers(student, [tutor], written, by=by, now=now)


def tutor_of(enrolment: Enrolment, today: date) -> Person | None:
    """The tutor of her group, if she is at work and no court keeps her from the student."""
    tutored = teachers_of(enrolment.student, today).filter(tutored_groups=enrolment.group_id)
    return tutored.first()


def _reader(student: Student, by: User, today: date) -> tuple[Person, Enrolment]:
    """As whom she reads, and the enrolment of this year. Raises GradesRefused."""
    person = family_person(by, student, today)
    if person is None:
        raise GradesRefused(_("Estas calificaciones no son de un alumno a su cargo."))
    here = Enrolment.objects.in_force(today).filter(student=student, year__is_current=True)
    enrolment = here.select_related("year", "group", "student").first()
    if enrolment is None:
        raise GradesRefused(
            _("%(name)s ya no está en el centro: las calificaciones solo se pueden leer.")
            % {"name": student.person.full_name}
        )
    return person, enrolment


@transaction.atomic
def publish(
    evaluation: Evaluation, groups: Collection[Group], *, tell: bool, by: User, now: datetime
) -> list[Publication]:
    """Open the marks of these groups to their families, and `tell` them if wanted. Those open already stay as they are.

    Raises GradesRefused for a group that is not hers to open or has no mark, and notica's Refused.
    """
    today = day_in(evaluation.school, now)
    wanted = {group.pk for group in groups}
    hers = groups_overseen_by(by, today).filter(pk__in=wanted, school=evaluation.school_id)
    if hers.count() < len(wanted):
        raise GradesRefused(_("Solo publica las calificaciones de un grupo su tutor o el equipo directivo."))
    marked = Mark.objects.filter(evaluation=evaluation, enrolment__group__in=wanted).exclude(value="")
    if set(marked.order_by().values_list("enrolment__group", flat=True).distinct()) != wanted:
        raise GradesRefused(_("No hay todavía ninguna calificación que publicar."))
    Evaluation.objects.select_for_update(no_key=True).get(pk=evaluation.pk)
    opened = set(Publication.objects.filter(evaluation=evaluation).values_list("group", flat=True))
    made = Publication.objects.bulk_create(
        Publication(school=evaluation.school, evaluation=evaluation, group_id=pk, at=now, by=by)
        for pk in sorted(wanted - opened)
    )
    if tell and made:
        told = marked.filter(enrolment__group__in=[one.group_id for one in made])
        here = Enrolment.objects.in_force(today).filter(pk__in=told.values("enrolment"))
        here = here.exclude(student__in=students_kept_from(by, today).values("pk"))
        students = sorted(here.values_list("student", flat=True))
        _tell(evaluation, students, f"marks-{made[0].pk}", reminder=False, by=by, now=now)
    return made


@transaction.atomic
def remind(evaluation: Evaluation, group: Group, *, by: User, now: datetime) -> Message:
    """Ask the families of a group who have not acknowledged an evaluation to do so, once on a day of the school's.

    Raises GradesRefused where it is not hers to do, nobody is missing or today it was done; and notica's Refused.
    """
    today = day_in(evaluation.school, now)
    if not groups_overseen_by(by, today).filter(pk=group.pk, school=evaluation.school_id).exists():
        raise GradesRefused(_("Solo recuerda a las familias de un grupo su tutor o el equipo directivo."))
    Evaluation.objects.select_for_update(no_key=True).get(pk=evaluation.pk)
    if not Publication.objects.filter(evaluation=evaluation, group=group).exists():
        raise GradesRefused(_("Estas calificaciones todavía no están publicadas."))
    if Reminder.objects.filter(evaluation=evaluation, group=group, day=today).exists():
        raise GradesRefused(
            _("Hoy ya se ha recordado a las familias de este grupo. Mañana puede volver a hacerlo.")
        )
    found = standings(evaluation, pupils_in(group, by, today), today)
    waiting = [one.student_id for one in found.values() if one.waits]
    if not waiting:
        raise GradesRefused(_("Todas las familias han dado ya el acuse de recibo."))
    key = f"marks-{evaluation.pk}-{group.pk}-{today:%Y%m%d}"
    message = _tell(evaluation, sorted(waiting), key, reminder=True, by=by, now=now)
    Reminder.objects.create(
        school=evaluation.school, evaluation=evaluation, group=group, day=today, by=by, token=message.token
    )
    return message


def _tell(
    evaluation: Evaluation, students: list[int], key: str, *, reminder: bool, by: User, now: datetime
) -> Message:
    """Nothing of the marks themselves: they are read in Mirador."""
    used = SchoolPolicy.objects.get(school=evaluation.school_id).channels
    draft = Draft(
        school=evaluation.school,
        kind=GRADES,
        choice=Choice(Audience.FAMILY, students=tuple(students)),
        way=first_way(GRADES, used),
        client_key=key,
        params={"evaluation": evaluation.name, "reminder": reminder},
    )
    return send(draft, by=by, now=now)
