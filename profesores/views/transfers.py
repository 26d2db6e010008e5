"""«Traslados»: those in which the school's office must act, one of them, and its files (requirement E7)."""

from typing import Final

from django.contrib import messages as notices
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from notica.files import path_of
from notica.writing.attaching import ACCEPT
from plumier.access import may_administer
from plumier.clock import database_now, day_in
from plumier.models import Procedure, School
from plumier.opened import is_opened
from plumier.policies import policy, user_of
from plumier.refusals import Refused
from profesores.procedures import SECRETARIA, school_using, tabs
from profesores.transfer_forms import AcceptForm, CorrectForm, StepForm, initial_of
from profesores.transfers_page import OURS, OVER, RUNNING, TABS, recognised, transfer_page, transfers_page
from secretaria.models import Transfer, TransferFile
from secretaria.transfers.access import side_of, transfers_of
from secretaria.transfers.actions import act
from secretaria.transfers.refusals import AtField, StepTaken
from secretaria.transfers.rules import Action, Side, State
from secretaria.transfers.seen import note_transfer
from secretaria.transfers.written import Act

MOST_WORDS: Final = 100


@require_safe
@policy(may_administer)
def transfers(request: HttpRequest) -> HttpResponse:
    """What the office must do, what the other schools must, and what has ended."""
    school = school_using(request, Procedure.TRANSFERS)
    tab = request.GET.get("ver", "")
    tab = tab if tab in TABS else OURS
    words = request.GET.get("buscar", "").replace("\0", "")[:MOST_WORDS]
    today = day_in(school, database_now())
    page = transfers_page(
        user_of(request), school, today, tab, words, number_in(request.GET.get("despues", ""))
    )
    names = {OURS: _("Nos toca"), RUNNING: _("En curso"), OVER: _("Terminados")}
    context = {
        "page": page,
        "tab": tab,
        "words": words,
        "choices": [(one, names[one], page.counts[one]) for one in TABS],
        "tabs": tabs(request, school, SECRETARIA),
        "school": school,
    }
    return render(request, "profesores/transfers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(may_administer)
def transfer(request: HttpRequest, transfer_id: int) -> HttpResponse:
    """One, with all that was done in it; by POST the school takes a step."""
    school, row = _mine(request, transfer_id)
    if request.method != "POST":
        if is_opened(request):
            _note(request, row, school)
        return _page(request, row, school, _form(row, school))
    form = _form(row, school, request)
    words = form.words(request) if form.is_valid() else None
    if words is None:
        return _page(request, row, school, form, 422)
    done = Act(
        action=request.POST.get("hacer", ""),
        seen=number_in(request.POST.get("vistos", "")),
        words=words,
        expediente=form.cleaned_data.get("expediente", ""),
        asked=form.asked if isinstance(form, CorrectForm) else None,
        register=request.POST.get("registro") == "on",
    )
    try:
        act(row, school, done, by=user_of(request), now=database_now())
    except AtField as refusal:
        form.refuse(refusal)
        return _page(request, row, school, form, 422)
    except StepTaken as refusal:
        form.problem = str(refusal)
        row.refresh_from_db()
        again = _form(row, school)
        again.problem, again.initial["note"] = str(refusal), form.cleaned_data["note"]
        return _page(request, row, school, again, 409)
    except Refused as refusal:
        form.problem = str(refusal)
        return _page(request, row, school, form, 422)
    notices.success(request, _("Hecho: «%(action)s».") % {"action": Action(done.action).label})
    response = redirect(f"{reverse('profesores:transfer', args=[row.pk])}?centro={school.code}")
    response.status_code = 303
    return response


@require_safe
@policy(may_administer)
def transfer_file(request: HttpRequest, transfer_id: int, transfer_file_id: int) -> HttpResponseBase:
    """A file of one of its steps."""
    school, row = _mine(request, transfer_id)
    kept = get_object_or_404(TransferFile.objects.filter(step__transfer=row), pk=transfer_file_id)
    path = path_of(kept.sha256)
    if not path.exists():
        raise Http404
    _note(request, row, school)
    # Whatever it says it is, it is saved and never opened in the page's own name.
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=kept.name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    add_never_cache_headers(response)
    return response


def _mine(request: HttpRequest, transfer_id: int) -> tuple[School, Transfer]:
    """The school of now and one of its transfers. Http404 where it is none of them."""
    school = school_using(request, Procedure.TRANSFERS)
    rows = transfers_of(user_of(request), school, day_in(school, database_now()))
    rows = rows.select_related("school", "destination", "turn", "student__person")
    return school, get_object_or_404(rows, pk=transfer_id)


def _note(request: HttpRequest, row: Transfer, school: School) -> None:
    address = request.META.get("REMOTE_ADDR")
    note_transfer(row, school, user=user_of(request), address=address, now=database_now())


def _form(row: Transfer, school: School, request: HttpRequest | None = None) -> StepForm:
    """What this school's step asks for; what was posted in it."""
    data = request.POST if request else None
    begun, side = Side(row.begun_by), side_of(row, school)
    if row.state == State.ASKED and side == Side.ORIGIN:
        return AcceptForm(data)
    if row.state == State.ASKED_BACK and side == begun:
        return CorrectForm(data, initial=initial_of(row))
    return StepForm(data)


def _page(
    request: HttpRequest, row: Transfer, school: School, form: StepForm, status: int = 200
) -> HttpResponse:
    today = day_in(school, database_now())
    found = recognised(user_of(request), row, today) if isinstance(form, AcceptForm) else []
    if len(found) == 1 and not form.is_bound:
        form.initial["expediente"] = found[0].student.expediente
    page = transfer_page(row, school, today)
    context = {
        "page": page,
        "row": row,
        "line": page.line,
        "form": form,
        "found": found,
        "school": school,
        "accept": ACCEPT,
        "forward": [step for step in page.steps if step.action != Action.ANNUL],
        "annuls": any(step.action == Action.ANNUL for step in page.steps),
        "again": form.is_bound and bool(request.FILES),
        "is_annulling": request.POST.get("hacer") == Action.ANNUL,
    }
    return render(request, "profesores/transfer.html", context, status=status)


def number_in(typed: str) -> int:
    """What was typed, or 0 where it is no key of a row."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 18 else 0
