"""One behaviour record: read, corrected, annulled, and its family told (requirement E4)."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from convivencia.models import BehaviourRecord
from convivencia.records.access import may_annul, may_correct, records_seen_by
from convivencia.records.choices import REASON_LENGTH
from convivencia.records.edits import edits_of, names_of
from convivencia.records.naming import Found, Named, readable
from convivencia.records.notifying import TEXT_LENGTH, Telling, notify_family, what_was_told, who_gets_it
from convivencia.records.proposing import proposed_text, when_words
from convivencia.records.refusals import sentence
from convivencia.records.roster import named_in
from convivencia.records.writing import annul_record, correct_record
from plumier.access import works_somewhere
from plumier.clock import database_now, database_today, day_in
from plumier.models import User
from plumier.policies import policy, user_of
from plumier.record_access import note
from plumier.refusals import Refused, SavedOtherwise
from profesores.behaviour_form import RecordForm
from profesores.behaviour_page import came_of, others_of_incident, sessions_of

KEPT_BACK: Final = 422
CORRECT, ANNUL, SEND = "corregir", "anular", "enviar"


@require_http_methods(["GET", "HEAD", "POST"])
@policy(works_somewhere)
def behaviour_record(request: HttpRequest, record_id: int) -> HttpResponse:
    """All that it says and what came of it; by POST its author corrects it, or it is annulled."""
    record, now = _seen(request, record_id), database_now()
    form, problem = _form(request, record, now), ""
    if request.method == "POST":
        try:
            if said := _done(request, record, form, now):
                notices.success(request, said)
                return _to(record)
        except Refused as refusal:
            problem = str(refusal)
    typed = {"form": form, "problem": problem, "reason": _reason(request), "longest": REASON_LENGTH}
    context = {**_shown(record, user_of(request), day_in(record.school, now)), **typed}
    note(request, [one.enrolment.student.person for one in (record, *context["others"])], "behaviour")
    status = KEPT_BACK if request.method == "POST" else 200
    return render(request, "profesores/behaviour_record.html", context, status=status)


def _done(request: HttpRequest, record: BehaviourRecord, form: RecordForm | None, now: datetime) -> str:
    """What was done, in words; empty where the form is not right. Raises Refused."""
    user = user_of(request)
    if request.POST.get("hacer") == ANNUL:
        annul_record(record, _reason(request), by=user, now=now)
        return _("El registro está anulado. Lo ven su autor y el equipo directivo.")
    if form is None or not form.is_valid():
        return ""
    correct_record(record, form.written, version=_whole(request, "version"), by=user, now=now)
    return _("El registro está corregido. Lo que decía antes queda guardado.")


def _shown(record: BehaviourRecord, user: User, today: date) -> dict[str, Any]:
    """What the page of a record says."""
    names = names_of(filter(None, (record.author_id, record.annulled_by_id)), record.school)
    return {
        "record": record,
        "school": record.school,
        "when": when_words(record),
        "author": names.get(record.author_id, ""),
        "annulled_by": names.get(record.annulled_by_id or 0, ""),
        "came": came_of(record, user, today),
        "told": what_was_told().filter(record=record).exists(),
        "edits": edits_of(record),
        "others": others_of_incident(record, records_seen_by(user, today)),
        "corrects": may_correct(user, record),
        "annuls": may_annul(user, record, today),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@policy(works_somewhere)
def behaviour_notify(request: HttpRequest, record_id: int) -> HttpResponse:
    """The text, whom it would reach and whom it names; by POST it is sent, or only looked at again."""
    record, now = _seen(request, record_id), database_now()
    user, posted = user_of(request), request.method == "POST"
    told = what_was_told().filter(record=record).exists()
    text = _typed(request) if posted else proposed_text(record, further=told)
    ruled_out = frozenset(request.POST.getlist("no_es"))
    problem, press = "", _press(request)
    if posted and request.POST.get("hacer") == SEND:
        telling = Telling(text, press, _whole(request, "avisos"), ruled_out)
        try:
            notify_family(record, telling, by=user, now=now)
        except Refused as refusal:
            problem = str(refusal)
            press = uuid.uuid4().hex if isinstance(refusal, SavedOtherwise) else press
        else:
            notices.success(request, _("La notificación está enviada. Aquí verá qué ha sido de ella."))
            return _to(record)
    note(request, [record.enrolment.student.person], "behaviour")
    found = named_in(record, text, by=user)
    left = [one for one in found if one.how == Named.SURELY or one.key not in ruled_out]
    context: dict[str, Any] = {
        "record": record,
        "school": record.school,
        "when": when_words(record),
        "who": who_gets_it(record, by=user, now=now),
        "text": text,
        "longest": TEXT_LENGTH,
        "problem": "" if left else problem,
        "named": sentence(left) if left else "",
        "pieces": _pieces(text, left),
        "doubtful": _doubtful(found),
        "ruled_out": ruled_out,
        "press": press,
        "told": told,
        "sent": record.notices.count(),
        "nothing": record.is_annulled and not told,
    }
    status = KEPT_BACK if problem or (posted and left) else 200
    return render(request, "profesores/behaviour_notify.html", context, status=status)


def _seen(request: HttpRequest, record_id: int) -> BehaviourRecord:
    rows = records_seen_by(user_of(request), database_today())
    whole = rows.select_related("school__policy", "enrolment__student__person", "enrolment__group")
    return get_object_or_404(whole, pk=record_id)


def _form(request: HttpRequest, record: BehaviourRecord, now: datetime) -> RecordForm | None:
    """Where its author corrects it; what she sends is looked at though it has been annulled meanwhile."""
    posted = request.method == "POST" and request.POST.get("hacer") == CORRECT
    if not may_correct(user_of(request), record) and not (posted and record.author_id == user_of(request).pk):
        return None
    sessions = sorted({*sessions_of(record.school), *([record.session] if record.session else [])})
    today = day_in(record.school, now)
    if posted:
        return RecordForm(sessions, today, request.POST)
    if CORRECT in request.GET:
        return RecordForm(sessions, today, initial=RecordForm.initial_of(record))
    return None


def _to(record: BehaviourRecord) -> HttpResponse:
    response = redirect("profesores:behaviour_record", record.pk)
    response.status_code = 303
    return response


def _whole(request: HttpRequest, name: str) -> int:
    """A number that a page has put into its form; 0 for what is none."""
    typed = request.POST.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0


def _reason(request: HttpRequest) -> str:
    return request.POST.get("motivo", "").replace("\0", "")


def _typed(request: HttpRequest) -> str:
    """A browser sends its lines ended by two signs; they count as one."""
    typed = request.POST.get("texto", "").replace("\0", "")
    return readable(typed.replace("\r\n", "\n").replace("\r", "\n"))


def _press(request: HttpRequest) -> str:
    """What makes a second press the same send."""
    return request.POST.get("envio", "")[:40] or uuid.uuid4().hex


def _pieces(text: str, found: Sequence[Found]) -> list[tuple[str, bool]]:
    """The text cut where it names another pupil: (words, whether they do); nothing where it names nobody."""
    pieces, at = [], 0
    for one in found:
        pieces += [(text[at : one.start], False), (text[one.start : one.end], True)]
        at = one.end
    return [*pieces, (text[at:], False)] if found else []


def _doubtful(found: Sequence[Found]) -> list[Found]:
    """Lone given names, each once."""
    return list({one.key: one for one in found if one.how == Named.PERHAPS}.values())
