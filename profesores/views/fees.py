"""«Tasas»: the school's fees, and one of them with what happened to it (requirement E8)."""

from datetime import date, datetime
from typing import Any, Final

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from plumier.clock import database_now, day_in
from plumier.models import Procedure, School
from plumier.money import money
from plumier.policies import policy, user_of
from plumier.record_access import note
from plumier.refusals import Refused
from profesores.fee_forms import PayForm, ReasonForm
from profesores.fees_page import (
    ALL,
    PENDING,
    STATES,
    Filters,
    fees_page,
    group_names,
    in_one_piece,
    movement_lines,
)
from profesores.procedures import SECRETARIA, school_using, tabs
from secretaria.fees.access import fees_kept_by, keeps_fees, schools_charging
from secretaria.fees.recording import Payment, annul, pay, reverse
from secretaria.models import Fee

PAY, REVERSE, ANNUL = "pagar", "devolver", "anular"
_LONGEST_ID: Final = 18


def charging_school(request: HttpRequest, now: datetime) -> School:
    """The school of now, whose fees are this user's to keep. Http404 else."""
    school = school_using(request, Procedure.FEES)
    if not schools_charging(user_of(request), day_in(school, now)).filter(pk=school.pk).exists():
        raise Http404
    return school


def number_in(query: QueryDict, name: str) -> int:
    """An id of an address; 0 for what is none."""
    typed = query.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST_ID else 0


def words_in(query: QueryDict) -> str:
    """What is looked for."""
    return query.get("buscar", "").replace("\0", "").strip()[:100]


def fee_filters(query: QueryDict) -> Filters:
    """What an address says: what is still to be paid, or all of one student, unless it says otherwise."""
    student, state = number_in(query, "alumno"), query.get("estado", "")
    usual = ALL if student else PENDING
    return Filters(
        state if state in STATES else usual,
        number_in(query, "concepto"),
        number_in(query, "grupo"),
        student,
        words_in(query),
    )


@require_safe
@policy(keeps_fees)
def fees(request: HttpRequest) -> HttpResponse:
    """The list, by what is still to be paid unless the address says otherwise."""
    now = database_now()
    school = charging_school(request, now)
    filters, after = fee_filters(request.GET), number_in(request.GET, "despues")
    page = fees_page(user_of(request), school, day_in(school, now), filters, after)
    note(request, {line.fee.student.person for line in page.lines}, "fees")
    context = {
        "page": page,
        "filters": filters,
        "states": list(zip(STATES, (_("Pendientes"), _("Pagadas"), _("Anuladas"), _("Todas")), strict=True)),
        "school": school,
        "tabs": tabs(request, school, SECRETARIA),
    }
    return render(request, "profesores/fees.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(keeps_fees)
def fee(request: HttpRequest, fee_id: int) -> HttpResponse:
    """One fee; by POST it is paid, a payment is taken back, or it is annulled."""
    now = database_now()
    school = charging_school(request, now)
    today = day_in(school, now)
    rows = fees_kept_by(user_of(request), school, today).select_related("student__person", "concept")
    found = get_object_or_404(rows, pk=fee_id)
    forms = _forms(request, found, today)
    if request.method == "POST" and (said := _acted(request, found, forms, now)):
        notices.success(request, said)
        response = redirect(f"{request.path}?centro={school.code}")
        response.status_code = 303
        return response
    note(request, [found.student.person], "fees")
    context = {
        "fee": found,
        "amount": in_one_piece(found.amount, found.currency),
        "paid": in_one_piece(found.paid, found.currency),
        "owed": in_one_piece(found.owed, found.currency),
        "overdue": bool(found.owed and found.due_on and found.due_on < today),
        "group": group_names([found.student_id], today).get(found.student_id, ""),
        "lines": movement_lines(found),
        "forms": forms,
        "doing": request.POST.get("hacer", ""),
        "payment_id": number_in(request.POST, "cobro"),
        "school": school,
    }
    with timezone.override(school.time_zone):
        return render(request, "profesores/fee.html", context, status=422 if request.POST else 200)


def _forms(request: HttpRequest, found: Fee, today: date) -> dict[str, Any]:
    """The three of the page; the one that was sent, with what was typed."""
    doing = request.POST.get("hacer", "")
    return {
        PAY: PayForm(found, today, request.POST if doing == PAY else None),
        REVERSE: ReasonForm(request.POST if doing == REVERSE else None, auto_id="devolver_%s"),
        ANNUL: ReasonForm(request.POST if doing == ANNUL else None, auto_id="anular_%s"),
    }


def _acted(request: HttpRequest, found: Fee, forms: dict[str, Any], now: datetime) -> str:
    """What was done, in words; empty where it was not, and the form then says why."""
    doing, by, school = request.POST.get("hacer", ""), user_of(request), found.school
    form = forms.get(doing)
    if form is None or not form.is_valid():
        return ""
    typed = form.cleaned_data
    try:
        if doing == PAY:
            payment = Payment(
                typed["importe"], typed["pagada"], typed["via"], typed["operacion"], typed["clave"]
            )
            moved = pay(school, found.pk, payment, by=by, now=now)
            return _("Cobro de %(amount)s anotado.") % {"amount": money(moved.amount, found.currency)}
        if doing == REVERSE:
            payment_id = number_in(request.POST, "cobro")
            moved = reverse(school, found.pk, payment_id, typed["motivo"], by=by, now=now)
            return _("Cobro de %(amount)s devuelto: vuelve a estar pendiente.") % {
                "amount": money(moved.amount, found.currency)
            }
        annul(school, found.pk, typed["motivo"], by=by, now=now)
    except Refused as refusal:
        form.add_error("importe" if doing == PAY else "motivo", str(refusal))
        return ""
    return _("La tasa está anulada.")
