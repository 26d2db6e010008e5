"""Issuing a fee: to whom and how much, then a look at it with its number, then the act (requirement E8)."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from plumier.clock import database_now, day_in
from plumier.models import AcademicYear, Enrolment, School, User
from plumier.policies import policy, user_of
from plumier.refusals import Refused
from profesores.fee_forms import IssueForm
from profesores.fees_page import in_one_piece
from profesores.picking.expedientes import recognise, spellings
from profesores.procedures import SECRETARIA, tabs
from profesores.views.fees import charging_school
from secretaria.fees.access import keeps_fees, students_charged_by
from secretaria.fees.issuing import Order, act_of, charged_already, issue
from secretaria.models import FeeIssue

ISSUE: Final = "emitir"
CHANGE: Final = "cambiar"
_A_YEAR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Review:
    """What would be issued: to how many, for how much each and together, and to how many not, who have it."""

    students: frozenset[int]
    amount: str
    total: str
    left_out: int

    @property
    def number(self) -> int:
        """Of students."""
        return len(self.students)

    @property
    def seen(self) -> str:
        """The same for the same students and amount: what was looked at is what is done."""
        return hashlib.sha256(repr((sorted(self.students), self.total)).encode()).hexdigest()[:32]


@require_http_methods(["GET", "HEAD", "POST"])
@policy(keeps_fees)
def fees_issue(request: HttpRequest) -> HttpResponse:
    """The form; by POST what it would do, and with `emitir` it is done, if it is still what was looked at."""
    now = database_now()
    school, user = charging_school(request, now), user_of(request)
    today = day_in(school, now)
    form = IssueForm(school, today, request.POST or None)
    review, doing = None, request.POST.get("hacer", "")
    if doing == ISSUE and (done := act_of(user, request.POST.get("clave", ""))):
        return _told(request, school, done)
    if request.method == "POST" and form.is_valid():
        review = _review(form, user, school, today)
    if review is not None and doing == ISSUE and request.POST.get("visto") == review.seen:
        act = _issued(school, form, review, by=user, now=now)
        if act is not None:
            return _told(request, school, act)
        review = None
    context = {
        "form": form,
        "review": None if doing == CHANGE or form.errors else review,
        "changed": doing == ISSUE,
        "chosen": _chosen(form),
        "school": school,
        "tabs": tabs(request, school, SECRETARIA),
    }
    return render(request, "profesores/fees_issue.html", context, status=422 if form.errors else 200)


def _review(form: IssueForm, user: User, school: School, today: date) -> Review | None:
    """Whom the groups and the expedientes name; None where the form then says what is wrong."""
    data = form.cleaned_data
    hers = students_charged_by(user, school, today).order_by()
    enrolled = Enrolment.objects.in_force(today).filter(group__in=data["grupos"], year__is_current=True)
    named = set(hers.filter(pk__in=enrolled.values("student")).values_list("pk", flat=True))
    words = data["expedientes"]
    if words:
        known = hers.filter(expediente__in=spellings(words)).values_list("expediente", "pk")
        found = recognise(words, dict(known))
        if found.unknown:
            said = ngettext(
                "No es de nadie del centro: %(which)s. Corríjalo o quítelo.",
                "No son de nadie del centro: %(which)s. Corríjalos o quítelos.",
                len(found.unknown),
            )
            form.add_error("expedientes", said % {"which": ", ".join(found.unknown[:30])})
            return None
        named |= set(found.ids)
    if not named:
        form.add_error("expedientes", _("En lo que ha elegido no hay ningún alumno."))
        return None
    have = set() if data["otra"] else charged_already(data["tasa"], named, _year_start(school, today))
    left = frozenset(named - have)
    amount: Decimal = data["amount"]
    currency = data["tasa"].currency
    return Review(left, in_one_piece(amount, currency), in_one_piece(amount * len(left), currency), len(have))


def _issued(school: School, form: IssueForm, review: Review, *, by: User, now: datetime) -> FeeIssue | None:
    """Done; None where it was refused, which the form then says."""
    data = form.cleaned_data
    order = Order(
        concept=data["tasa"],
        amount=data["amount"],
        issued_on=data["emitida"],
        due_on=data["vence"],
        students=review.students,
        client_key=data["clave"],
    )
    try:
        return issue(school, order, by=by, now=now)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def _told(request: HttpRequest, school: School, act: FeeIssue) -> HttpResponse:
    """Back to the list of what was issued."""
    said = ngettext(
        "Emitida %(number)d tasa de «%(concept)s».", "Emitidas %(number)d tasas de «%(concept)s».", act.number
    )
    notices.success(request, said % {"number": act.number, "concept": act.concept.name})
    response = redirect(f"{reverse('profesores:fees')}?centro={school.code}&concepto={act.concept_id}")
    response.status_code = 303
    return response


def _chosen(form: IssueForm) -> dict[str, Any]:
    """What the page shows as chosen: groups by id."""
    picked = form["grupos"].value() or [] if form.is_bound else []
    return {"groups": {int(one) for one in picked if one.isascii() and one.isdigit() and len(one) < 19}}


def _year_start(school: School, today: date) -> date:
    """The first day of the school year; a year ago where the school has not said it."""
    year = AcademicYear.objects.filter(school=school, is_current=True).first()
    return year.starts_on if year is not None and year.starts_on else today - _A_YEAR
