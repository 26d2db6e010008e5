"""What a family answers to a notice: that it knew, or that the child should be there (requirement E1)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from attendance.access import absences_justified_by
from attendance.choices import AnswerKind
from attendance.justifying import REASON_LENGTH, justify
from attendance.models import Absence, AbsenceAnswer, AbsenceNotice
from attendance.rolls import state_of
from attendance.rules import answers_open
from attendance.telling import line_of
from notica.events import StaffEvent, tell_staff
from notica.files import KeptFile
from notica.kinds import ABSENCE_ALARM, ABSENCE_EXCUSE
from plumier.access import family_person, posts_held
from plumier.clock import day_in
from plumier.models import Guardianship, Person, Staff, User
from plumier.refusals import Refused
from plumier.roles import WHOLE_SCHOOL
from plumier.standing import at_work


@dataclass(frozen=True, slots=True)
class Answer:
    """As it was written; an excuse has a reason, and perhaps a file."""

    kind: AnswerKind
    reason: str = ""
    file: KeptFile | None = None


@transaction.atomic
def answer(notice: AbsenceNotice, written: Answer, *, by: User, now: datetime) -> AbsenceAnswer:
    """Keep it and tell whom it concerns; the same answer again is the same one.

    That she knew goes to the tutor as an excuse that she proposes; that the child should be there goes at once to the
    tutor, the teachers of these sessions and the school's desk. Raises Refused where she does not speak for the
    student, is the student, an excuse says nothing, nothing is marked any more or all is excused, or it is too late.
    """
    held = (
        AbsenceNotice.objects.select_for_update(of=("self",))
        .select_related("student__school")
        .get(pk=notice.pk)
    )
    student, today = held.student, day_in(held.student.school, now)
    person = family_person(by, student, today)
    if person is None or held.message_id is None:
        raise Refused(_("Este aviso ya no está."))
    if person.pk == student.person_id:
        raise Refused(_("A los avisos de faltas contesta solo la familia."))
    known = AbsenceAnswer.objects.filter(notice=held, person=person, kind=written.kind).first()
    if known is not None:
        return known
    rows = list(held.absences.filter(cleared_at__isnull=True).select_related("subject").order_by("session"))
    _check(written, rows, held.day, today)
    file = written.file
    kept = AbsenceAnswer.objects.create(
        notice=held,
        person=person,
        kind=written.kind,
        reason=" ".join(written.reason.split())[:REASON_LENGTH],
        file_name=file.name if file else "",
        file_type=file.content_type if file else "",
        file_size=file.size if file else 0,
        file_sha256=file.sha256 if file else "",
        at=now,
    )
    _tell(kept, held, rows, person, by=by, now=now)
    return kept


def _check(written: Answer, rows: list[Absence], day: date, today: date) -> None:
    if not rows:
        raise Refused(_("El centro ya ha corregido este aviso: no hay nada que contestar."))
    left = answers_open(map(state_of, rows), day, today)
    if AnswerKind.KNEW not in left:
        raise Refused(_("El centro ya ha justificado esto: no hay nada que contestar."))
    if written.kind not in left:
        raise Refused(_("De esto ya no se avisa con urgencia: llame al centro o escriba al tutor."))
    if written.kind == AnswerKind.KNEW and not written.reason.strip():
        raise Refused(_("Escriba el motivo de la falta."))


def _tell(
    kept: AbsenceAnswer,
    notice: AbsenceNotice,
    rows: list[Absence],
    person: Person,
    *,
    by: User,
    now: datetime,
) -> None:
    student = notice.student
    enrolment = rows[0].enrolment
    params: dict[str, Any] = {
        "student": student.person.full_name,
        "group": enrolment.group.name,
        "day": notice.day.isoformat(),
        "sessions": [line_of(row) for row in rows],
        "reason": kept.reason,
        "file": kept.file_name,
    }
    tutor = {enrolment.group.tutor_id} - {None}
    alarm = kept.kind == AnswerKind.SHOULD_BE_THERE
    wanted = tutor | ({row.teacher_id for row in rows} - {None}) | _desk(notice, now) if alarm else tutor
    # A tutor who has left, or from whom a court keeps the child, decides nothing: then the desk does.
    people = _hearing(notice, wanted, now) or _hearing(notice, _desk(notice, now), now)
    if not people:
        raise Refused(_("El centro no tiene a nadie que lo reciba. Llame por teléfono al centro."))
    event = StaffEvent(
        ABSENCE_ALARM if alarm else ABSENCE_EXCUSE,
        student.school,
        tuple(people),
        f"absence-answer-{kept.pk}",
        params,
        about=student,
        writer=person,
    )
    tell_staff(event, by=by, now=now)


def _desk(notice: AbsenceNotice, now: datetime) -> set[Any]:
    """Who acts for the whole school."""
    posts = posts_held(notice.student.school, day_in(notice.student.school, now))
    return set(posts.filter(role__in=WHOLE_SCHOOL).values_list("person_id", flat=True))


def _hearing(notice: AbsenceNotice, wanted: set[Any], now: datetime) -> list[int]:
    """Of these, who works today and whom no court keeps from the child."""
    today = day_in(notice.student.school, now)
    barred = Guardianship.objects.barred_on(today).filter(
        student=notice.student, guardian__user__isnull=False
    )
    working = Staff.objects.filter(at_work(today), person__in=wanted)
    hearing = working.exclude(person__user__in=barred.values("guardian__user"))
    return list(hearing.order_by("person_id").values_list("person_id", flat=True))


@transaction.atomic
def decide(kept: AbsenceAnswer, *, accepted: bool, by: User, now: datetime) -> AbsenceAnswer:
    """Take a proposed excuse, which excuses the absences of its notice, or not; once.

    Raises Refused where they are not hers to excuse, or somebody has decided already.
    """
    held = (
        AbsenceAnswer.objects.select_for_update(of=("self",)).select_related("notice__school").get(pk=kept.pk)
    )
    if held.kind != AnswerKind.KNEW or held.decided_at is not None:
        raise Refused(_("Este justificante ya está decidido."))
    school = held.notice.school
    rows = held.notice.absences.filter(cleared_at__isnull=True)
    hers = absences_justified_by(by, day_in(school, now)).filter(notice=held.notice)
    if hers.count() < rows.count() or not rows.exists():
        raise Refused(_("Estas faltas no son de su tutoría, o ya no están."))
    held.decided_at, held.decided_by, held.accepted = now, by, accepted
    held.save(update_fields=["decided_at", "decided_by", "accepted"])
    if accepted:
        justify(school, list(rows.values_list("pk", flat=True)), held.reason, by=by, now=now)
    return held
