"""The e-mails that bring a first password: asked for in rows, made and sent by a job (requirement A7).

The secret is made while the letter goes out and stands nowhere else. A letter that cannot be sent is tried again
by the clock, with growing waits, and in the end shown as failed.
"""

import logging
import smtplib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from plumier.accounts.codes import LASTING, as_written, make_codes
from plumier.clock import database_now
from plumier.models import AccountLetter, CodeKind, Contact, Person, School, Slot
from plumier.wakeups import wake_later

logger = logging.getLogger(__name__)
JOB: Final = "plumier.accounts.letters.send_due"
BATCH: Final = 50
LEASE: Final = timedelta(minutes=5)
WAITS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
PERMANENT: Final = range(500, 600)
# Where a first password may be sent, best first: a student reads her alternative address before she can read the other.
_SLOTS: Final = (Slot.EMAIL_ALT, Slot.EMAIL_OFFICIAL, Slot.EMAIL)


@transaction.atomic
def ask_for_letters(school: School, people: Iterable[int], kind: CodeKind, *, now: datetime) -> int:
    """Ask for a letter to each of these people of a school who has none on its way; how many were asked for."""
    letters = [
        AccountLetter(school=school, person_id=person, kind=kind, asked_at=now, due_at=now)
        for person in people
    ]
    before = AccountLetter.objects.filter(due_at__isnull=False, school=school).count()
    AccountLetter.objects.bulk_create(letters, ignore_conflicts=True)
    wake_later(JOB)
    return AccountLetter.objects.filter(due_at__isnull=False, school=school).count() - before


def send_due() -> None:
    """Job: send every letter that is due, over one connection. Asked for by a wake-up or by the clock."""
    while letters := _take(database_now()):
        _send_all(letters)


def _send_all(letters: list[AccountLetter]) -> None:
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        for letter in letters:
            _failed(letter, error, database_now())
        return
    try:
        for letter in letters:
            _send(letter, connection)
    finally:
        connection.close()


def due() -> bool:
    """Whether any letter waits to be sent."""
    return AccountLetter.objects.filter(due_at__lte=database_now()).exists()


@transaction.atomic
def _take(now: datetime) -> list[AccountLetter]:
    """Letters that are due, moved out of others' way for as long as they can take."""
    rows = AccountLetter.objects.select_for_update(skip_locked=True, of=("self",)).filter(due_at__lte=now)
    letters = list(rows.select_related("person__user", "school").order_by("due_at")[:BATCH])
    AccountLetter.objects.filter(pk__in=[letter.pk for letter in letters]).update(due_at=now + LEASE)
    return letters


def _send(letter: AccountLetter, connection: BaseEmailBackend) -> None:
    user, address = letter.person.user, _address_of(letter.person)
    now = database_now()
    if user is None or not user.is_active or user.has_usable_password():
        _end(letter, failure="not_needed")
    elif not address:
        _end(letter, failure="no_email")
    else:
        code = make_codes([user.pk], CodeKind(letter.kind), now=now)[user.pk]
        try:
            connection.send_messages([_mail(letter, code, address)])
        except (OSError, smtplib.SMTPException) as error:
            _failed(letter, error, now)
        else:
            _end(letter, sent_at=now)


def _address_of(person: Person) -> str:
    found = dict(Contact.objects.filter(person=person, slot__in=_SLOTS).values_list("slot", "value"))
    return next((found[slot] for slot in _SLOTS if found.get(slot)), "")


def _mail(letter: AccountLetter, code: str, address: str) -> EmailMultiAlternatives:
    school, kind = letter.school, CodeKind(letter.kind)
    path = reverse("first_password", args=[code]) if kind == CodeKind.LINK else reverse("first_time")
    words = {
        "school": school,
        "person": letter.person,
        "user_name": letter.person.user.username if letter.person.user else "",
        "code": as_written(code),
        "address": f"{settings.LINK_ROOT}{path}",
        "hours": int(LASTING[kind].total_seconds() // 3600),
        "temporary": kind == CodeKind.TEMPORARY,
    }
    words["language"] = language = letter.person.language or school.language
    with override(language):
        subject = _("%(school)s: su acceso a Plumier") % {"school": school.name}
        text = render_to_string("messages/access/email.txt", words)
        html = render_to_string("messages/access/email.html", words)
    mail = EmailMultiAlternatives(subject, text, to=[address], headers={"Auto-Submitted": "auto-generated"})
    mail.attach_alternative(html, "text/html")
    return mail


def _failed(letter: AccountLetter, error: Exception, now: datetime) -> None:
    code = getattr(error, "smtp_code", 0)
    refused = isinstance(error, smtplib.SMTPRecipientsRefused)
    if refused or code in PERMANENT or letter.tries >= len(WAITS):
        _end(letter, failure="refused" if refused or code in PERMANENT else "unreachable")
        return
    logger.warning("a letter of access was not taken: %s", type(error).__name__)
    waiting = AccountLetter.objects.filter(pk=letter.pk)
    waiting.update(tries=letter.tries + 1, due_at=now + WAITS[letter.tries])


def _end(letter: AccountLetter, *, sent_at: datetime | None = None, failure: str = "") -> None:
    tries = letter.tries + 1
    AccountLetter.objects.filter(pk=letter.pk).update(
        due_at=None, sent_at=sent_at, failure=failure, tries=tries
    )
