"""«Faltas»: the roll of a class, by the timetable the one of now (requirement E1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from attendance.choices import Mark
from attendance.refusals import RollChanged
from attendance.rolls import Entry, take_roll
from plumier.access import works_somewhere
from plumier.clock import database_now, day_in
from plumier.models import School, User
from plumier.policies import policy, user_of
from plumier.refusals import Refused
from profesores.roll_page import Asked, RollPage, RollReader, going_out
from profesores.school import current_school

DAY, CLASS, GROUP = "dia", "clase", "grupo"
MARK, SHOWN = "falta-", "antes-"  # before an enrolment's key, in a form
KEPT_BACK: Final = 422


@dataclass(frozen=True, slots=True)
class _Asking:
    """Who asks, where and when."""

    user: User
    school: School
    asked: Asked
    reader: RollReader


@require_http_methods(["GET", "HEAD", "POST"])
@policy(works_somewhere)
def roll(request: HttpRequest) -> HttpResponse:
    """The page, or by POST its marks saved in one act; what another has changed meanwhile is shown beside hers."""
    school, now = current_school(request), database_now()
    user, today = user_of(request), day_in(school, now)
    asking = _Asking(user, school, _asked(request.GET), RollReader(user, school, today, now))
    if request.method != "POST":
        return _shown(request, asking.reader.page(asking.asked))
    return _saved(request, asking)


def _saved(request: HttpRequest, asking: _Asking) -> HttpResponse:
    now = database_now()
    page = asking.reader.page(asking.asked)
    if page.of is None:
        raise Http404
    shown, wanted = _marks(request.POST, SHOWN), _marks(request.POST, MARK)
    entries = [
        Entry(row.enrolment, shown.get(row.pk, row.shown), wanted.get(row.pk, shown.get(row.pk, row.shown)))
        for row in page.rows
    ]
    try:
        changed = take_roll(page.of, entries, by=asking.user, now=now)
    except RollChanged as refusal:
        notices.error(request, str(refusal))
        return _shown(request, asking.reader.page(asking.asked, wanted, refusal.found), KEPT_BACK)
    except Refused as refusal:
        notices.error(request, str(refusal))
        return _shown(request, asking.reader.page(asking.asked, wanted), KEPT_BACK)
    after = asking.reader.page(asking.asked)
    _say(
        request,
        changed,
        told=sum(row.told_at == now for row in after.rows)
        + going_out(page.of, [row.pk for row in after.rows], now),
        corrected=sum(row.corrected_at == now for row in after.rows),
    )
    query = {
        "centro": asking.school.code,
        DAY: page.day.isoformat(),
        CLASS: page.chosen.key if page.chosen else "",
    }
    if asking.asked.group:
        query[GROUP] = str(asking.asked.group)
    response = redirect(f"{reverse('profesores:roll')}?{urlencode(query)}")
    response.status_code = 303
    return response


def _say(request: HttpRequest, changed: int, *, told: int, corrected: int) -> None:
    """What was saved, and how many families are told of it now, or told that it was not so."""
    if not changed:
        notices.success(request, _("La lista está pasada. No ha cambiado ninguna marca."))
        return
    said = ngettext(
        "La lista está guardada: ha cambiado %(number)d marca.",
        "La lista está guardada: han cambiado %(number)d marcas.",
        changed,
    ) % {"number": changed}
    families = ngettext(
        "Se avisa ahora a %(number)d familia.", "Se avisa ahora a %(number)d familias.", told
    ) % {"number": told}
    others = ngettext(
        "Se corrige lo que se avisó a %(number)d familia.",
        "Se corrige lo que se avisó a %(number)d familias.",
        corrected,
    ) % {"number": corrected}
    sentences = [said, *([families] if told else []), *([others] if corrected else [])]
    notices.success(request, " ".join(sentences))


def _shown(request: HttpRequest, page: RollPage, status: int = 200) -> HttpResponse:
    context = {"page": page, "marks": list(Mark), "mark": MARK, "shown": SHOWN}
    return render(request, "profesores/roll.html", context, status=status)


def _asked(query: QueryDict) -> Asked:
    """What the address says; a day that is none is today's, as if it said nothing."""
    group = query.get(GROUP, "")
    return Asked(
        _day(query.get(DAY, "")),
        query.get(CLASS, "")[:60],
        int(group) if group.isascii() and group.isdigit() and len(group) <= 18 else 0,
    )


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _marks(posted: QueryDict, start: str) -> Mapping[int, Mark]:
    """By enrolment, the marks that were posted under names that begin so; what is no mark is left out."""
    found = {}
    for name, value in posted.items():
        key = name.removeprefix(start)
        if (
            name.startswith(start)
            and key.isascii()
            and key.isdigit()
            and len(key) <= 18
            and value in Mark.values
        ):
            found[int(key)] = Mark(value)
    return found
