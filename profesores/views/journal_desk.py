"""«Mesa del diario»: the journals of a day checked beside the offices' reports, approved and sent (requirement C9)."""

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from journal.access import sees_desk, works_at_desk
from journal.approving import (
    TypedText,
    approve,
    save_texts,
    send_approved,
    take_back,
    take_up_again,
    too_long,
)
from journal.board import board_of, counted, sends_of
from journal.handing_in import due_of, give_back, take_in
from journal.models import JournalSend
from journal.models.journals import REASON_LENGTH, TEXT_LENGTH
from plumier.access import works_somewhere
from plumier.clock import database_now, day_in
from plumier.models import Group, Procedure, School
from plumier.policies import policy, user_of
from plumier.refusals import Refused
from plumier.school_days import calendar_of
from profesores.journal_desk_page import DeskClassPage, DeskReader
from profesores.procedures import school_using
from profesores.views.journals import KEPT_BACK, address, day_asked

ACT = "accion"
TAKE_IN = "recoger"
APPROVE, TAKE_BACK = "aprobar-", "desaprobar-"  # a pupil's key behind
AGAIN = "recuperar-"  # a send's


@require_http_methods(["GET", "HEAD", "POST"])
@policy(works_somewhere)
def journals_desk(request: HttpRequest) -> HttpResponse:
    """The board of classes; by POST everything that waits is approved, or what is approved is sent."""
    school, now = _school(request), database_now()
    day = day_asked(request, school, now)
    if request.method == "POST":
        return _act_on_all(request, school)
    lines = board_of(school, day, now)
    due = due_of(school, day)
    context = {
        "school": school,
        "day": day,
        "today": day_in(school, now),
        "lines": lines,
        "counts": counted(lines),
        "acts": works_at_desk(user_of(request), school, day_in(school, now)),
        "to_approve": sum(one.to_approve for one in lines if one.journal and one.journal.is_desks),
        "to_send": sum(one.to_send for one in lines if one.journal and one.journal.is_desks),
        "sends": sends_of(school, day),
        "is_open": calendar_of(school).is_open(day),
        "due": due,
        "left": due.left(now),
    }
    with timezone.override(school.time_zone):
        return render(request, "profesores/journals_desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(works_somewhere)
def journal_desk_class(request: HttpRequest, group_id: int) -> HttpResponse:
    """A class's journal of a day: its lines beside each family's text and what the offices report."""
    school, now, user = _school(request), database_now(), user_of(request)
    groups = Group.objects.filter(school=school, year__is_current=True).select_related("school__policy")
    group = get_object_or_404(groups, pk=group_id)
    reader = DeskReader(user, school, group, day_asked(request, school, now), now)
    if request.method != "POST":
        return _shown(request, reader.page())
    takes_in = request.POST.get(ACT) == TAKE_IN
    if not works_at_desk(user, school, day_in(school, now)) or not (reader.journal.pk or takes_in):
        raise Http404
    typed = reader.posted(request.POST)
    try:
        conflicts = _act_on_class(request, reader, typed)
    except Refused as refusal:
        notices.error(request, str(refusal))
        return _shown(request, reader.page(typed, reason=request.POST.get("motivo", "")), KEPT_BACK)
    if conflicts:
        notices.error(
            request,
            _("Otra persona ha cambiado algún texto mientras tanto. Revise lo señalado y guarde otra vez."),
        )
        kept = {pk: one for pk, one in typed.items() if pk in conflicts}
        return _shown(request, reader.page(kept, conflicts), KEPT_BACK)
    return _back(address("profesores:journal_desk_class", school, reader.journal.day, group.pk))


def _act_on_class(request: HttpRequest, reader: DeskReader, typed: dict[int, TypedText]) -> dict[int, str]:
    """What was typed is kept first, whatever was pressed; what stands of the texts that somebody else has changed."""
    user, now, journal = user_of(request), database_now(), reader.journal
    act = request.POST.get(ACT, "")
    if act == TAKE_IN:
        take_in(journal.group, journal.day, by=user, now=now)
        notices.success(request, _("El diario está en la mesa. Escriba o corrija los textos y apruébelos."))
        return {}
    conflicts = save_texts(journal, typed, by=user, now=now)
    if conflicts:
        return conflicts
    school, day = journal.school, journal.day
    if act == "devolver":
        give_back(journal, request.POST.get("motivo", ""), by=user, now=now)
        notices.success(request, _("El diario está devuelto y se le ha dicho al tutor."))
    elif act == "enviar":
        _say_sent(request, send_approved(school, day, by=user, now=now, journal=journal).texts.count())
    elif act == "aprobar":
        _say_approved(request, approve(school, day, by=user, now=now, journal=journal))
        _say_long(request, too_long(school, day, journal))
    elif act.startswith(APPROVE):
        chosen = _key(act, APPROVE)
        _say_approved(request, approve(school, day, by=user, now=now, journal=journal, enrolments=chosen))
        _say_long(request, too_long(school, day, journal))
    elif act.startswith(TAKE_BACK):
        take_back(journal, _key(act, TAKE_BACK), by=user, now=now)
        notices.success(request, _("Ya no está aprobado."))
    else:
        notices.success(request, _("Los textos están guardados."))
    return {}


def _act_on_all(request: HttpRequest, school: School) -> HttpResponse:
    user, now = user_of(request), database_now()
    if not works_at_desk(user, school, day_in(school, now)):
        raise Http404
    day = day_asked(request, school, now)
    sends = JournalSend.objects.filter(school=school, day=day, message__isnull=False)
    try:
        if request.POST.get(ACT) == "enviar":
            _say_sent(request, send_approved(school, day, by=user, now=now).texts.count())
        elif request.POST.get(ACT) == "aprobar":
            _say_approved(request, approve(school, day, by=user, now=now))
            _say_long(request, too_long(school, day))
        elif request.POST.get(ACT, "").startswith(AGAIN):
            sent = _key(request.POST[ACT], AGAIN)
            _say_again(request, take_up_again(get_object_or_404(sends, pk__in=sent), by=user))
    except Refused as refusal:
        notices.error(request, str(refusal))
    return _back(address("profesores:journals_desk", school, day))


def _key(act: str, start: str) -> list[int]:
    key = act.removeprefix(start)
    return [int(key)] if key.isascii() and key.isdigit() and len(key) <= 18 else []


def _say_approved(request: HttpRequest, number: int) -> None:
    words = ngettext("Aprobado %(number)d texto.", "Aprobados %(number)d textos.", number)
    notices.success(request, words % {"number": number})


def _say_long(request: HttpRequest, whose: list[str]) -> None:
    if whose:
        words = _("Sin aprobar por ser demasiado largo, más de %(most)d caracteres: %(names)s.")
        notices.warning(request, words % {"most": TEXT_LENGTH, "names": ", ".join(whose)})


def _say_again(request: HttpRequest, number: int) -> None:
    words = ngettext(
        "%(number)d texto está otra vez en la mesa.", "%(number)d textos están otra vez en la mesa.", number
    )
    notices.success(request, words % {"number": number})


def _say_sent(request: HttpRequest, number: int) -> None:
    words = ngettext(
        "Se envía el texto de %(number)d alumno a su familia.",
        "Se envían los textos de %(number)d alumnos, a cada familia el suyo.",
        number,
    )
    notices.success(request, words % {"number": number})


def _school(request: HttpRequest) -> School:
    """The school of now. Http404 for who neither works at its desk nor leads it."""
    school = school_using(request, Procedure.JOURNAL)
    if not sees_desk(user_of(request), school, day_in(school, database_now())):
        raise Http404
    return school


def _back(where: str) -> HttpResponse:
    response = redirect(where)
    response.status_code = 303
    return response


def _shown(request: HttpRequest, page: DeskClassPage, status: int = 200) -> HttpResponse:
    here = address("profesores:journal_desk_class", page.school, page.day, page.group.pk)
    context = {"page": page, "here": here, "length": TEXT_LENGTH, "reason_length": REASON_LENGTH}
    with timezone.override(page.school.time_zone):
        return render(request, "profesores/journal_desk_class.html", context, status=status)
