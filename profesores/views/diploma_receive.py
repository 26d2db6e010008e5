"""«Recepcionar»: which titles came, and the SMS of them, looked at before anything is done (requirement E6)."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe
from typing import Final

from django.contrib import messages as notices
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from notica.choices import Way
from notica.writing.counting import count, plain_offer
from plumier.access import may_administer
from plumier.clock import database_now
from plumier.names import clean_text
from plumier.policies import policy, user_of
from plumier.record_access import note
from plumier.refusals import Refused
from profesores.views.diploma_batch import batch_of, hers_of, page_of
from profesores.views.diplomas import PAGE, numbers_in
from secretaria.diplomas.receiving import Telling, receive, tell
from secretaria.diplomas.telling import Review, own_text, review, told, usual_text
from secretaria.models import Diploma, DiplomaBatch

_KEY_LENGTH: Final = 60
_LONGEST_TYPED: Final = 1_000
DO: Final = "confirmar"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was ticked and typed; an empty `own` is the usual text."""

    chosen: tuple[int, ...]
    tells: bool
    text: str
    own: str
    key: str

    @property
    def seen(self) -> str:
        """The same for the same titles and text: what was reviewed is what is done."""
        parts = repr((sorted(self.chosen), self.tells, self.own if self.tells else ""))
        return hashlib.sha256(parts.encode()).hexdigest()[:32]


@require_http_methods(["GET", "HEAD", "POST"])
@policy(may_administer)
def diploma_receive(request: HttpRequest, diploma_batch_id: int) -> HttpResponse:
    """The titles that have not come yet."""
    batch = batch_of(request, diploma_batch_id)
    rows = hers_of(request, batch).filter(received_at__isnull=True)
    return _page(request, batch, rows, receives=True)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(may_administer)
def diploma_tell(request: HttpRequest, diploma_batch_id: int) -> HttpResponse:
    """The SMS for titles that came without one, or whose SMS was taken back."""
    batch = batch_of(request, diploma_batch_id)
    waiting = hers_of(request, batch).filter(received_at__isnull=False, collected_at__isnull=True)
    return _page(request, batch, waiting.exclude(pk__in=told(waiting)), receives=False)


def _page(
    request: HttpRequest, batch: DiplomaBatch, rows: QuerySet[Diploma], *, receives: bool
) -> HttpResponse:
    """The review; by POST, once what it shows has been seen, it is done."""
    now = database_now()
    named = list(rows.select_related("student__person").order_by("student__person__sort_key", "pk"))
    asked = _asked(request, batch, [one.pk for one in named], receives=receives)
    problem = ""
    if request.method == "POST" and request.POST.get("hacer") == DO:
        if request.POST.get("visto") == asked.seen:
            try:
                return _done(request, batch, asked, receives=receives)
            except Refused as refusal:
                problem = str(refusal)
        else:
            problem = _("Ha cambiado lo marcado o el texto. Revise los números y confirme otra vez.")
    elif not named:
        return page_of(batch)
    note(request, [one.student.person for one in named], PAGE)
    looked, refusal_words = _looked(request, batch, named, asked, now)
    context = {
        "batch": batch,
        "rows": named,
        "asked": asked,
        "receives": receives,
        "review": looked,
        "problem": problem or refusal_words,
        "counter": count(asked.text, Way.SMS),
        "plain": plain_offer(asked.text),
        "usual": usual_text(batch),
        "words": _button(asked, looked, receives=receives),
        "do": DO,
        "school": batch.school,
    }
    return render(request, "profesores/diploma_receive.html", context, status=422 if problem else 200)


def _asked(request: HttpRequest, batch: DiplomaBatch, everyone: Collection[int], *, receives: bool) -> Asked:
    usual = usual_text(batch)
    if request.method != "POST":
        return Asked(tuple(everyone), True, usual, "", token_urlsafe(16))
    typed = " ".join(request.POST.get("texto", "").replace("\0", "")[:_LONGEST_TYPED].split()) or usual
    if request.POST.get("hacer") == "tildes":
        typed = plain_offer(typed) or typed
    # Those already done stay in what was ticked: a second press finds what the first one did.
    kept = hers_of(request, batch).filter(pk__in=numbers_in(request.POST.getlist("titulos")))
    return Asked(
        chosen=tuple(kept.values_list("pk", flat=True)),
        tells=not receives or "avisar" in request.POST,
        text=typed,
        own=own_text(batch, typed),
        key=clean_text(request.POST.get("clave", ""))[:_KEY_LENGTH] or token_urlsafe(16),
    )


def _looked(
    request: HttpRequest, batch: DiplomaBatch, named: list[Diploma], asked: Asked, now: datetime
) -> tuple[Review | None, str]:
    """What the SMS would do, or why there can be none."""
    students = [one.student_id for one in named if one.pk in asked.chosen]
    if not (asked.tells and students):
        return None, ""
    try:
        return review(batch, students, asked.own, by=user_of(request), now=now), ""
    except Refused as refusal:
        return None, str(refusal)


def _button(asked: Asked, looked: Review | None, *, receives: bool) -> str:
    """What is done, with its numbers; empty where it cannot be."""
    titles, people = len(asked.chosen), looked.reached if looked else 0
    if not titles or (asked.tells and looked is None):
        return ""
    sms = ngettext("enviar SMS a %(number)d alumno", "enviar SMS a %(number)d alumnos", people)
    sms %= {"number": people}
    if not receives:
        return sms[:1].upper() + sms[1:]
    words = ngettext("Recepcionar %(number)d título", "Recepcionar %(number)d títulos", titles)
    words %= {"number": titles}
    return _("%(receive)s y %(send)s") % {"receive": words, "send": sms} if asked.tells else words


def _done(request: HttpRequest, batch: DiplomaBatch, asked: Asked, *, receives: bool) -> HttpResponse:
    """Do it, once for its key, and lead to the proposal. Raises Refused."""
    user, now = user_of(request), database_now()
    telling = Telling(f"diploma-{asked.key}", asked.own)
    if receives:
        done = receive(batch, asked.chosen, telling if asked.tells else None, by=user, now=now)
        message = done.message
    else:
        message = tell(batch, asked.chosen, telling, by=user, now=now)
    if message is not None and receives:
        notices.success(request, _("Recibidos. El SMS sale en unos segundos; en «El SMS» puede deshacerlo."))
    elif message is not None:
        notices.success(request, _("El SMS sale en unos segundos; en «El SMS» puede deshacerlo."))
    else:
        notices.success(request, _("Los títulos constan como recibidos. No se ha avisado a nadie."))
    return page_of(batch)
