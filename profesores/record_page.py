"""What the record of a student shows: a card for each person, and the same number of queries for every family."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from notica.channel_marks import ChannelLine, channel_line
from notica.channel_state import ChannelState, states_of
from notica.diagnosis.words import day_words
from plumier.access import groups_tutored_by, people_kept_from, students_addressed_by, students_attended_by
from plumier.models import Contact, ContactKind, Enrolment, Guardianship, Person, Slot, Student, User
from plumier.rules import LEAD_SCHOOL


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks, on which day, and what she may do. A court's orders are told to who leads the school alone."""

    user: User
    today: date
    leads: bool
    addresses: bool
    tutors: bool


@dataclass(frozen=True, slots=True)
class Address:
    """A phone or a mail, and what each channel knows of it."""

    slot: str
    shown: str
    kind: str
    channels: list[ChannelLine]


@dataclass(frozen=True, slots=True)
class Card:
    """The student or somebody who answers for her. Of whom a court keeps from her, who does not lead is told no more.

    `kept` are the dates and the document of that order, for who leads; `reasons` why nothing is sent to her at all.
    """

    person: Person
    title: str
    tie: Guardianship | None = None
    barred: bool = False
    hidden: bool = False
    kept: str = ""
    ticked: bool = False
    tick_days: str = ""
    reasons: list[str] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Record:
    """Everything on the page but the messages."""

    student: Student
    enrolment: Enrolment | None
    tutor: Person | None
    cards: list[Card]
    states: list[ChannelState]
    siblings: list[Student]

    @property
    def people(self) -> list[Person]:
        """Everybody whom the page shows."""
        return [card.person for card in self.cards]

    @property
    def reachable(self) -> list[Person]:
        """Those whose addresses the page shows."""
        return [card.person for card in self.cards if not card.hidden]


def reader_of(user: User, student: Student, today: date) -> Reader:
    """What this user may do with the student whom she sees."""
    tutored = groups_tutored_by(user, today).filter(enrolments__student=student)
    return Reader(
        user=user,
        today=today,
        leads=user.has_perm(LEAD_SCHOOL, student.school),
        addresses=students_addressed_by(user, today).filter(pk=student.pk).exists(),
        tutors=tutored.exists(),
    )


def record_of(student: Student, reader: Reader) -> Record:
    """The student and her family, without those whom a court keeps from the reader."""
    kept = set(people_kept_from(reader.user, reader.today).values_list("pk", flat=True))
    rows = Enrolment.objects.filter(student=student, year__is_current=True)
    enrolment = rows.select_related("group__stage", "group__tutor").first()
    ties = [
        tie
        for tie in Guardianship.objects.filter(student=student).select_related("guardian").order_by("order")
        if tie.guardian_id not in kept
    ]
    shown = [
        student.person_id,
        *(tie.guardian_id for tie in ties if reader.leads or not tie.is_barred_on(reader.today)),
    ]
    states = states_of(student.school, shown)
    addresses = _addresses(shown, states)
    tutor = enrolment.group.tutor if enrolment else None
    return Record(
        student=student,
        enrolment=enrolment,
        tutor=tutor if tutor is None or tutor.pk not in kept else None,
        cards=[
            Card(student.person, _("Alumno"), addresses=addresses[student.person_id]),
            *(_card(student, tie, addresses[tie.guardian_id], reader) for tie in ties),
        ],
        states=[state for some in states.values() for state in some],
        siblings=_siblings(student, ties, reader),
    )


def _card(student: Student, tie: Guardianship, addresses: list[Address], reader: Reader) -> Card:
    barred = tie.is_barred_on(reader.today)
    title = tie.get_relation_display().capitalize()
    if barred and not reader.leads:
        return Card(tie.guardian, title, tie, barred=True, hidden=True)
    days = [day_words(day) for day in (tie.receives_from, tie.receives_until)]
    return Card(
        person=tie.guardian,
        title=title,
        tie=tie,
        barred=barred,
        kept=_order(tie) if barred else "",
        ticked=tie.receives_messages,
        tick_days=" – ".join(days) if tie.receives_from or tie.receives_until else "",
        reasons=list(_reasons(student, tie, addresses, reader.today)),
        addresses=addresses,
    )


def _order(tie: Guardianship) -> str:
    """What a court has ordered: its days and its document."""
    days = {"since": day_words(tie.barred_from), "until": day_words(tie.barred_until)}
    if tie.barred_until is None:
        said = _("desde el %(since)s, sin fecha de fin") % days
    else:
        said = _("desde el %(since)s hasta el %(until)s") % days
    return f"{said} · {tie.barred_reference}"


def _reasons(student: Student, tie: Guardianship, addresses: list[Address], today: date) -> Iterable[str]:
    """Why nothing is sent to her about this student, by the register alone."""
    if student.protected:
        yield _("Datos protegidos: solo lo lee en Mirador.")
    if tie.is_barred_on(today):
        yield _("Por resolución judicial no se le escribe sobre este alumno.")
    begun = tie.receives_from is None or tie.receives_from <= today
    ended = tie.receives_until is not None and tie.receives_until < today
    if not tie.receives_messages:
        yield _("No está marcado que reciba mensajes.")
    elif not begun or ended:
        yield _("Hoy está fuera de las fechas en que recibe mensajes.")
    if student.school.policy.registration_required and (
        tie.registered_on is None or tie.registered_on > today
    ):
        yield _("No se ha registrado para recibir.")
    if not any(one.kind in (ContactKind.MOBILE, ContactKind.EMAIL) for one in addresses):
        yield _("No tiene ni móvil ni correo.")


def _addresses(people: list[int], states: dict[int, list[ChannelState]]) -> dict[int, list[Address]]:
    """By person, in the order of the register's places."""
    known: dict[tuple[int, str], list[ChannelLine]] = defaultdict(list)
    for person, some in states.items():
        for state in some:
            known[person, state.slot].append(channel_line(state))
    places = list(Slot)
    found: dict[int, list[Address]] = defaultdict(list)
    rows = Contact.objects.filter(person__in=people)
    for contact in sorted(rows, key=lambda one: places.index(Slot(one.slot))):
        usable = contact.kind in (ContactKind.MOBILE, ContactKind.EMAIL)
        lines = known[contact.person_id, contact.slot] if usable else []
        found[contact.person_id].append(
            Address(contact.get_slot_display(), str(contact), contact.kind, lines)
        )
    return found


def _siblings(student: Student, ties: list[Guardianship], reader: Reader) -> list[Student]:
    """Other students of the same guardians at the school, as far as the reader sees them."""
    shared = Guardianship.objects.filter(
        guardian__in=[tie.guardian_id for tie in ties], school=student.school
    )
    seen = students_attended_by(reader.user, reader.today).order_by().values("pk")
    found = Student.objects.filter(pk__in=shared.values("student")).filter(pk__in=seen)
    return list(found.exclude(pk=student.pk).select_related("person").order_by("person__sort_key", "pk"))
