"""What the pages of fees list, as workbooks (requirement E8)."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages as notices
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plumier.clock import database_now, day_in
from plumier.models import School
from plumier.policies import policy, user_of
from plumier.record_access import note_shown
from plumier.workbooks import XLSX
from profesores.fee_books import MOST, fees_book, movements_book
from profesores.fee_movements_page import movements_found
from profesores.fees_page import fees_found
from profesores.views.fee_movements import movement_filters
from profesores.views.fees import charging_school, fee_filters
from secretaria.fees.access import keeps_fees


@require_safe
@policy(keeps_fees)
def fees_list(request: HttpRequest) -> HttpResponse:
    """The fees of the list; for too many of them back to the page, which says so."""
    now = database_now()
    school = charging_school(request, now)
    today = day_in(school, now)
    rows = fees_found(user_of(request), school, today, fee_filters(request.GET))
    shown = list(rows.values_list("student__person_id", flat=True)[: MOST + 1])
    if len(shown) > MOST:
        return _too_many(request, "profesores:fees", _("Son más de %(most)d tasas: use los filtros."))
    _note(request, school, shown)
    return _file(fees_book, rows, today, f"tasas-{school.code}.xlsx")


@require_safe
@policy(keeps_fees)
def fees_workbook(request: HttpRequest) -> HttpResponse:
    """The movements of some days; for too many of them back to the page, which says so."""
    now = database_now()
    school = charging_school(request, now)
    today = day_in(school, now)
    rows = movements_found(user_of(request), school, today, movement_filters(request.GET, school, now))
    shown = list(rows.values_list("fee__student__person_id", flat=True)[: MOST + 1])
    if len(shown) > MOST:
        said = _("Son más de %(most)d movimientos: elija menos días.")
        return _too_many(request, "profesores:fees_day", said)
    _note(request, school, shown)
    return _file(movements_book, rows, today, f"movimientos-de-tasas-{school.code}.xlsx")


def _too_many(request: HttpRequest, page: str, words: str) -> HttpResponse:
    notices.error(request, words % {"most": MOST})
    return redirect(f"{reverse(page)}?{request.GET.urlencode()}")


def _note(request: HttpRequest, school: School, people: list[int]) -> None:
    """Who was shown whose record, however many."""
    address = request.META.get("REMOTE_ADDR")
    note_shown(
        user_of(request), dict.fromkeys(people, school.pk), "fees", now=database_now(), address=address
    )


def _file(
    make: Callable[[QuerySet[Any], date], bytes], rows: QuerySet[Any], today: date, name: str
) -> HttpResponse:
    response = HttpResponse(make(rows, today), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
