"""«Mis datos de contacto»: what the schools have of her, and a change that she proposes (requirement A6)."""

from collections.abc import Mapping

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from plumier.clock import database_now, database_today
from plumier.family_access import is_family
from plumier.policies import policy, user_of
from plumier.proposals.grid import GridRow
from plumier.proposals.own import OwnRecord, latest_own, own_proposals, own_records, propose_own
from plumier.proposals.pages import number_of
from plumier.proposals.proposing import HandedIn
from plumier.proposals.reviewing import withdraw
from plumier.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@policy(is_family)
def contacts(request: HttpRequest) -> HttpResponse:
    """A form for each school; by POST the change of one of them is handed in, to be looked at by the school."""
    user, today = user_of(request), database_today()
    records = own_records(user, today)
    rows = {record.person.pk: record.row() for record in records}
    if request.method == "POST":
        chosen = number_of(request.POST.get("persona", ""))
        record = next((one for one in records if one.person.pk == chosen and one.known), None)
        if record is None:
            raise Http404
        if _hand_in(request, record, rows):
            return redirect("mirador:contacts")
    context = {
        "records": [(record, rows[record.person.pk]) for record in records],
        "proposed": latest_own(user, today),
        "wrong": any(row.problems for row in rows.values() if row),
    }
    return render(request, "mirador/account/contacts.html", context)


def _hand_in(request: HttpRequest, record: OwnRecord, rows: dict[int, GridRow | None]) -> bool:
    """Whether the page is done with; else her row is as she typed it, with what is wrong beside it."""
    data: Mapping[str, str] = request.POST.dict()
    try:
        found, typed, problems = propose_own(record, data, by=user_of(request), now=database_now())
    except Refused as refusal:
        notices.error(request, str(refusal))
        return True
    if problems:
        rows[record.person.pk] = record.row(typed, problems)
        return False
    _tell(request, found)
    return True


def _tell(request: HttpRequest, found: HandedIn) -> None:
    if found.proposals:
        notices.success(request, _("Entregado: el centro lo revisará. Aquí verá qué decide."))
    elif found.taken_back:
        notices.success(request, _("Su cambio anterior queda retirado."))
    else:
        notices.success(request, _("No hay ningún cambio que entregar."))


@require_POST
@policy(is_family)
def contact_withdraw(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Take back what she has proposed."""
    one = get_object_or_404(own_proposals(user_of(request), database_today()), pk=proposal_id)
    try:
        withdraw(one, by=user_of(request), now=database_now())
    except Refused as refusal:
        notices.error(request, str(refusal))
    else:
        notices.success(request, _("Retirado."))
    return redirect("mirador:contacts")
