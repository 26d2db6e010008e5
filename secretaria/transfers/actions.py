"""A transfer begun by either school and carried on by both: one transaction a step, and who must act is told (E7)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from notica.files import KeptFile
from plumier.clock import day_in
from plumier.history import acting
from plumier.models import School, Student, User
from plumier.names import clean_text
from plumier.refusals import Refused
from plumier.school_days import calendar_of
from secretaria.models import Transfer, TransferFile, TransferStep
from secretaria.models.transfers import OPEN
from secretaria.transfers.access import (
    school_of,
    schools_to_transfer_with,
    side_of,
    students_to_transfer,
    transfers_of,
)
from secretaria.transfers.refusals import AtField, StepTaken
from secretaria.transfers.register import stage_of, withdraw
from secretaria.transfers.rules import (
    Action,
    Side,
    State,
    Step,
    deadline,
    first_state,
    next_side,
    step_for,
)
from secretaria.transfers.telling import tell
from secretaria.transfers.written import Act, Asked, Words

MOST_FILES: Final = 10  # of a step
# Requests that a school may write in a day: it is an office that asks, not a way to go through another's pupils.
MOST_ASKED: Final = 30
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Deed:
    """Whose step it is, what goes with it, and whether the register says so too."""

    school: School
    words: Words
    registered: bool = False


@transaction.atomic
def offer(student: Student, destination: School, words: Words, *, by: User, now: datetime) -> Transfer:
    """The origin proposes one of its students to another school.

    Raises AtField where she is not hers to propose, or has an open transfer, or that school keeps none.
    """
    school, today = student.school, day_in(student.school, now)
    School.objects.select_for_update(of=("self",), no_key=True).get(
        pk=school.pk
    )  # two presses at one instant
    if not students_to_transfer(by, school, today).filter(pk=student.pk).exists():
        raise AtField("student", _("Ese alumno no está en su centro. Búsquelo otra vez."))
    row = Transfer(
        school=school,
        destination=destination,
        begun_by=Side.ORIGIN,
        stage=stage_of(student, today),
        **_known(student),
    )
    return _begin(row, words, by=by, now=now)


@transaction.atomic
def ask(
    origin: School, destination: School, asked: Asked, words: Words, *, by: User, now: datetime
) -> Transfer:
    """The destination asks for a student whom it names; the origin's office says whether there is such a one.

    What comes back is the same whether or not it has her, so that it says nothing of another school's pupils.
    Raises AtField without an NRE and a name, and where the school has asked too often in a day.
    """
    School.objects.select_for_update(of=("self",), no_key=True).get(pk=destination.pk)
    written = Transfer.objects.filter(
        destination=destination, begun_by=Side.DESTINATION, opened_at__gt=now - _DAY
    )
    if written.exclude(client_key=words.key).count() >= MOST_ASKED:
        raise AtField("nre", _("Su centro ya ha solicitado hoy muchos traslados. Siga mañana."))
    row = Transfer(school=origin, destination=destination, begun_by=Side.DESTINATION, **_written(asked))
    return _begin(row, words, by=by, now=now)


def _known(student: Student) -> dict[str, Any]:
    """As the register has her."""
    person = student.person
    return {
        "student": student,
        "nre": student.nre,
        "given_name": person.given_name,
        "surname": person.surname,
    }


def _written(asked: Asked) -> dict[str, Any]:
    """As the other school has written her. Raises AtField."""
    values = {
        "nre": clean_text(asked.nre).replace(" ", "").upper()[:20],
        "given_name": clean_text(asked.given_name)[:100],
        "surname": clean_text(asked.surname)[:150],
        "stage": asked.stage,
    }
    missing = {
        "nre": _("Escriba el NRE del alumno: con él lo busca el centro de origen."),
        "given_name": _("Escriba el nombre del alumno."),
        "surname": _("Escriba los apellidos del alumno."),
    }
    for field, words in missing.items():
        if not values[field]:
            raise AtField(field, words)
    return values


def _begin(row: Transfer, words: Words, *, by: User, now: datetime) -> Transfer:
    known = Transfer.objects.filter(
        school=row.school, destination=row.destination, client_key=words.key
    ).first()
    if known is not None:
        return known
    if not schools_to_transfer_with(_own(row)).filter(pk=_other(row).pk).exists():
        raise AtField("other", _("Elija el otro centro de la lista."))
    if row.student and (open_one := Transfer.objects.filter(OPEN, student=row.student).first()):
        raise AtField(
            "student",
            _(
                "Este alumno ya tiene un traslado abierto, a %(school)s. Termínelo o anúlelo antes de iniciar otro."
            )
            % {"school": open_one.destination.name},
        )
    row.client_key, row.opened_at = words.key, now
    action = Action.OFFER if row.begun_by == Side.ORIGIN else Action.ASK
    _move(row, Step(action, first_state(Side(row.begun_by))), _Deed(_own(row), words), by=by, now=now)
    return row


def _own(row: Transfer) -> School:
    """Who begins it."""
    return school_of(row, Side(row.begun_by))


def _other(row: Transfer) -> School:
    return row.destination if row.begun_by == Side.ORIGIN else row.school


@transaction.atomic
def act(transfer: Transfer, school: School, done: Act, *, by: User, now: datetime) -> Transfer:
    """A side takes a step. The same step again, as by a second press, is the same one.

    Raises Refused where the transfer is not hers, StepTaken where somebody has acted since she looked, and AtField
    where a reason or the student is missing.
    """
    mine = transfers_of(by, school, day_in(school, now)).filter(pk=transfer.pk)
    held = (
        Transfer.objects.select_for_update(of=("self",))
        .filter(pk__in=mine.values("pk"))
        .select_related("school", "destination", "student__person")
        .first()
    )
    if held is None:
        raise Refused(_("Este traslado ya no está o no es de su centro."))
    if done.seen != held.steps_done:
        last = held.steps.select_related("school").get(number=held.steps_done)
        if (last.action, last.by_id, last.number) == (done.action, by.pk, done.seen + 1):
            return held
        raise StepTaken(last)
    step = step_for(State(held.state), side_of(held, school), Side(held.begun_by), done.action)
    if step is None:
        raise Refused(_("Ahora este paso no le toca a su centro."))
    if step.reasoned and not done.words.text:
        raise AtField("note", _("Escriba el motivo: lo lee el otro centro."))
    registered = _prepare(held, step, done, by=by, now=now)
    return _move(held, step, _Deed(school, done.words, registered), by=by, now=now)


def _prepare(held: Transfer, step: Step, done: Act, *, by: User, now: datetime) -> bool:
    """What a step does besides leading on; whether it was noted in the register too."""
    today = day_in(held.school, now)
    if step.action == Action.ACCEPT and held.begun_by == Side.DESTINATION:
        found = (
            students_to_transfer(by, held.school, today).filter(expediente=done.expediente.strip()).first()
        )
        if found is None:
            raise AtField("expediente", _("No hay ningún alumno de su centro con ese expediente."))
        values = _known(found)
        values["nre"] = values["nre"] or held.nre
        _fill(held, {**values, "stage": stage_of(found, today) or held.stage})
    elif step.action == Action.RESEND and done.asked is not None and held.begun_by == Side.DESTINATION:
        _fill(held, _written(done.asked))
    elif step.action == Action.WITHDRAW and done.register and held.student is not None:
        return withdraw(held.student, by=by, now=now)
    return False


def _fill(held: Transfer, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(held, name, value)


def _move(row: Transfer, step: Step, deed: _Deed, *, by: User, now: datetime) -> Transfer:
    """Write the step and where it leads, and tell whoever must act now; of the last one, the other school."""
    school = deed.school
    state = row.state = step.to
    side = next_side(state)
    row.turn = school_of(row, side) if side else None
    row.due_on = deadline(state, calendar_of(row.turn), day_in(row.turn, now)) if row.turn else None
    row.steps_done, row.changed_at = row.steps_done + 1, now
    with acting(by.pk, "transfer"):
        _save(row)
        told = tell(row, row.turn or _across(row, school), of=school, now=now)
        kept = TransferStep.objects.create(
            transfer=row,
            school=school,
            number=row.steps_done,
            action=step.action,
            state=state,
            note=deed.words.text,
            registered=deed.registered,
            told=told,
            by=by,
            at=now,
        )
        TransferFile.objects.bulk_create(_file(kept, one) for one in deed.words.files[:MOST_FILES])
    return row


def _across(row: Transfer, school: School) -> School:
    return row.destination if school == row.school else row.school


def _save(row: Transfer) -> None:
    """Raises AtField where another open transfer is of the same student."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        field = "expediente" if "one_of_a_student" in str(error) else "nre"
        raise AtField(
            field, _("Ya hay un traslado abierto de este alumno. Búsquelo en la lista de traslados.")
        ) from error


def _file(step: TransferStep, file: KeptFile) -> TransferFile:
    return TransferFile(
        step=step,
        school=step.school,
        name=file.name,
        content_type=file.content_type,
        size=file.size,
        sha256=file.sha256,
    )
