"""«Acciones por sospecha de fallos»: why messages do not arrive, and what to correct (requirement B11)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notica.channel_state import STATES, ChannelState, states_of_person
from notica.choices import Way
from notica.models import InboxEntry
from plumier.clock import day_in
from plumier.models import (
    Contact,
    Enrolment,
    Guardianship,
    Person,
    School,
    SchoolPolicy,
    Slot,
    Staff,
    Student,
)

CHANNELS: Final[dict[str, str | Promise]] = {
    "telegram": "Telegram",
    "tokapp": "TokApp",
    "sms": "SMS",
    "email": gettext_lazy("Correo"),
}
LAST: Final = 10


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `fix` says what to correct where it has not passed."""

    title: str
    passed: bool
    found: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class LastMessage:
    """A message that the person has, by its Notica copy."""

    at: datetime
    subject: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks. A court's order and what others wrote are told to who leads the school alone.

    Of a family she hears about the `students` that she sees.
    """

    leads: bool
    students: QuerySet[Student]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Everything about one person."""

    person: Person
    checks: tuple[Check, ...]
    channels: tuple[ChannelState, ...]
    messages: tuple[LastMessage, ...]

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that did not pass."""
        return tuple(check for check in self.checks if not check.passed)


def diagnose(person: Person, viewer: Viewer, *, now: datetime) -> Diagnosis:
    """Look at a person from every side that the document names, as far as the viewer may see it."""
    today = day_in(person.school, now)
    checks = [*_contact_checks(person)]
    staff = Staff.objects.filter(person=person).first()
    if staff is not None:
        checks += _staff_checks(staff, today)
    student = Student.objects.filter(person=person).first()
    if student is not None:
        checks += _student_checks(student, today)
    ties = Guardianship.objects.filter(guardian=person, student__in=viewer.students.values("pk"))
    for tie in ties.select_related("student__person").order_by("id"):
        checks += _tie_checks(tie, person.school, today, leads=viewer.leads)
    states = states_of_person(person)
    checks += [*_school_checks(person.school), _reach_check(states)]
    messages = tuple(_last_messages(person, now)) if viewer.leads else ()
    return Diagnosis(person, tuple(checks), tuple(states), messages)


def _contact_checks(person: Person) -> Iterator[Check]:
    contacts = {contact.slot: contact for contact in Contact.objects.filter(person=person)}
    phones = [contacts[slot] for slot in (Slot.PHONE_1, Slot.PHONE_2) if slot in contacts]
    mails = [contact for slot, contact in contacts.items() if slot not in (Slot.PHONE_1, Slot.PHONE_2)]
    mobile = [phone for phone in phones if phone.kind == "mobile"]
    yield Check(
        _("Teléfonos"),
        bool(mobile),
        ", ".join(f"{phone} ({phone.get_kind_display()})" for phone in phones) or _("ninguno"),
        _("Escriba un móvil en Teléfono o en Teléfono 2: un fijo no recibe SMS ni Telegram."),
    )
    readable = [mail for mail in mails if mail.value]
    yield Check(
        _("Correos"),
        bool(readable),
        ", ".join(map(str, mails)) or _("ninguno"),
        _("Escriba un correo en su ficha."),
    )


def _staff_checks(staff: Staff, today: date) -> Iterator[Check]:
    begun = staff.joined_on is None or staff.joined_on <= today
    here = begun and (staff.left_on is None or staff.left_on > today)
    found = f"{_day(staff.joined_on)} – {_day(staff.left_on)}"
    yield Check(
        _("Fechas de alta y baja"), here, found, _("Corrija las fechas: fuera de ellas no recibe ni entra.")
    )
    found = _("activo") if staff.active else _("no activo")
    yield Check(_("Docencia activa"), staff.active, found, _("Márquelo como activo en Personal."))


def _student_checks(student: Student, today: date) -> Iterator[Check]:
    enrolment = (
        Enrolment.objects.filter(student=student, year__is_current=True).select_related("group").first()
    )
    if enrolment is None:
        yield Check(
            _("Matrícula"), False, _("ninguna este curso"), _("Matricúlelo en un grupo del curso actual.")
        )
        return
    gone = enrolment.left_on is not None and enrolment.left_on <= today
    here = enrolment.status == "active" and not gone
    found = f"{enrolment.get_status_display()} · {enrolment.group}"
    if enrolment.left_on is not None:
        found += " · " + _("baja el %(day)s") % {"day": _day(enrolment.left_on)}
    yield Check(_("Matrícula"), here, found, _("Solo recibe quien está matriculado y no ha causado baja."))


def _tie_checks(tie: Guardianship, school: School, today: date, *, leads: bool) -> Iterator[Check]:
    child = str(tie.student)
    ticked = tie.receives_messages and _within(tie.receives_from, tie.receives_until, today)
    yield Check(
        _("«Mensaje padre» o «Mensaje madre» · %(child)s") % {"child": child},
        ticked,
        _("marcado") if ticked else _("sin marcar"),
        _("Márquelo en la ficha del alumno, y mire sus fechas."),
    )
    yield Check(
        _("Datos protegidos · %(child)s") % {"child": child},
        not tie.student.protected,
        _("sí") if tie.student.protected else _("no"),
        _("Con datos protegidos la familia solo lee en Mirador."),
    )
    if tie.barred_from is not None and _within(tie.barred_from, tie.barred_until, today):
        told = f"{_day(tie.barred_from)} – {_day(tie.barred_until)} · {tie.barred_reference}"
        found = told if leads else _("consulte con la dirección del centro")
        yield Check(
            _("Resolución judicial · %(child)s") % {"child": child},
            False,
            found,
            _("No se le escribe sobre este alumno."),
        )
    if school.policy.registration_required:
        registered = tie.registered_on is not None and tie.registered_on <= today
        yield Check(
            _("Registro para recibir · %(child)s") % {"child": child},
            registered,
            _day(tie.registered_on),
            _("En este centro solo reciben las familias registradas."),
        )


def _within(since: date | None, until: date | None, today: date) -> bool:
    return (since is None or since <= today) and (until is None or today <= until)


def _school_checks(school: School) -> Iterator[Check]:
    policy = SchoolPolicy.objects.get(school=school)
    used = ", ".join(str(Way(way).label) for way in policy.channels)
    yield Check(
        _("Vías que usa el centro"), bool(policy.channels), used or _("ninguna"), _("Elíjalas en Centros.")
    )


def _reach_check(states: list[ChannelState]) -> Check:
    working = [
        f"{CHANNELS.get(state.channel, state.channel)} {state.address}" for state in states if state.works
    ]
    return Check(
        _("Algún canal que sirva"),
        bool(working),
        ", ".join(working) or _("ninguno"),
        _("Que conecte Telegram o TokApp con ese teléfono, o escriba un correo que funcione."),
    )


def _last_messages(person: Person, now: datetime) -> Iterator[LastMessage]:
    entries = InboxEntry.objects.filter(person=person, created_at__lte=now).order_by("-created_at", "-id")
    for entry in entries.select_related("message", "recipient")[:LAST]:
        outcome = entry.recipient.get_outcome_display()
        yield LastMessage(entry.created_at, entry.message.subject or entry.message.body[:60], str(outcome))


def state_in_words(state: ChannelState) -> str:
    """Word of a state, and since when it is known."""
    word = str(STATES.get(state.state, state.state))
    if state.checked_at is None:
        return word
    return _("%(state)s · comprobado el %(day)s") % {
        "state": word,
        "day": date_format(state.checked_at, "SHORT_DATETIME_FORMAT"),
    }


def _day(day: date | None) -> str:
    return "—" if day is None else date_format(day, "SHORT_DATE_FORMAT")
