"""A forgotten password: the same answer for everybody, and a letter to whom the register has an address for.

A student's is her E-mail alt, a member of staff's the official or her own, a family's the E-mail (documents A2, P).
What was typed waits in a row for the job that looks it up, so that neither the page's time nor a job's argument tells
who exists.
"""

import logging
import smtplib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django import forms
from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from plumier.access import may_log_in
from plumier.accounts.codes import make_codes
from plumier.accounts.names import normal_user_name
from plumier.accounts.throttle import count, too_often
from plumier.clock import database_now, database_today
from plumier.models import CodeKind, Contact, RecoveryRequest, Slot, User
from plumier.policies import ANYONE, policy
from plumier.wakeups import wake_later

logger = logging.getLogger(__name__)
JOB: Final = "plumier.accounts.recovery.answer_waiting"
OFTEN: Final = 30  # requests from one address in a quarter of an hour
LETTERS_AN_HOUR: Final = 3  # to one user
KEPT: Final = timedelta(hours=1)  # how long a request that could not be answered is tried again
_HOUR: Final = 3600


class RecoverForm(forms.Form):
    """A user name, or the address that the school has."""

    who = forms.CharField(
        label=gettext_lazy("Usuario o correo"),
        max_length=254,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )


@policy(ANYONE)
def recover(request: HttpRequest) -> HttpResponse:
    """Ask for a letter."""
    form = RecoverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not too_often(request, "recovery", OFTEN):
            count(request, "recovery")
            ask(form.cleaned_data["who"], now=database_now())
        return redirect("recover_asked")
    return render(request, "plumier/accounts/recover.html", {"form": form})


@policy(ANYONE)
def recover_asked(request: HttpRequest) -> HttpResponse:
    """What everybody is told."""
    return render(request, "plumier/accounts/recover_asked.html")


@transaction.atomic
def ask(typed: str, *, now: datetime) -> None:
    """Let a job look up who that is."""
    RecoveryRequest.objects.create(typed=typed.strip(), language=get_language() or "es", asked_at=now)
    wake_later(JOB)


def waiting() -> bool:
    """Whether anything waits to be answered."""
    return RecoveryRequest.objects.exists()


def answer_waiting() -> None:
    """Job: answer every request that waits. One that cannot be answered now is left for the clock, for an hour."""
    for asked in RecoveryRequest.objects.order_by("id"):
        now = database_now()
        if not RecoveryRequest.objects.filter(pk=asked.pk).exists():
            continue
        try:
            _answer(asked, now)
        except (OSError, smtplib.SMTPException) as error:
            logger.warning("a letter of recovery was not taken: %s", type(error).__name__)
            if asked.asked_at > now - KEPT:
                continue
        RecoveryRequest.objects.filter(pk=asked.pk).delete()


def _answer(asked: RecoveryRequest, now: datetime) -> None:
    by_address: dict[str, list[User]] = {}
    for user, address in _meant(asked.typed):
        by_address.setdefault(address, []).append(user)
    for address, users in by_address.items():
        few = [user for user in users if _is_patient(user)]
        if few:
            codes = make_codes([user.pk for user in few], CodeKind.RECOVERY, now=now)
            _mail(address, [(user.username, codes[user.pk]) for user in few], asked.language).send()


def _meant(typed: str) -> Iterable[tuple[User, str]]:
    """Users whom that may mean, each with the address to write to, where the register has one."""
    names = {typed, normal_user_name(typed)}
    users = {user.pk: user for user in User.objects.filter(username__in=names, is_active=True)}
    addressed: dict[int, str] = {}
    if "@" in typed:
        rows = Contact.objects.filter(value__iexact=typed, person__user__is_active=True, slot__in=_ALL_SLOTS)
        for contact in rows.select_related("person__user"):
            if contact.person.user is not None:
                users.setdefault(contact.person.user.pk, contact.person.user)
                addressed[contact.person.user.pk] = contact.value
    today = database_today()
    for pk, user in users.items():
        address = _address_of(user)
        told = addressed.get(pk, address)
        if address and told.casefold() == address.casefold() and may_log_in(user, today):
            yield user, address


_ALL_SLOTS: Final = (Slot.EMAIL_ALT, Slot.EMAIL_OFFICIAL, Slot.EMAIL)


def _address_of(user: User) -> str:
    """By what she is in her schools: a student's alternative address, and nobody else's."""
    rows = Contact.objects.filter(person__user=user, slot__in=_ALL_SLOTS).exclude(value="")
    found: dict[str, str] = {}
    for slot, value, student in rows.values_list("slot", "value", "person__student"):
        if (slot == Slot.EMAIL_ALT) == (student is not None):
            found.setdefault(slot, value)
    return next((found[slot] for slot in _ALL_SLOTS if slot in found), "")


def _is_patient(user: User) -> bool:
    key = f"recovery:{user.pk}"
    cache.add(key, 0, _HOUR)
    return bool(cache.incr(key) <= LETTERS_AN_HOUR)


def _mail(address: str, links: Iterable[tuple[str, str]], language: str) -> EmailMultiAlternatives:
    with override(language):
        words = {
            "language": language,
            "links": [
                (name, f"{settings.LINK_ROOT}{reverse('first_password', args=[code])}")
                for name, code in links
            ],
        }
        text = render_to_string("messages/recovery/email.txt", words)
        html = render_to_string("messages/recovery/email.html", words)
        subject = _("Plumier: elegir una contraseña nueva")
    mail = EmailMultiAlternatives(subject, text, to=[address], headers={"Auto-Submitted": "auto-generated"})
    mail.attach_alternative(html, "text/html")
    return mail
