"""Records written, corrected by their author, and annulled (requirement E4)."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from convivencia.models import BehaviourRecord
from convivencia.records.access import enrolments_written_of, may_annul, may_correct
from convivencia.records.choices import REASON_LENGTH, TEXT_LENGTH, BehaviourKind, Measure
from convivencia.records.refusals import RecordChanged
from plumier.clock import day_in
from plumier.history import acting
from plumier.models import School, User
from plumier.refusals import Refused, SavedOtherwise

MOST_PUPILS: Final = 60  # of one incident
CAUSE: Final = "behaviour"


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote down: at most one of `session` and `hour`."""

    kind: BehaviourKind
    text: str
    day: date
    session: int | None = None
    hour: time | None = None
    place: str = ""
    measure: Measure = Measure.NONE
    measure_text: str = ""

    def fields(self) -> dict[str, object]:
        """As a record keeps them."""
        return {
            "kind": self.kind,
            "text": self.text.strip(),
            "day": self.day,
            "session": self.session,
            "hour": self.hour,
            "place": " ".join(self.place.split()),
            "measure": self.measure,
            "measure_text": " ".join(self.measure_text.split()),
        }


@transaction.atomic
def write_records(
    school: School, pupils: Collection[int], written: Written, *, incident: uuid.UUID, by: User, now: datetime
) -> list[BehaviourRecord]:
    """A record for each of these pupils (enrolments) of one incident; the same incident again is the same records.

    Raises Refused, and then nothing is kept, where one of them is not hers to write of, or nobody was chosen;
    SavedOtherwise where the incident was written down already and said something else.
    """
    School.objects.select_for_update(of=("self",), no_key=True).get(pk=school.pk)
    known = BehaviourRecord.objects.filter(incident=incident)
    wanted = set(pupils)
    if found := list(known.filter(author=by, school=school).order_by("pk")):
        if not _says_the_same(found, wanted, written):
            raise SavedOtherwise
        return found
    if not wanted:
        raise Refused(_("Elija al menos un alumno."))
    if len(wanted) > MOST_PUPILS:
        raise Refused(
            _("Son demasiados alumnos para un registro: elija como mucho %(most)d.") % {"most": MOST_PUPILS}
        )
    _check(written, day_in(school, now))
    hers = enrolments_written_of(by, school, day_in(school, now)).filter(pk__in=wanted)
    rows = list(hers.order_by("student__person__sort_key", "pk").values_list("pk", flat=True))
    if len(rows) < len(wanted) or known.exists():
        raise Refused(_("Alguno de los alumnos ya no está o no es de sus grupos. Vuelva a elegirlos."))
    with acting(by.pk, CAUSE):
        return BehaviourRecord.objects.bulk_create(
            BehaviourRecord(
                school=school,
                enrolment_id=pk,
                incident=incident,
                author=by,
                written_at=now,
                **written.fields(),
            )
            for pk in rows
        )


@transaction.atomic
def correct_record(
    record: BehaviourRecord, written: Written, *, version: int, by: User, now: datetime
) -> BehaviourRecord:
    """Its author writes it otherwise; what it said before is kept. Nobody is told.

    Raises Refused where it is not hers or is annulled, RecordChanged where it is not the version that she saw.
    """
    row = BehaviourRecord.objects.select_for_update(of=("self",)).select_related("school").get(pk=record.pk)
    if not may_correct(by, row):
        raise Refused(_("Solo su autor corrige un registro, y mientras no esté anulado."))
    _check(written, day_in(row.school, now))
    if all(getattr(row, name) == value for name, value in written.fields().items()):
        return row
    if row.version != version:
        raise RecordChanged
    with acting(by.pk, CAUSE):
        BehaviourRecord.objects.filter(pk=row.pk).update(version=version + 1, **written.fields())
    row.refresh_from_db()
    return row


@transaction.atomic
def annul_record(record: BehaviourRecord, reason: str, *, by: User, now: datetime) -> BehaviourRecord:
    """It was wrong: it stays, seen as such by its author and by who directs the school. Nobody is told.

    Raises Refused without a reason, or where it is not hers to annul; annulled already, it stays as it was.
    """
    row = BehaviourRecord.objects.select_for_update(of=("self",)).select_related("school").get(pk=record.pk)
    if row.is_annulled:
        return row
    reason = " ".join(reason.split())
    if not may_annul(by, row, day_in(row.school, now)):
        raise Refused(_("Solo su autor y el equipo directivo anulan un registro."))
    if not reason:
        raise Refused(_("Escriba por qué lo anula: lo leerá el equipo directivo."))
    if len(reason) > REASON_LENGTH:
        raise Refused(_("El motivo es demasiado largo: caben %(most)d caracteres.") % {"most": REASON_LENGTH})
    with acting(by.pk, CAUSE):
        BehaviourRecord.objects.filter(pk=row.pk).update(
            annulled_at=now, annulled_by=by, annulled_reason=reason
        )
    row.refresh_from_db()
    return row


def _says_the_same(found: Collection[BehaviourRecord], pupils: set[int], written: Written) -> bool:
    """Whether these are what is written; one that was corrected since was so once."""
    values = written.fields().items()
    return {one.enrolment_id for one in found} == pupils and all(
        one.version > 1 or all(getattr(one, name) == value for name, value in values) for one in found
    )


def _check(written: Written, today: date) -> None:
    if not written.text.strip():
        raise Refused(_("Escriba qué ha pasado."))
    if len(written.text.strip()) > TEXT_LENGTH:
        raise Refused(_("El texto es demasiado largo: caben %(most)d caracteres.") % {"most": TEXT_LENGTH})
    if written.day > today:
        raise Refused(_("Ese día aún no ha llegado."))
    if written.session is not None and written.hour is not None:
        raise Refused(_("Diga la sesión o la hora, no las dos."))
