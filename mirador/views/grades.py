"""Notas: the marks of a child, «Acuse de recibo», and then «Observaciones» (requirement D3)."""

from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe
from typing import Final
from urllib.parse import urlencode

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from grades.actions import acknowledge as give
from grades.actions import tutor_of, write_remarks
from grades.refusals import GradesRefused
from grades.reports import Report, has_past, reports_of
from mirador.family import PARAMETER, Family, family_with_child
from mirador.remarks_form import RemarksForm
from notica.models import Message
from notica.refusals import KeyUsed, Refused
from notica.threads import Letter
from plumier.clock import day_in
from plumier.family_access import Child, is_family
from plumier.policies import policy

PAST: Final = "anteriores"  # in an address: marks of years gone by
SEEN: Final = "visto"  # what the page showed: microseconds since 1970
_BEGAN: Final = datetime(1970, 1, 1, tzinfo=UTC)


@require_safe
@policy(is_family)
def grades(request: HttpRequest) -> HttpResponse:
    """The marks of one child that are open to her family, newest first; years gone by behind a link."""
    family = family_with_child(request)
    if family.child is None:
        return render(request, "mirador/grades.html", {"family": family})
    child, past = family.child, request.GET.get("cursos") == PAST
    reports = reports_of(child, past=past)
    context = {
        "family": family,
        "reports": [(report, _stamp(report.seen)) for report in reports],
        "past": past,
        "has_past": past or has_past(child),
        "by_tutor": bool(reports) and not past and _tutor_reads(child, reports[0], family),
        "query": _query(child),
    }
    with timezone.override(child.school.time_zone):
        return render(request, "mirador/grades.html", context)


@require_POST
@policy(is_family)
def acknowledge(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """«Acuse de recibo»."""
    family = family_with_child(request)
    child, report = _report(family, evaluation_id)
    try:
        give(child.student, report.evaluation, _seen(request), by=family.user, now=family.now)
    except GradesRefused as refusal:
        notices.error(request, str(refusal))
    else:
        tutored = tutor_of(report.enrolment, day_in(child.school, family.now)) is not None
        more = _("Su acuse de recibo está dado. Ya puede enviar observaciones al tutor.")
        notices.success(request, more if tutored else _("Su acuse de recibo está dado."))
    return _see_other(f"{reverse('mirador:grades')}?{_query(child)}#evaluacion-{evaluation_id}")


@require_http_methods(["GET", "HEAD", "POST"])
@policy(is_family)
def remarks(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """«Observaciones»: written to the tutor, once the marks are acknowledged."""
    family = family_with_child(request)
    child, report = _report(family, evaluation_id)
    if request.method != "POST":
        return _remarks_page(request, family, report, RemarksForm())
    form = RemarksForm(request.POST)
    if not form.is_valid():
        return _remarks_page(request, family, report, form)
    letter = Letter(form.cleaned_data["text"], form.cleaned_data["key"])
    try:
        sent = write_remarks(child.student, report.evaluation, letter, by=family.user, now=family.now)
    except (Refused, GradesRefused) as refusal:
        # The key of a message that was another one is of no use: the next press is a new message.
        key = token_urlsafe(16) if isinstance(refusal, KeyUsed) else letter.client_key
        form = RemarksForm({"text": letter.text, "key": key})
        form.full_clean()
        form.add_error("text", str(refusal))
        return _remarks_page(request, family, report, form)
    notices.success(request, _("Sus observaciones están enviadas al tutor."))
    return _see_other(_thread(sent) or f"{reverse('mirador:grades')}?{_query(child)}")


def _remarks_page(request: HttpRequest, family: Family, report: Report, form: RemarksForm) -> HttpResponse:
    assert family.child is not None
    today = day_in(family.child.school, family.now)
    context = {
        "family": family,
        "report": report,
        "tutor": tutor_of(report.enrolment, today),
        "form": form,
        "query": _query(family.child),
    }
    with timezone.override(family.child.school.time_zone):
        return render(request, "mirador/remarks.html", context, status=422 if form.errors else 200)


def _report(family: Family, evaluation_id: int) -> tuple[Child, Report]:
    """What she reads of this year's evaluation. Http404 where that is nothing."""
    if family.child is None:
        raise Http404
    for report in reports_of(family.child):
        if report.evaluation.pk == evaluation_id:
            return family.child, report
    raise Http404


def _tutor_reads(child: Child, report: Report, family: Family) -> bool:
    return child.enrolled and tutor_of(report.enrolment, day_in(child.school, family.now)) is not None


def _query(child: Child) -> str:
    return urlencode({PARAMETER: child.pk})


def _stamp(moment: datetime) -> int:
    return (moment - _BEGAN) // timedelta(microseconds=1)


def _seen(request: HttpRequest) -> datetime:
    """What the page showed when the button was pressed; long ago where it says nothing that makes sense."""
    typed = request.POST.get(SEEN, "")
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 16):
        return _BEGAN
    return _BEGAN + timedelta(microseconds=int(typed))


def _thread(message: Message) -> str:
    """Where she reads what she wrote; empty where this installation has no such page."""
    try:
        return reverse("mirador:thread", args=[message.token])
    except NoReverseMatch:
        return ""


def _see_other(address: str) -> HttpResponse:
    """What was posted is done: another page is read."""
    response = redirect(address)
    response.status_code = 303
    return response
