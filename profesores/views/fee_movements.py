"""What happened to the school's fees in some days, to which its report of a day leads (requirement E8)."""

from datetime import date, datetime

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from plumier.clock import database_now, day_in
from plumier.models import School
from plumier.policies import policy, user_of
from plumier.record_access import note
from profesores.fee_movements_page import (
    Filters,
    movements_page,
)
from profesores.procedures import SECRETARIA, tabs
from profesores.views.fees import charging_school, number_in, words_in
from secretaria.fees.access import keeps_fees
from secretaria.fees.choices import Movement


@require_safe
@policy(keeps_fees)
def fees_day(request: HttpRequest) -> HttpResponse:
    """Totals by concept, and each movement; of today unless the address says otherwise."""
    now = database_now()
    school = charging_school(request, now)
    filters = movement_filters(request.GET, school, now)
    page = movements_page(
        user_of(request), school, day_in(school, now), filters, number_in(request.GET, "despues")
    )
    note(request, {one.movement.fee.student.person for one in page.shown}, "fees")
    context = {
        "page": page,
        "filters": filters,
        "kinds": Movement,
        "school": school,
        "tabs": tabs(request, school, SECRETARIA),
    }
    with timezone.override(school.time_zone):
        return render(request, "profesores/fees_day.html", context)


def movement_filters(query: QueryDict, school: School, now: datetime) -> Filters:
    """What the address says. Http404 for a last day before the first."""
    today = day_in(school, now)
    first = _day(query.get("desde", ""))
    last = _day(query.get("hasta", "")) or first or today
    first = first or last
    if last < first:
        raise Http404
    kind = query.get("que", "")
    return Filters(
        first,
        last,
        kind if kind in Movement.values else "",
        number_in(query, "concepto"),
        words_in(query),
    )


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
