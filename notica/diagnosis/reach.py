"""By which addresses somebody would be tried at this moment, asked of the planner itself: never judged apart."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notica.audience import CHUNK
from notica.choices import Audience, Way, channel_word
from notica.diagnosis.facts import Reach
from notica.models import Message
from notica.plan_words import omission_words, step_words
from notica.preparing import Prepared, context_of, prepare
from plumier.models import Person, SchoolPolicy, Staff, Student

# What the register says of a person is told, and mended, by the checks of `register`.
WHAT_TO_DO: Final[dict[str, Promise]] = {
    "no_phone": gettext_lazy("Escriba el teléfono en su ficha."),
    "landline": gettext_lazy("Un fijo no recibe SMS ni Telegram: escriba un móvil."),
    "unreadable_phone": gettext_lazy("Corrija el número en su ficha."),
    "no_email": gettext_lazy("Escriba el correo en su ficha: es el que usan los mensajes."),
    "unreadable_email": gettext_lazy("Corrija el correo en su ficha."),
    "never_linked": gettext_lazy("Que conecte Telegram con ese teléfono."),
    "blocked": gettext_lazy("Que desbloquee el bot en Telegram y lo conecte de nuevo."),
    "inactive": gettext_lazy("Que active TokApp con ese número."),
    "suppressed": gettext_lazy(
        "Corrija la dirección; si es buena, quien administra el servidor puede permitirla de nuevo."
    ),
    "not_configured": gettext_lazy("Avise a quien administra el servidor."),
    "shared_with_barred": gettext_lazy("Escriba una dirección que sea solo suya."),
    "withdrawn": gettext_lazy("Solo se escribe sobre quien está matriculado."),
}
# What only she herself can undo: by the reason for which her address is written to no more.
UNDONE_BY_HER: Final[dict[str, Promise]] = {
    "sms.21610": gettext_lazy("Que responda ALTA a un SMS del centro."),
    "telegram.left": gettext_lazy("Que abra el bot y comparta de nuevo su teléfono."),
    "telegram.moved": gettext_lazy("Que abra el bot y comparta de nuevo su teléfono."),
}
_KIND: Final = "test"


# What hangs on a court's order is told to who leads the school alone.
_COURTS: Final = frozenset({"barred", "shared_with_barred"})


def would_reach(person: Person, students: Iterable[int], now: datetime, *, leads: bool) -> tuple[Reach, ...]:
    """By each way that her school uses, in every part that she has there: staff, student, guardian of `students`."""
    ways = SchoolPolicy.objects.get(school=person.school).channels
    audiences = list(_audiences(person, list(students)))
    return tuple(
        _reach(person, Way(way), audiences, now, leads=leads)
        for way in Way.values
        if way in ways and audiences
    )


def _audiences(person: Person, students: list[int]) -> Iterator[tuple[Audience, dict[str, list[int]]]]:
    if Staff.objects.filter(person=person).exists():
        yield Audience.STAFF, {"staff": [person.pk]}
    student = Student.objects.filter(person=person).first()
    if student is not None:
        yield Audience.STUDENT, {"students": [student.pk]}
    if students:
        yield Audience.FAMILY, {"students": students}


def _reach(
    person: Person,
    way: Way,
    audiences: list[tuple[Audience, dict[str, list[int]]]],
    now: datetime,
    *,
    leads: bool,
) -> Reach:
    steps: dict[str, None] = {}
    missing: dict[tuple[str, str], None] = {}
    for to, chosen in audiences:
        message = Message(school=person.school, kind=_KIND, to=to, way=way, audience=chosen, not_before=now)
        for chunk in prepare(context_of(message), now, CHUNK):
            for one in chunk:
                plan = one.plan.as_json()
                steps |= dict.fromkeys(map(step_words, _own_steps(plan, person)))
                missing |= dict.fromkeys(_own_omissions(one, plan, person, leads=leads))
    return Reach(channel_word(way), tuple(steps), tuple(missing))


def _own_steps(plan: dict[str, Any], person: Person) -> Iterator[list[dict[str, Any]]]:
    for step in plan["steps"]:
        own = [target for target in step if target["person"] == person.pk]
        if own:
            yield own


def _own_omissions(
    one: Prepared, plan: dict[str, Any], person: Person, *, leads: bool
) -> Iterator[tuple[str, str]]:
    """Of a family what concerns her, and what concerns nobody in particular or shuts all of it out."""
    family = one.candidate.person_id is None
    for omission in plan["omitted"]:
        shuts_out = family and one.candidate.excluded is not None
        if omission["person"] == person.pk or shuts_out or (omission["person"] is None and family):
            hidden = omission["reason"] in _COURTS and not leads
            words = _("Consulte con la dirección del centro.") if hidden else omission_words(omission)
            fix = what_to_do(omission["reason"], omission["params"].get("why", ""))
            yield words, "" if hidden else fix


def what_to_do(reason: str, why: str = "") -> str:
    """What mends a reason for which somebody is not reached; `why` an address is given up. Empty where nothing does."""
    return str(UNDONE_BY_HER.get(why) or WHAT_TO_DO.get(reason) or "")
