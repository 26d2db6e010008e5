"""«Diario de clase»: the journals that are hers, and a class's day (requirement C9)."""

from datetime import date, datetime

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from journal.access import groups_written_by, is_tutor_of, sees_desk
from journal.board import board_of
from journal.choices import LineKind, Tone
from journal.handing_in import due_of, hand_in
from journal.models.journals import LINE_LENGTH
from journal.writing import save_lines
from plumier.access import groups_tutored_by, works_somewhere
from plumier.clock import database_now, day_in
from plumier.models import Procedure, School
from plumier.policies import policy, user_of
from plumier.refusals import Refused
from plumier.school_days import calendar_of
from profesores.journal_page import LESSON, JournalPage, JournalReader
from profesores.procedures import school_using

DAY = "dia"
KEPT_BACK = 422


def day_asked(request: HttpRequest, school: School, now: datetime) -> date:
    """The day that the address says; today where it says none, or one to come."""
    today = day_in(school, now)
    try:
        return min(date.fromisoformat(request.GET.get(DAY, "")), today)
    except ValueError:
        return today


def address(name: str, school: School, day: date, *args: int) -> str:
    """A page of this school and day."""
    return f"{reverse(name, args=args)}?{urlencode({'centro': school.code, DAY: day.isoformat()})}"


@require_safe
@policy(works_somewhere)
def journals(request: HttpRequest) -> HttpResponse:
    """Her classes of a day and how their journals stand; who has none is led to the desk, if it is hers."""
    school, now = school_using(request, Procedure.JOURNAL), database_now()
    user, day = user_of(request), day_asked(request, school, now)
    today = day_in(school, now)
    hers = set(groups_written_by(user, school, today).values_list("pk", flat=True))
    tutored = set(groups_tutored_by(user, today).values_list("pk", flat=True))
    sees = sees_desk(user, school, today)
    if not hers and sees:
        return redirect(address("profesores:journals_desk", school, day))
    lines = [one for one in board_of(school, day, now) if one.group.pk in hers]
    due = due_of(school, day)
    context = {
        "school": school,
        "day": day,
        "today": today,
        "lines": sorted(lines, key=lambda one: one.group.pk not in tutored),
        "tutored": tutored,
        "sees_desk": sees,
        "is_open": calendar_of(school).is_open(day),
        "due": due,
        "left": due.left(now),
    }
    with timezone.override(school.time_zone):
        return render(request, "profesores/journals.html", context)


@require_safe
@policy(works_somewhere)
def journal(request: HttpRequest, group_id: int) -> HttpResponse:
    """A class's journal of a day: hers as its tutor, or her own lines as a subject's teacher."""
    reader = _reader(request, group_id)
    return _shown(request, reader.page(lesson=request.GET.get(LESSON, "")))


@require_POST
@policy(works_somewhere)
def journal_lines(request: HttpRequest, group_id: int) -> HttpResponse:
    """Save what was written, row by row; with `entregar` hand it in too."""
    reader, now, user = _reader(request, group_id), database_now(), user_of(request)
    school, chosen = school_using(request, Procedure.JOURNAL), request.POST.get(LESSON, "")
    group, day = reader.journal.group, reader.journal.day
    written = reader.posted(request.POST)
    hands_in = "entregar" in request.POST
    if hands_in and not is_tutor_of(user, group, day_in(school, now)):
        raise Http404
    try:
        saved = save_lines(group, day, written, tutor=reader.tutor, by=user, now=now)
        if saved.conflicts:
            notices.error(
                request,
                _(
                    "Otra persona ha cambiado alguna línea mientras tanto. Revise lo señalado y guarde otra vez."
                ),
            )
            kept = [one for one in written.kept if one.pk in saved.conflicts]
            fresh = _reader(request, group_id)
            page = fresh.page(type(written)(written.lesson, (), kept), saved.conflicts, chosen)
            return _shown(request, page, KEPT_BACK)
        handed = hand_in(group, day, by=user, now=now) if hands_in else None
    except Refused as refusal:
        notices.error(request, str(refusal))
        return _shown(request, reader.page(written, lesson=chosen), KEPT_BACK)
    if handed is not None:
        notices.success(request, _("El diario está entregado a la mesa."))
        if handed.is_late:
            notices.warning(request, _("Se ha entregado fuera de hora: la mesa lo ve señalado."))
    else:
        words = ngettext("Guardada %(number)d línea.", "Guardadas %(number)d líneas.", saved.number)
        notices.success(
            request, words % {"number": saved.number} if saved.number else _("No había nada que guardar.")
        )
    where = address("profesores:journal", school, day, group.pk)
    response = redirect(f"{where}&{urlencode({LESSON: chosen})}")
    response.status_code = 303
    return response


def _reader(request: HttpRequest, group_id: int) -> JournalReader:
    school, now = school_using(request, Procedure.JOURNAL), database_now()
    user, today = user_of(request), day_in(school, now)
    groups = groups_written_by(user, school, today).select_related("school__policy")
    group = get_object_or_404(groups, pk=group_id)
    return JournalReader(user, school, group, day_asked(request, school, now), today, now)


def _shown(request: HttpRequest, page: JournalPage, status: int = 200) -> HttpResponse:
    context = {
        "page": page,
        "kinds": list(LineKind),
        "tones": list(Tone),
        "length": LINE_LENGTH,
        "here": address("profesores:journal_lines", page.school, page.day, page.group.pk),
    }
    with timezone.override(page.school.time_zone):
        return render(request, "profesores/journal.html", context, status=status)
