"""A proposal made, filled and sent (requirement E6)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plumier.clock import day_in
from plumier.models import School, User
from plumier.refusals import Refused
from secretaria.diplomas.access import students_proposed_by
from secretaria.models import BatchState, Diploma, DiplomaBatch

MOST: Final = 1_000  # titles of one proposal


@dataclass(frozen=True, slots=True)
class Written:
    """What a proposal says of itself; `number` may be empty while the Consejería has given none."""

    title: str
    year: str
    number: str = ""


@transaction.atomic
def make_batch(
    school: School, written: Written, students: Collection[int], *, client_key: str, by: User, now: datetime
) -> DiplomaBatch:
    """A proposal with these students (ids); the same client key again is the same one. Raises Refused."""
    School.objects.select_for_update(of=("self",), no_key=True).get(
        pk=school.pk
    )  # two presses at one instant
    known = DiplomaBatch.objects.filter(school=school, client_key=client_key).first()
    if known is not None:
        return known
    batch = DiplomaBatch(school=school, made_by=by, made_at=now, client_key=client_key)
    _write(batch, written)
    if students:
        add_students(batch, students, by=by, now=now)
    return batch


@transaction.atomic
def change_batch(batch: DiplomaBatch, written: Written, *, by: User, now: datetime) -> DiplomaBatch:
    """What it says of itself, put right. Raises Refused where the school has another with that number."""
    batch = locked(batch)
    if Diploma.objects.filter(batch=batch, message__isnull=False).exists() and batch.title != written.title:
        raise Refused(_("Ya se ha avisado de este título a sus alumnos: no se puede cambiar cuál es."))
    _write(batch, written)
    return batch


def _write(batch: DiplomaBatch, written: Written) -> None:
    batch.title, batch.year, batch.number = written.title, written.year, written.number
    try:
        with transaction.atomic():
            batch.save()
    except IntegrityError as error:
        if "diploma_batch_number_once" not in str(error):
            raise
        raise Refused(_("El centro ya tiene una propuesta de ese curso con ese número.")) from error


@transaction.atomic
def add_students(batch: DiplomaBatch, students: Collection[int], *, by: User, now: datetime) -> int:
    """Put students (ids) into a proposal; how many were not in it. Raises Refused for what is not hers to propose."""
    batch = locked(batch)
    wanted = set(students)
    proposed = students_proposed_by(by, day_in(batch.school, now)).filter(school=batch.school, pk__in=wanted)
    found = set(proposed.values_list("pk", flat=True))
    if found != wanted:
        raise Refused(_("Alguien de la selección no es de este centro."))
    inside = set(Diploma.objects.filter(batch=batch).values_list("student_id", flat=True))
    new = sorted(found - inside)
    if len(inside) + len(new) > MOST:
        words = _("En una propuesta caben %(most)d títulos: haga otra con los demás.")
        raise Refused(words % {"most": MOST})
    Diploma.objects.bulk_create(
        Diploma(school_id=batch.school_id, batch=batch, student_id=student) for student in new
    )
    settle(batch)
    return len(new)


@transaction.atomic
def remove_diplomas(batch: DiplomaBatch, diplomas: Collection[int], *, by: User, now: datetime) -> int:
    """Take titles (ids) out of a proposal; how many. Raises Refused where one of them has been received."""
    batch = locked(batch)
    chosen = Diploma.objects.filter(batch=batch, pk__in=list(diplomas))
    if not chosen.exists():
        raise Refused(_("Marque primero los títulos."))
    received = chosen.filter(received_at__isnull=False).count()
    if received:
        words = ngettext(
            "%(number)d de los marcados ya se ha recibido: no se puede quitar de la propuesta.",
            "%(number)d de los marcados ya se han recibido: no se pueden quitar de la propuesta.",
            received,
        )
        raise Refused(words % {"number": received})
    number, _per_model = chosen.delete()
    if batch.sent_on is not None and not Diploma.objects.filter(batch=batch).exists():
        raise Refused(_("Una propuesta enviada no se queda sin títulos."))
    settle(batch)
    return number


@transaction.atomic
def mark_sent(batch: DiplomaBatch, sent_on: date, *, by: User, now: datetime) -> DiplomaBatch:
    """Note on which day it was sent. Raises Refused for an empty one, and for a day that has not come."""
    batch = locked(batch)
    if not Diploma.objects.filter(batch=batch).exists():
        raise Refused(_("La propuesta no tiene alumnos: añádalos antes de enviarla."))
    if sent_on > day_in(batch.school, now):
        raise Refused(_("Ese día aún no ha llegado."))
    batch.sent_on = sent_on
    settle(batch)
    return batch


@transaction.atomic
def delete_batch(batch: DiplomaBatch, *, by: User, now: datetime) -> None:
    """Drop a draft; its history stays. Raises Refused for one that was sent."""
    batch = locked(batch)
    if batch.state != BatchState.DRAFT:
        raise Refused(_("Esta propuesta ya se envió: no se borra."))
    batch.delete()


def locked(batch: DiplomaBatch) -> DiplomaBatch:
    """The proposal as it is now, for whoever changes it: two at the same instant go one after the other."""
    rows = DiplomaBatch.objects.select_for_update(of=("self",), no_key=True).select_related("school__policy")
    return rows.get(pk=batch.pk)


def settle(batch: DiplomaBatch) -> None:
    """Keep the state that follows from its day and its titles."""
    numbers = Diploma.objects.filter(batch=batch).aggregate(
        all=Count("pk"),
        received=Count("pk", filter=Q(received_at__isnull=False)),
        collected=Count("pk", filter=Q(collected_at__isnull=False)),
    )
    batch.state = state_of(
        sent=batch.sent_on is not None,
        titles=numbers["all"],
        received=numbers["received"],
        collected=numbers["collected"],
    )
    batch.save(update_fields=["state", "sent_on"])


def state_of(*, sent: bool, titles: int, received: int, collected: int) -> BatchState:
    """How far a proposal has come by its titles. Pure."""
    if not sent:
        return BatchState.DRAFT
    if not received:
        return BatchState.SENT
    if received < titles:
        return BatchState.PARTLY
    return BatchState.COLLECTED if collected == titles else BatchState.RECEIVED
