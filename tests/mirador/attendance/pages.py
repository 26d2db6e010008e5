"""Faltas as a family opens it in Mirador, for tests."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from attendance.models import AbsenceNotice
from notica.models import InboxEntry
from plumier.models import Guardianship, Person, Student, User
from tests.attendance.classes import FRIDAY
from tests.factories.register import Parent, make_login

PAGE = reverse("mirador:attendance")
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


def login_of(who: Parent) -> User:
    assert who.person is not None
    return who.person.user or make_login(who.person)


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def text(client: Client, **query: Any) -> str:
    return text_of(client.get(PAGE, query))


def excuse(notice: AbsenceNotice) -> str:
    return reverse("mirador:absence_excuse", args=[notice.pk])


def alarm(notice: AbsenceNotice) -> str:
    return reverse("mirador:absence_alarm", args=[notice.pk])


def pdf(name: str = "médico.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def heard(kind: str) -> set[str]:
    return {one.person.full_name for one in InboxEntry.objects.filter(message__kind=kind)}


def entry_of(notice: AbsenceNotice, person: Person | None) -> str:
    entry = InboxEntry.objects.get(message=notice.message, person=person)
    return reverse("mirador:entry", args=[entry.pk])


def bar(student: Student, person: Person | None, since: int, until: int | None = None) -> None:
    Guardianship.objects.filter(student=student, guardian=person).update(
        barred_from=FRIDAY + timedelta(days=since),
        barred_until=None if until is None else FRIDAY + timedelta(days=until),
        barred_reference="Auto 1/2026",
    )
