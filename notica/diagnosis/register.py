"""What the register says of a person, as far as it decides whether messages reach her (P, requirement B11)."""

from collections.abc import Iterator
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from notica.diagnosis.facts import Check, Viewer
from notica.diagnosis.words import day_words
from plumier.models import Contact, Enrolment, Guardianship, Person, School, Slot, Staff, Student


def register_checks(person: Person, viewer: Viewer, today: date) -> Iterator[Check]:
    """Phones and mails, and what she is in the school: staff, student, somebody's guardian."""
    if not viewer.kept:
        yield from _contact_checks(person)
    staff = Staff.objects.filter(person=person).first()
    if staff is not None:
        yield from _staff_checks(staff, today)
    student = Student.objects.filter(person=person).first()
    if student is not None:
        yield from _student_checks(student, today)
    ties = Guardianship.objects.filter(guardian=person, student__in=viewer.students.values("pk"))
    for tie in ties.select_related("student__person").order_by("id"):
        yield from _tie_checks(tie, person.school, today, leads=viewer.leads)


def is_kept_from_all(person: Person, students: QuerySet[Student], today: date) -> bool:
    """Whether a court keeps this guardian from every one of these students for whom she answers: from none of none."""
    ties = Guardianship.objects.filter(guardian=person, student__in=students.order_by().values("pk"))
    barred = ties.barred_on(today).values("pk")
    return barred.exists() and not ties.exclude(pk__in=barred).exists()


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
    found = f"{day_words(staff.joined_on)} – {day_words(staff.left_on)}"
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
        found += " · " + _("baja el %(day)s") % {"day": day_words(enrolment.left_on)}
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
        inside=True,
    )
    if tie.is_barred_on(today):
        told = f"{day_words(tie.barred_from)} – {day_words(tie.barred_until)} · {tie.barred_reference}"
        found = told if leads else _("consulte con la dirección del centro")
        yield Check(
            _("Resolución judicial · %(child)s") % {"child": child},
            False,
            found,
            _("No se le escribe sobre este alumno."),
            inside=True,
        )
    if school.policy.registration_required:
        registered = tie.registered_on is not None and tie.registered_on <= today
        yield Check(
            _("Registro para recibir · %(child)s") % {"child": child},
            registered,
            day_words(tie.registered_on),
            _("En este centro solo reciben las familias registradas."),
        )


def _within(since: date | None, until: date | None, today: date) -> bool:
    return (since is None or since <= today) and (until is None or today <= until)
