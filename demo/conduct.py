"""The sample school's behaviour records: some weeks of them, that the tutor and the management can look at."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from convivencia.models import BehaviourRecord
from convivencia.records.choices import BehaviourKind, Measure
from convivencia.records.writing import Written, write_records
from plumier.clock import database_now, day_in
from plumier.models import Enrolment, Group, School, User


class _Happened(NamedTuple):
    """So many days ago, to these of the group by number."""

    days: int
    pupils: tuple[int, ...]
    kind: BehaviourKind
    text: str
    session: int
    place: str
    measure: Measure
    detail: str = ""


HAPPENED: Final = (
    _Happened(
        days=1,
        pupils=(3, 5),
        kind=BehaviourKind.CONTRARY,
        text="Se han empujado en la cola de la cafetería y no han hecho caso cuando se lo he pedido.",
        session=4,
        place="Cafetería",
        measure=Measure.SPOKEN,
    ),
    _Happened(
        days=6,
        pupils=(3,),
        kind=BehaviourKind.GRAVE,
        text="Ha roto a propósito el cristal de la puerta del aula.",
        session=6,
        place="Aula 12",
        measure=Measure.MEETING,
        detail="El lunes, con jefatura de estudios",
    ),
    _Happened(
        days=9,
        pupils=(7,),
        kind=BehaviourKind.POSITIVE,
        text="Ha acompañado todo el recreo a una compañera que acababa de llegar al centro.",
        session=3,
        place="Patio",
        measure=Measure.NONE,
    ),
    _Happened(
        days=16,
        pupils=(5,),
        kind=BehaviourKind.CONTRARY,
        text="Ha usado el móvil en clase por tercera vez esta semana.",
        session=2,
        place="Aula 12",
        measure=Measure.SENT_OUT,
        detail="Hasta el final de la hora",
    ),
)


def conduct(of: School, group: Group) -> None:
    """Written by the group's tutor; nobody is told of them. Done once."""
    if BehaviourRecord.objects.filter(school=of).exists():
        return
    now = database_now()
    today = day_in(of, now)
    tutor = User.objects.get(people__tutored_groups=group)
    pupils = _pupils(group, today)
    for one in HAPPENED:
        written = Written(
            one.kind,
            one.text,
            today - timedelta(days=one.days),
            session=one.session,
            place=one.place,
            measure=one.measure,
            measure_text=one.detail,
        )
        chosen = [pupils[number % len(pupils)] for number in one.pupils]
        write_records(of, chosen, written, incident=uuid.uuid4(), by=tutor, now=now)


def _pupils(group: Group, today: date) -> Sequence[int]:
    rows = Enrolment.objects.in_force(today).filter(group=group)
    return list(rows.order_by("student__expediente").values_list("pk", flat=True))
