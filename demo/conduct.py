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
        *(1, (3, 5), BehaviourKind.CONTRARY),
        "Se han empujado en la cola de la cafetería y no han hecho caso cuando se lo he pedido.",
        *(4, "Cafetería", Measure.SPOKEN),
    ),
    _Happened(
        *(6, (3,), BehaviourKind.GRAVE),
        "Ha roto a propósito el cristal de la puerta del aula.",
        *(6, "Aula 12", Measure.MEETING, "El lunes, con jefatura de estudios"),
    ),
    _Happened(
        *(9, (7,), BehaviourKind.POSITIVE),
        "Ha acompañado todo el recreo a una compañera que acababa de llegar al centro.",
        *(3, "Patio", Measure.NONE),
    ),
    _Happened(
        *(16, (5,), BehaviourKind.CONTRARY),
        "Ha usado el móvil en clase por tercera vez esta semana.",
        *(2, "Aula 12", Measure.SENT_OUT, "Hasta el final de la hora"),
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
